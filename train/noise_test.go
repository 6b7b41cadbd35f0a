package train_test

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
)

// TestDropoutActsInTrainingOnly: at learning rate 0 dropout changes the training loss and no validation; a recording has no zeros.
func TestDropoutActsInTrainingOnly(t *testing.T) {
	histories := map[string][]train.EpochMetrics{}
	for _, dropout := range []string{"0", "0.5"} {
		c := small.Set(t, small.Config(), "network.dropout", dropout, "training.optimiser.learning_rate", "0", "training.epochs", "2")
		e := small.Experiment(t, c)
		trainer, err := train.NewTrainer(e)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
			t.Fatal(err)
		}
		histories[dropout] = trainer.History
		recorded, err := e.Record(trainer.Parameters)
		if err != nil {
			t.Fatal(err)
		}
		for step, h := range recorded.H {
			for i, v := range h.RawMatrix().Data {
				if v == 0 {
					t.Fatalf("dropout %s: element %d of the recorded state %d is 0", dropout, i, step)
				}
			}
		}
	}
	for epoch, with := range histories["0.5"] {
		without := histories["0"][epoch]
		if with.ValidationLoss != without.ValidationLoss || with.Accuracy != without.Accuracy {
			t.Errorf("epoch %d: validation %v, without dropout %v", epoch, with, without)
		}
		if epoch > 0 && with.TrainingLoss == without.TrainingLoss {
			t.Errorf("epoch %d: the training loss is %g with and without dropout", epoch, with.TrainingLoss)
		}
	}
}
