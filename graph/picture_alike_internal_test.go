package graph

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// manyReadouts builds a network with several masked readouts, and penalties at several times.
func manyReadouts(t *testing.T, cell string, loss LossName, readouts ...int) *RNN {
	t.Helper()
	config := DefaultConfig()
	config.Cell, config.Units, config.Input = cell, 6, TrainedInput
	parameters, err := NewParameters(config, Shape{Inputs: 3, Outputs: 2}, testStream)
	if err != nil {
		t.Fatal(err)
	}
	rnn, err := Build(parameters, Unroll{Batch: 4, Steps: readouts[len(readouts)-1] + 1, Loss: loss, Masked: true, Readouts: readouts, Gradients: true,
		Penalties: []Weighted{{weightPenalty{}, 0.1, nil}, {activityPenalty{}, 0.2, nil}, {dimensionalityPenalty{}, 0.3, readouts}}})
	if err != nil {
		t.Fatal(err)
	}
	return rnn
}

// TestReadoutsAreDrawnOnce: a collapsed picture of several readouts has the same boxes for any number of them, each once and
// without a time or index; with more than a dozen readouts they are merged by default. Raw pictures keep all.
func TestReadoutsAreDrawnOnce(t *testing.T) {
	numbered := regexp.MustCompile(`[[.]\d`)
	for _, cell := range CellNames() {
		if cell == FeedForward {
			continue // TestLayersAreDrawnEach
		}
		for _, loss := range []LossName{CrossEntropy, MeanSquaredError} {
			boxes := func(options PictureOptions, readouts ...int) []string {
				var behind []string
				for _, b := range newPicture(manyReadouts(t, cell, loss, readouts...), options).boxes {
					if _, step := sectionTime(b.home); step || b.home == parameterSection {
						continue
					}
					part, _, _ := strings.Cut(b.section(), ", t = ")
					behind = append(behind, part+" "+b.name)
				}
				slices.Sort(behind)
				return behind
			}
			three := boxes(PictureOptions{Collapsed: true}, 1, 2, 4)
			if len(slices.Compact(slices.Clone(three))) != len(three) || slices.ContainsFunc(three, numbered.MatchString) {
				t.Errorf("%s, %s: boxes behind the steps are %q", cell, loss, three)
			}
			for _, want := range []string{"readout o[t]", "loss target[t]", "loss mask[t]", "loss objective", "penalty dimensionality gram[k]", "gradients, readout do[t]"} {
				if !slices.Contains(three, want) && !(loss == MeanSquaredError && strings.HasSuffix(want, "do[t]")) { // there it is the gradient of the difference
					t.Errorf("%s, %s: %q is missing from %q", cell, loss, want, three)
				}
			}
			if five := boxes(PictureOptions{Collapsed: true}, 0, 1, 2, 3, 5); !slices.Equal(five, three) {
				t.Errorf("%s, %s: with five readouts the boxes are %q, with three %q", cell, loss, five, three)
			}
			all := make([]int, manySteps+1)
			for i := range all {
				all[i] = i
			}
			if many := boxes(PictureOptions{}, all...); !slices.Equal(many, three) {
				t.Errorf("%s, %s: with %d readouts the boxes are %q, with three %q", cell, loss, len(all), many, three)
			}
			if raw := boxes(PictureOptions{Collapsed: true, Raw: true}, 1, 2, 4); !slices.Contains(raw, "readout o[2]") || !slices.Contains(raw, "loss target.1") {
				t.Errorf("%s, %s: a raw picture draws %q", cell, loss, raw)
			}
		}
	}
}

// TestReadoutTitles names the times of readouts that are drawn as one.
func TestReadoutTitles(t *testing.T) {
	for want, readouts := range map[string][]int{
		"readout": {4}, "readout, t = 2 .. 4": {2, 3, 4}, "readout, t = 1, 4": {1, 4}, "readout, t = 0, 2, 4 .. 10": {0, 2, 4, 6, 8, 10},
	} {
		p := newPicture(manyReadouts(t, Vanilla, CrossEntropy, readouts...), PictureOptions{Collapsed: true})
		if !slices.Contains(p.homes, want) {
			t.Errorf("readouts at %v: parts %q, want %q", readouts, p.homes, want)
		}
	}
}
