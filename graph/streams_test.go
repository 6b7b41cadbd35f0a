package graph_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
)

// streams are the streams of a vanilla network's initial weights.
func streams(recurrent, readout *rand.Rand) graph.Stream {
	return func(purpose string) *rand.Rand {
		switch purpose {
		case "recurrent weights":
			return recurrent
		case "readout weights":
			return readout
		}
		panic(fmt.Sprintf("a stream for %q", purpose))
	}
}

// vanilla is the configuration of a network of the paper's cell with some units.
func vanilla(units int, activation graph.Activation, precision graph.Precision) graph.Config {
	config := graph.DefaultConfig()
	config.Units, config.Activation, config.Precision = units, activation, precision
	return config
}

// embedded is the shape of a network whose inputs are carried into the space of the units outside the graph.
func embedded(units, outputs int) graph.Shape {
	return graph.Shape{Inputs: units, Outputs: outputs, Embedded: true}
}
