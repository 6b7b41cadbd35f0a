package run

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// stopping is a source of samples that ends a context when it is asked for the second time.
type stopping struct {
	data.Source
	asked int
	stop  func()
}

func (s *stopping) SampleInto(dst *data.Points, rng *rand.Rand) {
	s.Source.SampleInto(dst, rng)
	if s.asked++; s.asked == 2 {
		s.stop()
	}
}

// TestStopWhileValidating: a run that is stopped between the steps of an epoch and its validation resumes there.
func TestStopWhileValidating(t *testing.T) {
	c := train.DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Network.Units = 5, 12, 16
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples = 3, 60, 3, 50
	make := func() *train.Experiment {
		e, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	whole, _, err := (Folder{Path: t.TempDir()}).Run(t.Context(), make(), false, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()

	folder := Folder{Path: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	e := make()
	e.Validation = &stopping{Source: e.Validation, stop: cancel}
	if _, _, err := folder.Run(ctx, e, false, train.Silent{}); !errors.Is(err, train.ErrInterrupted) {
		t.Fatal(err)
	}
	if record, err := folder.record(); err != nil || record.State != stateInterrupted {
		t.Errorf("%+v, error %v", record, err)
	}
	e = make()
	e.Validation = &stopping{Source: e.Validation, stop: func() {}} // of the same kind, or the run is another one
	resumed, warnings, err := folder.Run(t.Context(), e, true, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	defer resumed.Close()
	if !reflect.DeepEqual(resumed.History, whole.History) || len(warnings) > 0 {
		t.Errorf("%+v, want %+v; warnings %v", resumed.History, whole.History, warnings)
	}
	if record, err := folder.record(); err != nil || record.Resumed == nil || *record.Resumed != (Position{0, 6}) {
		t.Errorf("%+v, error %v", record, err)
	}
}
