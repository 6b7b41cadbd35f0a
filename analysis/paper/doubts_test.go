package paper_test

import (
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestDoubts: warnings that differ in numbers are one, those of other networks or words are not.
func TestDoubts(t *testing.T) {
	var doubts paper.Doubts
	c := train.DefaultConfig()
	linear := c
	linear.Network.Activation = graph.Linear
	doubts.Add(c, "at t = 3: gradient 1.2e-05")
	doubts.Add(c, "at t = 11: gradient 0.004")
	doubts.Add(linear, "at t = 3: gradient 1.2e-05")
	doubts.Add(c, "at t = 3: no variance")
	want := []string{
		"d = 200, g = 20, at t = 3: gradient 1.2e-05 (and 1 more like it)",
		"d = 200, g = 20, linear, at t = 3: gradient 1.2e-05",
		"d = 200, g = 20, at t = 3: no variance",
	}
	if got := doubts.Texts(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
