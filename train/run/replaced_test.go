package run_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// moved is a data.Source that a program supplies.
type moved struct{ data.Source }

func (m moved) SampleInto(dst *data.Points, rng *rand.Rand) {
	m.Source.SampleInto(dst, rng)
	for i := range dst.Inputs.RawMatrix().Data {
		dst.Inputs.RawMatrix().Data[i] += 0.1
	}
}

// TestFoldersKnowSourcesOfTheirOwn: a folder whose samples came from a source that only a Go program has says so, and is
// not measured on the clusters of its configuration, nor resumed with them.
func TestFoldersKnowSourcesOfTheirOwn(t *testing.T) {
	c := small.Config()
	c.Training.Epochs = 1
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if replaced := e.Replaced(); len(replaced) > 0 {
		t.Errorf("nothing was replaced, but %q", replaced)
	}
	e.Training = moved{e.Training}
	want := []string{"training: run_test.moved"}
	if replaced := e.Replaced(); !slices.Equal(replaced, want) {
		t.Errorf("%q were replaced, want %q", replaced, want)
	}
	folder := run.Folder{Path: t.TempDir()}
	trainer, _, err := folder.Run(t.Context(), e, false, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	trainer.Close()

	var replaced *train.ReplacedError
	if _, err := folder.Experiment(t.Context()); !errors.As(err, &replaced) || !slices.Equal(replaced.Parts, want) {
		t.Errorf("the experiment was made again from its configuration: %v", err)
	}
	other, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := folder.Run(t.Context(), other, true, train.Silent{}); !errors.As(err, &replaced) {
		t.Errorf("resumed with other samples: %v", err)
	}
	trainer, _, err = folder.Run(t.Context(), e, true, train.Silent{})
	if err != nil {
		t.Fatalf("not resumed with the same ones: %v", err)
	}
	trainer.Close()
}
