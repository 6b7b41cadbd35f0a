package graph_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
)

// streams returns the streams of a vanilla network's initial weights.
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

// vanilla returns the configuration of a network of the paper's cell.
func vanilla(units int, activation graph.Activation, precision graph.Precision) graph.Config {
	config := graph.DefaultConfig()
	config.Units, config.Activation, config.Precision = units, activation, precision
	return config
}

// embedded returns the shape of a network whose inputs are mapped into the space of the units outside the graph.
func embedded(units, outputs int) graph.Shape {
	return graph.Shape{Inputs: units, Outputs: outputs, Embedded: true}
}
