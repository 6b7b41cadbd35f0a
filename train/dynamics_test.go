package train_test

import (
	"errors"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"gonum.org/v1/gonum/mat"
)

// TestFixedPointUnderInput: a linear network under a constant input p rests at h = (I - R)^{-1} (Win p + b1), whether its
// input weights are in the graph or an embedding outside it.
func TestFixedPointUnderInput(t *testing.T) {
	for _, input := range []string{graph.FixedInput, graph.TrainedInput} {
		c := small.Config()
		c.Network.Activation, c.Network.Input, c.Network.Precision = graph.Linear, input, graph.Float64
		c.Network.Units, c.Network.Coupling, c.Network.Mixing, c.Task.Dimension = 10, 0.5, 1, 4
		c.Measures.Input = "1, -2, 0.5, 3"
		e := small.Experiment(t, c)
		p := mat.NewVecDense(4, []float64{1, -2, 0.5, 3})
		var win mat.Matrix
		if e.Embedding != nil {
			win = e.Embedding.Matrix
		} else {
			win = mat.NewDense(10, 4, graph.Values(e.Initial.Tensor("Win")))
		}
		system := mat.NewDense(10, 10, nil)
		for i := range 10 {
			system.Set(i, i, 1)
		}
		system.Sub(system, mat.NewDense(10, 10, graph.Values(e.Initial.Tensor("R"))))
		var current, rest mat.VecDense
		current.MulVec(win, p) // b1 is 0 at first
		if err := rest.SolveVec(system, &current); err != nil {
			t.Fatal(err)
		}
		d, err := e.Dynamics(e.Initial)
		if err != nil {
			t.Fatal(err)
		}
		next := make([]float64, 10)
		d.Step(next, rest.RawVector().Data)
		for i, v := range next {
			if math.Abs(v-rest.AtVec(i)) > 1e-12 {
				t.Errorf("%s: unit %d goes from %v to %v", input, i, rest.AtVec(i), v)
			}
		}
	}
}

// TestInputOfAnotherLength: an input of another length is an error of the configuration that says how many numbers it needs.
func TestInputOfAnotherLength(t *testing.T) {
	c := small.Config()
	c.Measures.Input = "1"
	var fault *data.FieldError
	if err := c.Validate(); !errors.As(err, &fault) || fault.Field != "measures.input" {
		t.Errorf("one number for %d inputs: %v", c.Task.Dimension, err)
	}
	c.Task.Kind, c.Training.Loss, c.Measures.Input = "flip_flop", graph.MeanSquaredError, "1,0,0"
	if err := c.Validate(); err != nil {
		t.Errorf("three numbers for three bits: %v", err)
	}
	c.Measures.Input = "1,0,NaN"
	if err := c.Validate(); !errors.As(err, &fault) {
		t.Errorf("NaN: %v", err)
	}
}
