package graph

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// bernoulli is the cross-entropy of one output with a target of 0 or 1. Gorgonia turns the log of 1 - p into log1p(-p) and removes
// the node 1 - p from the graph, which leaves its index of nodes stale.
type bernoulli struct{}

func (bernoulli) Name() string { return "bernoulli" }

func (bernoulli) Target(row []float64, label int) { row[0] = float64(label) }

func (bernoulli) Add(b *Builder, outputs, targets, masks G.Nodes) *G.Node {
	p := b.Sigmoid("p", outputs[0])
	hit := b.Times("hit", targets[0], b.unary("log p", p, G.Log))
	rest := b.Plus("1-t", b.Scaled("-t", targets[0], -1), 1)
	one := b.Op("1-p", func() (*G.Node, error) { return G.Sub(b.number(1), p) })
	missed := b.Times("missed", rest, b.unary("log 1-p", one, G.Log))
	return b.unary("loss", b.MaskedMean("likelihood", G.Nodes{b.Sum("likelihood", hit, missed)}, masks), G.Neg)
}

// TestGradientsAfterARemoval: every parameter that the loss depends on has a gradient, although Gorgonia has removed a node.
func TestGradientsAfterARemoval(t *testing.T) {
	RegisterLoss(bernoulli{})
	config := DefaultConfig()
	config.Units = 5
	p, err := NewParameters(config, Shape{Inputs: 5, Outputs: 1, Embedded: true}, testStream)
	if err != nil {
		t.Fatal(err)
	}
	rnn, err := Build(p, Unroll{Batch: 4, Steps: 4, Loss: "bernoulli", Gradients: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, gradient := range rnn.Gradients {
		if gradient.Op() == nil {
			t.Errorf("the gradient of %s is a constant", rnn.Trained[i].Name())
		}
	}
	got := map[string]string{}
	for _, a := range newPicture(rnn, PictureOptions{ForwardOnly: true}).arrows {
		got[a.to.name] += a.from.name + " "
	}
	for name, want := range map[string]string{"hit": "target log p ", "missed": "1-t log 1-p ", "likelihood": "hit missed "} {
		if got[name] != want {
			t.Errorf("%s is drawn as computed from %q, want %q", name, got[name], want)
		}
	}
}
