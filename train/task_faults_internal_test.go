package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// faulty is a task that a user has written with a fault.
type faulty struct {
	Readout int `yaml:"readout"`
	filled  int // batches
	fill    func(b *data.Batch, filled int)
	score   float64
}

func (f *faulty) Name() string                            { return "faulty" }
func (f *faulty) Validate() error                         { return nil }
func (f *faulty) Score([]*mat.Dense, *data.Batch) float64 { return f.score }
func (f *faulty) Plan() data.Plan {
	return data.Plan{Inputs: 1, Outputs: 2, Steps: 3, Readouts: []int{f.Readout}, Classes: true, Masked: true, Chance: 0.5}
}

func (f *faulty) Fill(b *data.Batch, rng *rand.Rand) {
	for i := range b.Len() {
		b.Inputs[0].Set(i, 0, float64(2*(i%2)-1))
		b.Labels[i], b.Clusters[i], b.Masks[0][i] = i%2, i%2, 1
	}
	f.filled++
	if f.fill != nil {
		f.fill(b, f.filled)
	}
}

// TestFaultsOfOwnTasks: what a user's task does wrong is an error with the task, the sample and what to change, before training
// where that can be known, and never a panic or a loss of NaN.
func TestFaultsOfOwnTasks(t *testing.T) {
	for name, test := range map[string]struct {
		task  faulty
		valid bool // whether training begins
		want  string
	}{
		"label":    {faulty{fill: func(b *data.Batch, _ int) { b.Labels[1] = 2 }}, false, "data: task faulty, sample 1: the label is 2; let Fill set Labels to 0 to 1"},
		"mask":     {faulty{fill: func(b *data.Batch, _ int) { b.Masks[0][3] = 0 }}, false, "data: task faulty, sample 3: nothing is asked"},
		"readouts": {faulty{Readout: 3}, false, "data: task faulty: Plan.Readouts[0] is 3 in a trial of 3 steps; give times from 0 to 2"},
		"score":    {faulty{score: math.NaN()}, true, "data: task faulty: Score returns NaN; return a share from 0 to 1"},
		"later": {faulty{fill: func(b *data.Batch, filled int) { // the measuring samples, the first validation, then an epoch
			if filled == 3 {
				b.Labels[5] = 7
			}
		}}, true, "data: task faulty, sample 5: the label is 7"},
	} {
		t.Run(name, func(t *testing.T) {
			taskKinds["faulty"] = func() data.Task { of := test.task; return &of }
			defer delete(taskKinds, "faulty")
			c := DefaultConfig()
			c.Task.Kind, c.Network.Units, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples, c.Measures.Samples = "faulty", 8, 20, 2, 20, 20
			e, err := NewExperiment(t.Context(), c)
			if test.valid {
				if err != nil {
					t.Fatal(err)
				}
				trainer, made := NewTrainer(e)
				if made != nil {
					t.Fatal(made)
				}
				defer trainer.Close()
				err = trainer.Run(t.Context(), Silent{}, nil)
			}
			var fault *data.TaskError
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
