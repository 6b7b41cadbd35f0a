package graph_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// feedForward returns a small feed-forward network with settings under network.feed_forward, by key.
func feedForward(t *testing.T, settings map[string]any) graph.Config {
	t.Helper()
	c := vanilla(7, graph.Tanh, graph.Float64)
	c.Cell, c.Coupling, c.Mixing = graph.FeedForward, 1.5, 0.5
	for key, value := range settings {
		own, err := c.Own.With(graph.FeedForward, key, value, &graph.FeedForwardOptions{Layers: 10, Start: graph.SharedStart})
		if err != nil {
			t.Fatal(err)
		}
		c.Own = own
	}
	return c
}

// statesOf returns the states of five samples.
func statesOf(t *testing.T, p *graph.Parameters, steps int) []*mat.Dense {
	t.Helper()
	rnn, err := graph.Build(p, graph.Unroll{Batch: 5, Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	machine, err := engines["machine"](rnn.Graph, rnn.Recorded())
	if err != nil {
		t.Fatal(err)
	}
	defer machine.Close()
	x := make([]float64, 5*p.Shape.Inputs)
	fillNormal(x, 1, anyStream("inputs"))
	graph.SetValues(rnn.X[0], x)
	if err := machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	states, err := rnn.States(machine)
	if err != nil {
		t.Fatal(err)
	}
	return states
}

// TestFeedForwardStartsAsTheRecurrentNetwork: layers that share their initial weights have the states of the vanilla network drawn
// from the same streams; independent layers depart from it after the first.
func TestFeedForwardStartsAsTheRecurrentNetwork(t *testing.T) {
	of := embedded(7, 2)
	c := vanilla(7, graph.Tanh, graph.Float64)
	c.Coupling, c.Mixing = 1.5, 0.5
	recurrent, err := graph.NewParameters(c, of, anyStream)
	if err != nil {
		t.Fatal(err)
	}
	want := statesOf(t, recurrent, 6)
	for start, equal := range map[string]int{graph.SharedStart: 6, graph.IndependentStart: 1} {
		p, err := graph.NewParameters(feedForward(t, map[string]any{"layers": 5, "start": start}), of, anyStream)
		if err != nil {
			t.Fatal(err)
		}
		for layer, state := range statesOf(t, p, 6) {
			if mat.EqualApprox(state, want[layer], 1e-12) != (layer < equal) {
				t.Errorf("%s: layer %d equals the state of the recurrent network: %v", start, layer, layer >= equal)
			}
		}
	}
}

// TestLayersOfFeedForward: the weights are as many as the layers, more steps than layers are refused, and so are settings out of range.
func TestLayersOfFeedForward(t *testing.T) {
	p, err := graph.NewParameters(feedForward(t, map[string]any{"layers": 2}), embedded(7, 2), anyStream)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"b_0", "R_1", "b_1", "R_2", "b_2", "W", "b2"}; !slices.Equal(p.Names(), want) {
		t.Errorf("parameters %v, want %v", p.Names(), want)
	}
	var fault *data.FieldError
	if _, err := graph.Build(p, graph.Unroll{Batch: 1, Steps: 4}); !errors.As(err, &fault) || fault.Field != "steps" {
		t.Errorf("four states of three layers: %v", err)
	}
	for key, value := range map[string]any{"layers": 0, "start": "both"} {
		_, err := graph.NewParameters(feedForward(t, map[string]any{key: value}), embedded(7, 2), anyStream)
		if err == nil || !strings.Contains(err.Error(), "feed_forward."+key) {
			t.Errorf("%s = %v: %v", key, value, err)
		}
	}
}

// TestFeedForwardHasNoMap: layers differ, so there is no map of one step, by hand or from the graph.
func TestFeedForwardHasNoMap(t *testing.T) {
	p, err := graph.NewParameters(feedForward(t, nil), embedded(7, 2), anyStream)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := graph.NewMap(p, engines["machine"], nil); !errors.Is(err, graph.ErrNoMap) {
		t.Errorf("a map of layers: %v", err)
	}
	if _, err := p.Autonomous(); err == nil {
		t.Error("a hand-written map of layers")
	}
}
