package report_test

import (
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestDoubts: warnings that differ in numbers, or in the moment of training, are reported once, with the moments and the networks that
// they are about; other words make another kind.
func TestDoubts(t *testing.T) {
	var doubts report.Doubts
	c := train.DefaultConfig()
	linear := c
	linear.Network.Activation = graph.Linear
	doubts.Add(measure.Name(c), "before training: at t = 3: gradient 1.2e-05")
	doubts.Add(measure.Name(c), "after training: at t = 11: gradient 0.004")
	doubts.Add(measure.Name(linear), "after epoch 12: at t = 3: gradient 1.2e-05")
	doubts.Add(measure.Name(c), "after training: at t = 3: no variance")
	doubts.Add("one", "loss")
	for _, network := range []string{"two", "three", "four", "five", "six", "six"} {
		doubts.Add(network, "loss")
	}
	want := []string{
		"d = 200, g = 20, before training: at t = 3: gradient 1.2e-05 (and 2 more like it, after training, also of d = 200, g = 20, linear)",
		"d = 200, g = 20, after training: at t = 3: no variance",
		"one, loss (and 6 more like it, also of 5 other networks)",
	}
	if got := doubts.Texts(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
