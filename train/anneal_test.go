package train_test

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// TestAnneal: where nothing is learned, the recurrent weights after each epoch are the initial ones at the coupling of that epoch,
// g = 30, 30, 24, 18, 12, 6, 6, and the other parameters stay.
func TestAnneal(t *testing.T) {
	c := small.Set(t, small.Config(), "network.coupling", "30", "network.precision", "float64", "training.optimiser.learning_rate", "0",
		"training.anneal.coupling", "6", "training.anneal.epochs", "4", "training.epochs", "6")
	for _, constraints := range [][]string{nil, {"network.density", "0.5"}, {"network.cell", "leaky"}, {"network.exact_radius", "true"}} {
		c := small.Set(t, c, constraints...)
		trainer, err := train.NewTrainer(small.Experiment(t, c))
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		couplings := []string{"30", "30", "24", "18", "12", "6", "6"}
		if err := trainer.Run(t.Context(), train.Silent{}, func(now *train.Trainer) error {
			want := small.Experiment(t, small.Set(t, c, "network.coupling", couplings[now.Epoch()])).Initial
			for _, parameter := range now.Parameters.All() {
				for i, got := range graph.Values(parameter.Tensor) {
					if wanted := graph.Values(want.Tensor(parameter.Name))[i]; math.Abs(got-wanted) > 1e-12 {
						t.Fatalf("%v, epoch %d: %s[%d] is %g, want %g", constraints, now.Epoch(), parameter.Name, i, got, wanted)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestResumeAnnealing: stopped at any look at the context, also between the end of an epoch and the first step of the next,
// training ends in the same bytes.
func TestResumeAnnealing(t *testing.T) {
	c := small.Set(t, small.Config(), "training.anneal.coupling", "6", "training.anneal.epochs", "2", "training.epochs", "4",
		"training.samples", "20", "training.batch", "10")
	trainer := func() *train.Trainer {
		trainer, err := train.NewTrainer(small.Experiment(t, c))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { trainer.Close() })
		return trainer
	}
	whole := trainer()
	if err := whole.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	boundaries := 0
	for looks := 1; ; looks++ {
		stopped, resumed := trainer(), trainer()
		err := stopped.Run(&expiring{t.Context(), looks}, train.Silent{}, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, train.ErrInterrupted) {
			t.Fatal(err)
		}
		if stopped.Step() == 0 && stopped.Epoch() > 0 {
			boundaries++
		}
		checkpoint := filepath.Join(t.TempDir(), "checkpoint.safetensors")
		if err := errors.Join(stopped.Save(checkpoint), resumed.Restore(checkpoint), resumed.Run(t.Context(), train.Silent{}, nil)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(graph.Values(resumed.Parameters.Tensor("R")), graph.Values(whole.Parameters.Tensor("R"))) || !slices.Equal(resumed.History, whole.History) {
			t.Errorf("stopped after epoch %d and %d steps, training ended in another network", stopped.Epoch(), stopped.Step())
		}
	}
	if boundaries < 3 {
		t.Errorf("stopped %d times between epochs, want 3 or more", boundaries)
	}
}

// TestAnnealRefused: no annealing where no trained weight depends on the coupling.
func TestAnnealRefused(t *testing.T) {
	for _, settings := range [][]string{{"network.cell", "gru"}, {"network.cell", "low_rank"}, {"training.frozen", "R"}} {
		c := small.Set(t, small.Config(), append(settings, "training.anneal.epochs", "2")...)
		var fault *data.FieldError
		if _, err := train.NewTrainer(small.Experiment(t, c)); !errors.As(err, &fault) || fault.Field != "training.anneal.epochs" {
			t.Errorf("%v: %v, want a fault of training.anneal.epochs", settings, err)
		}
	}
	c := small.Config()
	c.Training.Anneal = train.AnnealConfig{Coupling: math.Inf(1), Epochs: -1}
	for _, key := range []string{"training.anneal.coupling", "training.anneal.epochs"} {
		if !slices.ContainsFunc(data.FieldErrors(c.Validate()), func(fault *data.FieldError) bool { return fault.Field == key }) {
			t.Errorf("%s is not refused", key)
		}
	}
}
