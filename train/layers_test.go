package train_test

import (
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestFeedForwardLearns: a network of layers learns the clusters, its weights are read back, and each setting changes them.
func TestFeedForwardLearns(t *testing.T) {
	base := small.Set(t, small.Config(), "network.cell", "feed_forward", "network.feed_forward.layers", "5", "training.epochs", "20", "training.optimiser.learning_rate", "3e-3")
	var states []float64 // a weight of each network
	for _, settings := range [][]string{nil, {"network.feed_forward.start", "independent"}, {"network.input", "trained"}} {
		c := small.Set(t, base, settings...)
		folder := run.Folder{Path: t.TempDir()}
		small.Run(t, folder.Path, c, false)
		history, err := folder.History()
		if err != nil {
			t.Fatal(err)
		}
		if last := history[len(history)-1]; last.Accuracy < 0.9 {
			t.Errorf("%v: accuracy %g, want 0.9 or more", settings, last.Accuracy)
		}
		p, err := folder.Weights()
		if err != nil || p.Tensor("R_5") == nil || p.Tensor("R_6") != nil {
			t.Fatalf("%v: weights of other layers than 5 are read back (%v)", settings, err)
		}
		for layer := 1; layer <= 5; layer++ { // the loss reads layer 3, so those above keep their weights
			name := "R_" + string(rune('0'+layer))
			changed := graph.Values(p.Tensor(name))[0] != graph.Values(small.Experiment(t, c).Initial.Tensor(name))[0]
			if changed != (layer <= c.Training.EvaluationStep) {
				t.Errorf("%v: layer %d has changed: %v", settings, layer, changed)
			}
		}
		states = append(states, graph.Values(p.Tensor("R_1"))[0])
	}
	if states[0] == states[1] || states[0] == states[2] {
		t.Errorf("a setting changes nothing: %v", states)
	}
}

// TestLayersBoundTimes: times beyond the last layer are refused with the key to change.
func TestLayersBoundTimes(t *testing.T) {
	for key, value := range map[string]string{"training.evaluation_step": "5", "measures.steps": "5", "training.readouts": "2,5"} {
		c := small.Set(t, small.Config(), "network.cell", "feed_forward", "network.feed_forward.layers", "4", "measures.steps", "4", key, value)
		err := c.Validate()
		if err == nil || !strings.HasPrefix(err.Error(), key+" = ") || !strings.Contains(err.Error(), "at most network.feed_forward.layers (4)") {
			t.Errorf("%s = %s: %v", key, value, err)
		}
	}
	e := small.Experiment(t, small.Set(t, small.Config(), "network.cell", "feed_forward"))
	if _, err := e.Dynamics(e.Initial); err == nil {
		t.Error("layers have dynamics")
	}
}
