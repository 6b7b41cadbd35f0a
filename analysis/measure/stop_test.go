package measure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestMeasuringManySamplesStops: ten times the usual samples are recorded in one go, which takes a second and more; a request to stop
// does not wait for it.
func TestMeasuringManySamplesStops(t *testing.T) {
	c := train.DefaultConfig()
	c.Measures.Samples = 6000
	e := small.Experiment(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan time.Time, 1)
	time.AfterFunc(50*time.Millisecond, func() {
		asked <- time.Now()
		cancel()
	})
	_, err := measure.Network(ctx, e, e.Initial, nil, []train.EpochMetrics{{}}, nil)
	if took := time.Since(<-asked); !errors.Is(err, train.ErrInterrupted) && !errors.Is(err, context.Canceled) || took > time.Second {
		t.Errorf("%v, %v after it was asked to stop", err, took)
	}
}
