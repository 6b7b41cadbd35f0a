package train_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gorgonia.org/tensor"
)

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
		"training.loss = hinge: must be one of cross_entropy, mse, mse_scalar",
		"training.engine = steam: must be one of machine, tape",
		"training.optimiser.name = adm: must be one of rmsprop, sgd, adam, gorgonia",
		"training.schedule.threshold_mode = relative: must be one of abs, rel",
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEnginesAgree: engines round differently and chaos amplifies it, so a calm network is compared.
func TestEnginesAgree(t *testing.T) {
	var losses []float64
	for _, engine := range train.EngineNames() {
		c := small.Config()
		c.Network.Coupling, c.Network.Precision, c.Training.Engine = 1, graph.Float64, engine
		experiment, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.NewTrainer(experiment)
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.Run(context.Background(), train.Silent{}, nil); err != nil {
			t.Fatal(err)
		}
		losses = append(losses, trainer.History[c.Training.Epochs].ValidationLoss)
		trainer.Close()
	}
	for _, loss := range losses {
		if difference := loss/losses[0] - 1; difference > 1e-9 || difference < -1e-9 {
			t.Errorf("engines %v end in the losses %v", train.EngineNames(), losses)
		}
	}
}
