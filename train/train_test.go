package train_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gorgonia.org/tensor"
)

func TestInterruptedRunEndsInTheSameBytes(t *testing.T) {
	for _, optimiser := range []string{"rmsprop", "sgd", "adam"} {
		c := small.Config()
		c.Training.Optimiser.Name, c.Training.Optimiser.Momentum = optimiser, 0.5
		want, _ := small.Run(t, t.TempDir(), c, false)
		folder := t.TempDir()

		ctx, cancel := context.WithCancel(context.Background())
		_, _, err := run.Folder{Path: folder}.Run(ctx, small.Experiment(t, c), false, small.StopAfter{At: 2, Cancel: cancel})
		if !errors.Is(err, train.ErrInterrupted) {
			t.Fatalf("want ErrInterrupted, got %v", err)
		}
		got, warnings := small.Run(t, folder, c, true)
		if string(got) != string(want) || len(warnings) > 0 {
			t.Errorf("%s: a resumed run ended in other weights (warnings %v)", optimiser, warnings)
		}
		metrics, err := run.Folder{Path: folder}.History()
		if err != nil || len(metrics) != c.Training.Epochs+1 {
			t.Errorf("%s: %d epochs in the metrics, want %d (%v)", optimiser, len(metrics), c.Training.Epochs+1, err)
		}
	}
}

func TestDamagedCheckpointFallsBackToTheOneBefore(t *testing.T) {
	c := small.Config()
	want, _ := small.Run(t, t.TempDir(), c, false)
	for name, damage := range map[string]func([]byte) []byte{
		"truncated":   func(b []byte) []byte { return b[:len(b)/2] },
		"bit flipped": func(b []byte) []byte { b[len(b)-9] ^= 4; return b },
		"in metadata": func(b []byte) []byte { b[60] ^= 1; return b },
		"empty":       func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			small.Run(t, folder, c, false)
			newest := run.Checkpoints(run.Folder{Path: folder}.Checkpoints())[0]
			text, err := os.ReadFile(newest)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(newest, damage(text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, warnings := small.Run(t, folder, c, true)
			var damaged *train.CheckpointError
			if len(warnings) != 1 || !errors.As(warnings[0], &damaged) || damaged.Path != newest {
				t.Errorf("want one warning that names %s, got %v", filepath.Base(newest), warnings)
			}
			if string(got) != string(want) {
				t.Error("the run ended in other weights")
			}
		})
	}
}

func TestResumeWithAnotherConfiguration(t *testing.T) {
	c, folder := small.Config(), t.TempDir()
	small.Run(t, folder, c, false)
	if _, _, err := (run.Folder{Path: folder}).Run(context.Background(), small.Experiment(t, c), false, train.Silent{}); !errors.Is(err, run.ErrFolderInUse) {
		t.Errorf("a second run in the folder: want ErrFolderInUse, got %v", err)
	}
	c.Network.Coupling = 21
	var changed *run.ConfigChangedError
	_, _, err := run.Folder{Path: folder}.Run(context.Background(), small.Experiment(t, c), true, train.Silent{})
	if !errors.As(err, &changed) || len(changed.Differences) != 1 || changed.Differences[0] != "network.coupling: 20, here 21" {
		t.Errorf("want the changed coupling named, got %v", err)
	}
	if _, _, err := (run.Folder{Path: t.TempDir()}).Run(context.Background(), small.Experiment(t, c), true, train.Silent{}); !errors.Is(err, run.ErrNoRun) {
		t.Errorf("resume in an empty folder: want ErrNoRun, got %v", err)
	}
}

func TestDivergenceNamesEpochAndStep(t *testing.T) {
	c := small.Config()
	c.Network.Activation, c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate = graph.Linear, "sgd", 1e30
	c.Training.Loss = graph.MeanSquaredError
	_, _, err := run.Folder{Path: t.TempDir()}.Run(context.Background(), small.Experiment(t, c), false, train.Silent{})
	var diverged *train.DivergenceError
	if !errors.As(err, &diverged) || diverged.Epoch != 1 || diverged.Step < 2 || !(math.IsNaN(diverged.Loss) || math.IsInf(diverged.Loss, 0)) {
		t.Fatalf("want a DivergenceError in the first epoch, got %v", err)
	}
}

func TestTrainingLearns(t *testing.T) {
	c := small.Config()
	c.Training.Epochs, c.Training.Samples = 12, 200
	experiment, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	first, last := trainer.History[0], trainer.History[c.Training.Epochs]
	if last.ValidationLoss > first.ValidationLoss/2 || last.Accuracy < 0.9 {
		t.Errorf("loss %g to %g, accuracy %g to %g", first.ValidationLoss, last.ValidationLoss, first.Accuracy, last.Accuracy)
	}
}

// TestSkipZeroLoss: where every margin is large the loss rounds to zero in float32 but the gradient does
// not, and RMSProp, which divides by its size, moves the weights all the same.
func TestSkipZeroLoss(t *testing.T) {
	for _, skip := range []bool{true, false} {
		c := small.Config()
		c.Task.Dimension, c.Task.Clusters = 10, 4
		c.Training.Epochs, c.Training.Optimiser.LearningRate, c.Training.SkipZeroLoss = 20, 0.05, skip
		experiment, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.NewTrainer(experiment)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		ctx, cancel := context.WithCancel(context.Background())
		if err := trainer.Run(ctx, small.StopAfter{At: c.Training.Epochs - 1, Cancel: cancel}, nil); !errors.Is(err, train.ErrInterrupted) {
			t.Fatal(err)
		}
		for _, readout := range []*tensor.Dense{trainer.Parameters.Tensor("W"), trainer.Parameters.Tensor("b2")} {
			for i := range readout.Float32s() {
				readout.Float32s()[i] *= 2.2 // margins of about 9 become 20
			}
		}
		before := graph.Values(trainer.Parameters.Tensor("R"))
		if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
			t.Fatal(err)
		}
		if loss := trainer.History[c.Training.Epochs].TrainingLoss; loss != 0 {
			t.Fatalf("the training loss is %g, not 0", loss)
		}
		if same := slices.Equal(before, graph.Values(trainer.Parameters.Tensor("R"))); same != skip {
			t.Errorf("skip_zero_loss = %v: the weights stayed the same: %v", skip, same)
		}
	}
}

// TestFaultsHaveDottedKeys: every part of a configuration names its faults by the key that mends them, all at once.
func TestFaultsHaveDottedKeys(t *testing.T) {
	c := train.DefaultConfig()
	c.Task.Noise, c.Network.Activation, c.Training.Loss = -1, "tan", "hinge"
	c.Training.Engine, c.Training.Optimiser.Name, c.Training.Schedule.ThresholdMode = "steam", "adm", "relative"
	err := c.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		"task.noise = -1: must be 0 or more, finite",
		"network.activation = tan: must be one of tanh, linear, relu, softplus, sigmoid",
		"training.loss = hinge: must be one of cross_entropy, mse",
		"training.engine = steam: must be one of machine, tape",
		"training.optimiser.name = adm: must be one of rmsprop, sgd, adam, gorgonia",
		"training.schedule.threshold_mode = relative: must be one of abs, rel",
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
