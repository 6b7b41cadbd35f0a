package graph_test

import (
	"math"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	G "gorgonia.org/gorgonia"
)

// TestScalarSquaredError: the loss of one output is the mean of (o - 0.7 s)^2 with s = 1 for class 1 and -1 for class 0, which is
// torch.nn.functional.mse_loss(o.flatten(), 0.7 * (2.0 * label - 1)), and its derivative by the readout's bias is 2 mean(o - 0.7 s).
func TestScalarSquaredError(t *testing.T) {
	labels := []int{1, 0, 0, 1, 1}
	p, err := graph.NewParameters(vanilla(6, graph.Tanh, graph.Float64), embedded(6, 1), anyStream)
	if err != nil {
		t.Fatal(err)
	}
	for name, engine := range engines {
		rnn, err := graph.Build(p, graph.Unroll{Batch: len(labels), Steps: 4, Loss: graph.ScalarSquaredError, Gradients: true})
		if err != nil {
			t.Fatal(err)
		}
		machine, err := engine(rnn.Graph, slices.Concat(G.Nodes{rnn.Loss}, rnn.Outputs, rnn.Gradients))
		if err != nil {
			t.Fatal(err)
		}
		defer machine.Close()
		x := make([]float64, len(labels)*6)
		for i := range x {
			x[i] = math.Sin(float64(i))
		}
		graph.SetValues(rnn.X[0], x)
		rnn.SetLabels(labels)
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		outputs, err := graph.Read(machine, rnn.Outputs[0])
		if err != nil {
			t.Fatal(err)
		}
		loss, slope := 0.0, 0.0
		for i, label := range labels {
			missed := outputs[i] - 0.7*float64(2*label-1)
			loss += missed * missed / float64(len(labels))
			slope += 2 * missed / float64(len(labels))
		}
		got, err := graph.ReadScalar(machine, rnn.Loss)
		if err != nil || math.Abs(got/loss-1) > 1e-12 {
			t.Errorf("%s: loss %v, want %v (%v)", name, got, loss, err)
		}
		bias, err := graph.Read(machine, rnn.Gradients[len(rnn.Gradients)-1])
		if err != nil || len(bias) != 1 || math.Abs(bias[0]/slope-1) > 1e-12 {
			t.Errorf("%s: derivative by b2 %v, want %v (%v)", name, bias, slope, err)
		}
	}
	if _, err := graph.OutputsFor(graph.ScalarSquaredError, 3); err == nil {
		t.Error("one output for three classes is accepted")
	}
}
