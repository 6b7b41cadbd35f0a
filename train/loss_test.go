package train_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// TestScalarLossLearns: a network with one output reaches the accuracy of one with two, and its weights are read back.
func TestScalarLossLearns(t *testing.T) {
	c := small.Set(t, small.Config(), "training.loss", "mse_scalar", "training.epochs", "30", "training.optimiser.learning_rate", "5e-3")
	folder := t.TempDir()
	small.Run(t, folder, c, false)
	trainer, err := train.NewTrainer(small.Experiment(t, c))
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	if read, err := (run.Folder{Path: folder}).Weights(); err != nil || read.Outputs() != 1 || !slices.Equal(read.Effective("W"), trainer.Parameters.Effective("W")) {
		t.Errorf("the weights are not read back (%v)", err)
	}
	if last := trainer.History[c.Training.Epochs]; last.Accuracy < 0.9 || trainer.Parameters.Outputs() != 1 {
		t.Errorf("accuracy %g with %d outputs, want 0.9 or more with 1", last.Accuracy, trainer.Parameters.Outputs())
	}
}

// TestOneOutputChoosesByItsSign: of four samples three are right.
func TestOneOutputChoosesByItsSign(t *testing.T) {
	outputs := []*mat.Dense{mat.NewDense(4, 1, []float64{0.7, -0.7, 0.1, 0})}
	if got := data.ChoicesRight(outputs, []int{1, 0, 0, 0}); got != 0.75 {
		t.Errorf("%g right, want 0.75", got)
	}
}

// TestScalarLossNeedsTwoClasses: three classes, and tasks that fix their outputs, are refused with the key to change.
func TestScalarLossNeedsTwoClasses(t *testing.T) {
	for _, settings := range [][]string{{"task.classes", "3"}, {"task.kind", "decision"}, {"task.kind", "sine"}} {
		c := small.Set(t, small.Config(), slices.Concat([]string{"training.loss", string(graph.ScalarSquaredError)}, settings)...)
		err := c.Validate()
		if err == nil || !strings.Contains(err.Error(), "training.loss = mse_scalar") || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%v: %v", settings, err)
		}
	}
}
