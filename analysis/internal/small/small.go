// Package small gives tests networks that train in a fraction of a second.
package small

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Config returns 12 units, 12 clusters of 4 inputs in 2 classes, t_eval = 3 and 4 epochs.
func Config() train.Config {
	c := train.DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Task.Classes = 4, 12, 2
	c.Network.Units = 12
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples = 3, 40, 4, 30
	c.Measures.Samples, c.Measures.Steps, c.Measures.Splits = 36, 4, 3
	return c
}

// Experiment returns the experiment of a configuration.
func Experiment(t testing.TB, c train.Config) *train.Experiment {
	t.Helper()
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Run trains a smaller network still, with some change, into a folder.
func Run(t testing.TB, change func(*train.Config)) run.Folder {
	t.Helper()
	c := train.DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Network.Units = 4, 8, 12
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples = 2, 40, 1, 20
	c.Measures.Samples, c.Measures.Steps, c.Measures.Splits = 24, 3, 1
	change(&c)
	folder := run.Folder{Path: filepath.Join(t.TempDir(), "run")}
	trainer, _, err := folder.Run(context.Background(), Experiment(t, c), false, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	trainer.Close()
	return folder
}
