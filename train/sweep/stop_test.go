package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestStoppedMeasuresHaveNotFailed: a run whose measures hear of the signal before anything else is interrupted; the
// next process makes it.
func TestStoppedMeasuresHaveNotFailed(t *testing.T) {
	folder, plan := newSweep(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	measuring := counter{before: func(ctx context.Context, _ run.Folder, _ sweep.Run, _ bool) error {
		cancel()
		<-ctx.Done()
		return fmt.Errorf("after training: %w", ctx.Err())
	}}
	if err := folder.Work(ctx, plan.Runs, options(1), measuring.execute, quiet{}); !errors.Is(err, train.ErrInterrupted) {
		t.Errorf("error %v", err)
	}
	if s, err := folder.State(plan.Runs[0].ID); err != nil || s.State != sweep.Interrupted || s.Reason != train.ErrInterrupted.Error() {
		t.Errorf("%+v, %v", s, err)
	}
	var again counter
	if err := folder.Work(t.Context(), plan.Runs, options(1), again.execute, quiet{}); err != nil || len(again.made) != 1 {
		t.Errorf("made %v, error %v", again.made, err)
	}
}
