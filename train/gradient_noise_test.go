package train_test

import (
	"errors"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// history trains a configuration and returns the metrics of its epochs and the trained readout weights.
func history(t *testing.T, c train.Config) ([]train.EpochMetrics, []float64) {
	t.Helper()
	trainer, err := train.NewTrainer(small.Experiment(t, c))
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	return trainer.History, graph.Values(trainer.Parameters.Tensor(graph.ReadoutWeights))
}

// TestReadoutNoiseShrinksStates: noise of deviation s on W adds s^2 times the mean squared norm of the states to the expected squared
// error, since the noise of each of the C outputs adds s^2 |h|^2 and the loss is their mean. It is in no weight and in no validation.
func TestReadoutNoiseShrinksStates(t *testing.T) {
	for _, precision := range []string{"float32", "float64"} {
		c := small.Set(t, small.Config(), "training.loss", "mse", "training.optimiser.learning_rate", "0", "training.epochs", "1",
			"training.samples", "6000", "training.batch", "1", "training.validation_samples", "6000", "measures.samples", "6000", "network.precision", precision)
		clean, weights := history(t, c)
		const deviation = 0.2
		c.Training.ReadoutNoise = deviation
		noisy, after := history(t, c)
		for i := range weights {
			if weights[i] != after[i] {
				t.Fatalf("%s: at learning rate 0 the readout weight %d became %g, want %g", precision, i, after[i], weights[i])
			}
		}
		if clean[1].ValidationLoss != noisy[1].ValidationLoss || clean[1].Accuracy != noisy[1].Accuracy {
			t.Errorf("%s: the noise acts in validation: %+v, without %+v", precision, noisy[1], clean[1])
		}
		experiment := small.Experiment(t, c)
		trajectory, err := experiment.Record(experiment.Initial)
		if err != nil {
			t.Fatal(err)
		}
		states := trajectory.H[c.Training.EvaluationStep]
		samples, units := states.Dims()
		square := 0.0
		for i := range samples {
			for j := range units {
				square += states.At(i, j) * states.At(i, j) / float64(samples)
			}
		}
		want := deviation * deviation * square
		if got := noisy[1].TrainingLoss - clean[1].TrainingLoss; math.Abs(got-want) > 0.05*want {
			t.Errorf("%s: the noise adds %g to the loss, want %g", precision, got, want)
		}
	}
}

// TestLabelNoise: labels drawn at random for all samples leave nothing to learn, and the labels of validation stay.
func TestLabelNoise(t *testing.T) {
	c := small.Set(t, small.Config(), "training.epochs", "20")
	clean, _ := history(t, c)
	c.Training.LabelNoise = 1
	noisy, _ := history(t, c)
	if last := c.Training.Epochs; clean[last].Accuracy < 0.88 || noisy[last].Accuracy > 0.75 || noisy[last].TrainingLoss < 0.6 {
		t.Errorf("accuracy %g, and with random labels %g at loss %g; want 0.9, and chance at loss log 2", clean[last].Accuracy, noisy[last].Accuracy, noisy[last].TrainingLoss)
	}
	if clean[0] != noisy[0] {
		t.Errorf("before training %+v, and with random labels in training %+v", clean[0], noisy[0])
	}
	var fault *data.FieldError
	through := small.Set(t, small.Config(), "task.kind", "flip_flop", "training.loss", "mse", "training.label_noise", "0.1")
	if err := through.Validate(); !errors.As(err, &fault) || fault.Field != "training.label_noise" {
		t.Errorf("random labels of a task without labels give %v", err)
	}
}
