package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
)

// TestRunJobs: all jobs run, at most as many at a time as there are workers.
func TestRunJobs(t *testing.T) {
	for _, workers := range []int{1, 3, 20} {
		var running, most, done atomic.Int32
		list := make([]job, 10)
		for i := range list {
			list[i] = func(context.Context) error {
				now := running.Add(1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
				}
				done.Add(1)
				running.Add(-1)
				return nil
			}
		}
		if err := runJobs(t.Context(), workers, list); err != nil || int(done.Load()) != len(list) || int(most.Load()) > workers {
			t.Errorf("%d workers: %d of %d jobs, %d at a time, %v", workers, done.Load(), len(list), most.Load(), err)
		}
	}
	if err := runJobs(t.Context(), 2, nil); err != nil {
		t.Errorf("no jobs: %v", err)
	}
}

// TestRunJobsFirstError: a later job that fails sooner cancels those after it, and the error is still that of the earlier one.
func TestRunJobsFirstError(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	failed, began, cancelled := make(chan struct{}), make(chan struct{}), false
	list := []job{
		func(ctx context.Context) error {
			<-failed
			if ctx.Err() != nil {
				return fmt.Errorf("an earlier job was cancelled: %w", ctx.Err())
			}
			return first
		},
		func(context.Context) error {
			<-began
			defer close(failed)
			return second
		},
		func(ctx context.Context) error {
			close(began)
			<-ctx.Done()
			cancelled = true
			return ctx.Err()
		},
		func(context.Context) error { t.Error("began after a failure"); return nil },
	}
	if err := runJobs(t.Context(), 3, list); err != first || !cancelled {
		t.Errorf("%v, the third cancelled: %v; want %v and true", err, cancelled, first)
	}
}

// TestRunJobsStops: jobs that have not begun when the context ends are never started.
func TestRunJobsStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var began []int
	list := []job{
		func(context.Context) error { began = append(began, 0); return nil },
		func(context.Context) error { began = append(began, 1); stop(); return nil },
		func(context.Context) error { began = append(began, 2); return nil },
	}
	if err := runJobs(ctx, 1, list); !errors.Is(err, context.Canceled) || !slices.Equal(began, []int{0, 1}) {
		t.Errorf("%v after jobs %v", err, began)
	}
}
