package train_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestConstraintsHoldThroughTraining: after 1000 steps, every outgoing weight of a unit has the unit's sign, and every
// masked connection is exactly zero, although some of the trained values have changed their sign.
func TestConstraintsHoldThroughTraining(t *testing.T) {
	c := small.Set(t, small.Config(), "network.cell", "leaky", "network.units", "40", "network.excitatory", "0.8", "network.density", "0.1",
		"network.self_connections", "false", "training.samples", "2000", "training.epochs", "5", "training.batch", "10",
		"training.optimiser.learning_rate", "0.01")
	folder := t.TempDir()
	small.Run(t, folder, c, false)
	initial := small.Experiment(t, c).Initial
	trained, err := run.Folder{Path: folder}.Weights()
	if err != nil {
		t.Fatal(err)
	}
	before, after, raw := initial.Effective("R"), trained.Effective("R"), graph.Values(trained.Tensor("R"))
	changed, crossed, connected := 0, 0, 0
	for i := range 40 {
		for j := range 40 {
			at := 40*i + j
			if before[at] == 0 {
				if after[at] != 0 || math.Signbit(after[at]) {
					t.Fatalf("the connection from %d to %d was not there and is %v", j, i, after[at])
				}
				continue
			}
			connected++
			if excitatory := j < 32; excitatory && after[at] < 0 || !excitatory && after[at] > 0 || i == j {
				t.Fatalf("the weight from unit %d to %d is %v", j, i, after[at])
			}
			if after[at] != before[at] {
				changed++
			}
			if raw[at] < 0 {
				crossed++
			}
		}
	}
	if connected < 100 || changed < connected*9/10 || crossed == 0 {
		t.Errorf("of %d connections, %d changed and %d crossed zero: the test shows little", connected, changed, crossed)
	}
}

// expiring is a context that ends after it has been checked a number of times, so that training stops within an epoch.
type expiring struct {
	context.Context
	looks int
}

func (e *expiring) Err() error {
	if e.looks--; e.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestResumeWithinAnEpochWithEverythingOn: stopped in the middle of an epoch and restored from a checkpoint, training ends in
// the same bytes, with noise in units, inputs, labels and readout weights, dropout, clipping, penalties, frozen parameters, Dale's law and masks.
func TestResumeWithinAnEpochWithEverythingOn(t *testing.T) {
	everything := []string{
		"network.noise", "0.1", "network.input_noise", "0.05", "network.dropout", "0.2", "network.input", "trained", "network.units", "12", "training.clip_norm", "0.1",
		"training.penalties.weights.strength", "0.01", "training.penalties.activity.strength", "0.02", "training.penalties.activity.times", "1,3",
		"training.penalties.dimensionality.strength", "0.01", "training.penalties.expansion.strength", "0.02", "training.penalties.expansion.times", "0,1", "training.frozen", "b2", "training.samples", "60", "training.epochs", "3",
		"training.readout_noise", "0.1",
	}
	mislabelled := []string{"training.label_noise", "0.3"}
	through := []string{"task.kind", "flip_flop", "task.flip_flop.steps", "8", "training.loss", "mse"}
	constrained := []string{"network.excitatory", "0.7", "network.density", "0.4", "network.self_connections", "false"}
	for name, settings := range map[string][]string{
		"vanilla":  slices.Concat(everything, mislabelled, constrained),
		"leaky":    slices.Concat(everything, constrained, through, []string{"network.cell", "leaky", "network.leak_spread", "4"}),
		"gru":      slices.Concat(everything, constrained, through, []string{"network.cell", "gru"}),
		"lstm":     slices.Concat(everything, mislabelled, []string{"network.cell", "lstm"}),
		"low_rank": slices.Concat(everything, through, []string{"network.cell", "low_rank"}),
		"feed_forward": slices.Concat(everything, constrained, []string{"network.cell", "feed_forward", "network.feed_forward.layers", "3",
			"measures.steps", "3", "network.feed_forward.start", "independent"}),
	} {
		for _, precision := range []string{"float32", "float64"} {
			t.Run(name+"/"+precision, func(t *testing.T) {
				c := small.Set(t, small.Config(), append(settings, "network.precision", precision)...)
				trainer := func() *train.Trainer {
					trainer, err := train.NewTrainer(small.Experiment(t, c))
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { trainer.Close() })
					return trainer
				}
				whole, stopped, resumed := trainer(), trainer(), trainer()
				if err := whole.Run(t.Context(), train.Silent{}, nil); err != nil {
					t.Fatal(err)
				}
				// A validation checks the context once or more; an epoch has 6 steps. This is in the second epoch:
				if err := stopped.Run(&expiring{t.Context(), 11}, train.Silent{}, nil); !errors.Is(err, train.ErrInterrupted) {
					t.Fatal(err)
				}
				checkpoint := filepath.Join(t.TempDir(), "checkpoint.safetensors")
				if err := stopped.Save(checkpoint); err != nil {
					t.Fatal(err)
				}
				if err := resumed.Restore(checkpoint); err != nil {
					t.Fatal(err)
				}
				if resumed.Epoch() != 1 || slices.Equal(resumed.Parameters.Effective("W"), whole.Parameters.Effective("W")) {
					t.Fatalf("stopped after epoch %d, want within the second", resumed.Epoch())
				}
				if err := resumed.Run(t.Context(), train.Silent{}, nil); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(resumed.History, whole.History) {
					t.Errorf("the metrics are %v, want %v", resumed.History, whole.History)
				}
				for _, parameter := range whole.Parameters.All() {
					want, got := graph.Values(parameter.Tensor), graph.Values(resumed.Parameters.Tensor(parameter.Name))
					if !slices.Equal(got, want) {
						t.Errorf("%s ended in other values", parameter.Name)
					}
					start := graph.Values(whole.Experiment.Initial.Tensor(parameter.Name))
					frozen := parameter.Name == "b2" || parameter.Name == "alpha" || parameter.Name == "Win_f" // no c before the input
					if slices.Equal(start, want) != frozen {
						t.Errorf("%s has changed: %v, want %v", parameter.Name, !slices.Equal(start, want), !frozen)
					}
				}
			})
		}
	}
}
