package graph_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
)

// Unroll a network over T = 4 states, t = 0 .. 3, and look at its last state.
func ExampleBuild() {
	config := graph.DefaultConfig()
	config.Units, config.Precision = 4, graph.Float64
	parameters, err := graph.NewParameters(config, embedded(config.Units, 2), streams(rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(3, 4))))
	if err != nil {
		log.Fatal(err)
	}
	rnn, err := graph.Build(parameters, graph.Unroll{Batch: 1, Steps: 4})
	if err != nil {
		log.Fatal(err)
	}
	machine, err := graph.Tape(rnn.Graph, rnn.Hidden)
	if err != nil {
		log.Fatal(err)
	}
	defer machine.Close()
	rnn.SetInputs([]float64{1, 0, -1, 0.5})
	if err := machine.RunAll(); err != nil {
		log.Fatal(err)
	}
	states, err := rnn.States(machine)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(states), "states; the last is")
	fmt.Printf("%.3f\n", states[3].RawRowView(0))
	// Output:
	// 4 states; the last is
	// [0.494 -0.250 -0.487 -0.179]
}
