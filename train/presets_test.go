package train_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// TestPresets: every preset is described on one line, is valid, and makes an experiment; its configuration goes through YAML.
func TestPresets(t *testing.T) {
	presets := train.Presets()
	var kinds []string
	for _, preset := range presets {
		c := preset.Config
		kinds = append(kinds, c.Task.Kind)
		if preset.Description == "" || strings.ContainsAny(preset.Description, "#:\n") {
			t.Errorf("%s: described as %q", preset.Name, preset.Description)
		}
		if _, cell, ok := strings.Cut(preset.Name, "-"); !ok || cell != c.Network.Cell {
			t.Errorf("%s has the cell %s", preset.Name, c.Network.Cell)
		}
		if _, err := train.NewExperiment(t.Context(), c); err != nil {
			t.Errorf("%s: %v", preset.Name, err)
		}
		text, err := c.YAML()
		again := train.DefaultConfig()
		if err == nil {
			err = again.ApplyYAML(text)
		}
		if err != nil || again != c {
			t.Errorf("%s: read back as %+v, error %v", preset.Name, again, err)
		}
	}
	for _, kind := range kindsThroughTime() {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no preset is of the task %s", kind)
		}
	}
	if _, err := train.PresetNamed("flipflop"); err == nil || !strings.Contains(err.Error(), "flipflop-gru, flipflop-vanilla") {
		t.Errorf("a name that is none: %v", err)
	}
}

// levels are what every preset reaches at the end of its training, in its score. Seeds 0 to 4 all do.
var levels = map[string]float64{
	"flipflop-gru": 0.99, "flipflop-vanilla": 0.99, "decision-leaky": 0.86, "context-gru": 0.92, "dms-gru": 0.99,
	"memory-leaky": 0.99, "sine-vanilla": 0.95,
}

// trained returns a trained network of a preset.
func trained(t *testing.T, name string, epochs int) *train.Trainer {
	t.Helper()
	preset, err := train.PresetNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	c := preset.Config
	if epochs > 0 {
		c.Training.Epochs = epochs
	}
	trainer, err := train.NewTrainer(small.Experiment(t, c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trainer.Close() })
	if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	return trainer
}

// TestPresetsLearn: networks of every preset learn their tasks.
func TestPresetsLearn(t *testing.T) {
	if testing.Short() || train.RaceDetector() {
		t.Skip("half a minute on one goroutine a preset")
	}
	for _, name := range train.PresetNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trainer := trained(t, name, 0)
			level, ok := levels[name]
			if score := trainer.History[trainer.Epoch()].Accuracy; !ok || score < level {
				t.Errorf("score %g, want %g or more", score, level)
			}
		})
	}
}

// TestPsychometricCurve: the stronger the evidence for a choice, the more often it is made; without evidence, about as often as
// the other one.
func TestPsychometricCurve(t *testing.T) {
	trainer := trained(t, "decision-leaky", 0)
	e := trainer.Experiment
	e.Config.Measures.Samples = 4000
	recorded, err := e.Record(trainer.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	kinds := recorded.Variables[slices.IndexFunc(recorded.Variables, func(v data.Variable) bool { return v.Name == "coherence" })]
	rightward, all := make([]float64, kinds.Kinds), make([]float64, kinds.Kinds)
	last := recorded.Outputs[len(recorded.Outputs)-1]
	for i, kind := range kinds.Values {
		all[kind]++
		if last.At(i, 1) > last.At(i, 0) {
			rightward[kind]++
		}
	}
	for kind := range rightward {
		rightward[kind] /= all[kind]
	}
	if middle := rightward[5]; middle < 0.35 || middle > 0.65 { // 670 trials of no evidence: +-0.02, and bias
		t.Errorf("without evidence %g choices are to the right", middle)
	}
	if !slices.IsSorted(rightward) || rightward[0] > 0.02 || rightward[10] < 0.98 {
		t.Errorf("choices to the right, by coherence %q: %.3f", kinds.Names, rightward)
	}
}
