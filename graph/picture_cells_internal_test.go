package graph

import (
	"strings"
	"testing"
)

// TestEqualStepsOfCellsAreOneBox: in a collapsed picture of any cell every name occurs once among the steps, and a product
// with a matrix whose transpose is not drawn names the transpose.
func TestEqualStepsOfCellsAreOneBox(t *testing.T) {
	for _, cell := range CellNames() {
		if cell == FeedForward {
			continue // TestLayersAreDrawnEach
		}
		config := DefaultConfig()
		config.Cell, config.Units, config.Input = cell, 6, TrainedInput
		parameters, err := NewParameters(config, Shape{Inputs: 3, Outputs: 2}, testStream)
		if err != nil {
			t.Fatalf("%s: %v", cell, err)
		}
		rnn, err := Build(parameters, Unroll{Batch: 3, Steps: 6, Loss: CrossEntropy})
		if err != nil {
			t.Fatalf("%s: %v", cell, err)
		}
		seen := map[string]bool{}
		for _, b := range newPicture(rnn, PictureOptions{Collapsed: true}).boxes {
			key := b.home + " " + b.name
			if seen[key] {
				t.Errorf("%s: %s stands twice in %s", cell, b.name, b.home)
			}
			seen[key] = true
			if strings.Contains(b.name, "[") && strings.HasPrefix(b.home, "t = 1") && !strings.HasSuffix(b.name, "[t]") {
				t.Errorf("%s: %s in %s has a step of its own", cell, b.name, b.home)
			}
			if strings.HasPrefix(b.name, "hR") && !strings.HasPrefix(b.name, "hRᵀ") || strings.HasPrefix(b.operation, "× ") && !strings.HasSuffix(b.operation, "ᵀ") {
				t.Errorf("%s: %s is %q", cell, b.name, b.operation)
			}
		}
	}
}

// TestLayersAreDrawnEach: the layers of a feed-forward network have weights of their own, so a collapsed picture keeps each of them.
func TestLayersAreDrawnEach(t *testing.T) {
	config := DefaultConfig()
	config.Cell, config.Units = FeedForward, 6
	parameters, err := NewParameters(config, Shape{Inputs: 6, Outputs: 2, Embedded: true}, testStream)
	if err != nil {
		t.Fatal(err)
	}
	rnn, err := Build(parameters, Unroll{Batch: 3, Steps: 6, Loss: CrossEntropy, Gradients: true})
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string]bool{}
	for _, b := range newPicture(rnn, PictureOptions{Collapsed: true}).boxes {
		if _, step := sectionTime(b.home); step && strings.HasPrefix(b.name, "h[") {
			layers[b.name] = true
		}
	}
	if len(layers) != 6 {
		t.Errorf("drawn layers %v, want h[0] to h[5]", layers)
	}
}
