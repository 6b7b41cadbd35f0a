package sweep

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Options says how a process executes a sweep.
type Options struct {
	// Workers is the number of concurrent runs in this process, at least 1.
	Workers int
	// RetryFailed retries, once, the runs that failed before this process started.
	RetryFailed bool
	// FailFast stops at the first run that fails.
	FailFast bool
	// Patience is how long an owner's beat must stand still before its run is taken over, above 0.
	Patience time.Duration
}

// DefaultPatience is [run.DefaultPatience].
const DefaultPatience = run.DefaultPatience

// DefaultOptions returns one worker and [DefaultPatience].
func DefaultOptions() Options { return Options{Workers: 1, Patience: DefaultPatience} }

// Validate joins a [*data.FieldError], under the flag of `train sweep`, for every field that is out of its range.
func (o Options) Validate() error {
	var faults data.Faults
	faults.Check(o.Workers >= 1, "--workers", o.Workers, "1 or more")
	faults.Check(o.Patience > 0, "--patience", o.Patience, "above 0")
	return faults.Join()
}

// Monitor receives the start and end of each run that a process makes. Its methods are called from several goroutines.
type Monitor interface {
	// Started is called when attempt number attempt of a run begins.
	Started(run Run, attempt int)
	// Ended is called when an attempt of this process ended, with the error or nil.
	Ended(run Run, err error)
}

// Work makes the runs that are not done, together with any other processes that do so, and returns when
// each is done or has failed.
//
// Errors: [RunsError] if runs failed; with FailFast the error of the first, around its ID;
// [train.ErrInterrupted] when the context ends; [files.OutputError] when the folder cannot be written. In
// each case finished runs stay, and runs that were in progress have checkpoints.
func (f Folder) Work(ctx context.Context, runs []Run, o Options, execute Execute, monitor Monitor) error {
	if err := o.Validate(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &worker{Folder: f, Options: o, execute: execute, monitor: monitor, cancel: cancel,
		open: runs, mine: map[string]bool{}, retry: map[string]int{}, wake: make(chan struct{})}
	if o.RetryFailed {
		for _, run := range runs {
			s, err := f.State(run.ID)
			if err != nil {
				return err
			}
			if s.State == Failed {
				w.retry[run.ID] = s.Attempts
			}
		}
	}
	var group sync.WaitGroup
	for range min(o.Workers, len(runs)) {
		group.Go(func() {
			if err := w.loop(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, train.ErrInterrupted) {
			return cause
		}
		return train.ErrInterrupted
	}
	if w.failures.Failed > 0 {
		w.failures.Runs = len(runs)
		return &w.failures
	}
	return nil
}

// worker is what the goroutines of one process share.
type worker struct {
	Folder
	Options
	execute Execute
	monitor Monitor
	cancel  context.CancelCauseFunc
	watch   run.Watch

	mutex    sync.Mutex
	open     []Run           // neither done nor failed, in order
	mine     map[string]bool // being made by this process
	retry    map[string]int  // failed runs to be tried again, with the generation that failed
	failures RunsError
	wake     chan struct{} // closed and replaced when an attempt ends
}

// longestWait is how long a process without work waits before it looks again.
const longestWait = 2 * time.Second

// loop makes one run after another until none is open.
func (w *worker) loop(ctx context.Context) error {
	for ctx.Err() == nil {
		next, generation, owner, left, wake, err := w.next()
		switch {
		case err != nil:
			return err
		case left == 0:
			return nil
		case generation == 0: // other processes hold all open runs
			select {
			case <-ctx.Done():
			case <-wake:
			case <-time.After(min(run.BeatEvery(w.Patience), longestWait)):
			}
			continue
		}
		w.monitor.Started(next, generation)
		err = w.make(ctx, next, generation, owner, w.execute)
		w.monitor.Ended(next, err)
		w.release(next)
		var output *files.OutputError
		switch {
		case err == nil, errors.Is(err, ErrTakenOver), errors.Is(err, train.ErrInterrupted) && !errors.As(err, &output):
		case errors.As(err, &output):
			return err
		case w.FailFast:
			return fmt.Errorf("run %s: %w", next.ID, err)
		}
	}
	return nil
}

// next claims the first run that is available. generation is 0 if there is none, left the number of open
// runs, wake a channel that is closed when one of this process's attempts ends.
func (w *worker) next() (found Run, generation int, owner run.Owner, left int, wake chan struct{}, err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	open := w.open[:0:0]
	defer func() { w.open = open; left, wake = len(open), w.wake }()
	for i, candidate := range w.open {
		if w.mine[candidate.ID] {
			open = append(open, candidate)
			continue
		}
		s, err := w.State(candidate.ID)
		if err != nil {
			open = append(open, w.open[i:]...)
			return found, 0, owner, 0, nil, err
		}
		free := s.State == Pending || s.State == Interrupted || s.State == Damaged
		switch {
		case s.State == Done:
			continue
		case s.State == Failed:
			if before, ok := w.retry[candidate.ID]; !ok || s.Attempts > before {
				w.fail(candidate, s.Reason)
				continue
			}
			free = true
		case s.State == Running:
			still, _ := w.watch.Stood(w.claims(candidate.ID), s.Attempts)
			free = still >= max(w.Patience, s.Owner.Patience)
		}
		open = append(open, candidate)
		if !free {
			continue
		}
		owner := run.NewOwner(w.Patience)
		claimed, err := w.claims(candidate.ID).Take(s.Attempts+1, owner)
		if err != nil || claimed {
			open = append(open, w.open[i+1:]...)
		}
		if err != nil {
			return found, 0, owner, 0, nil, err
		}
		if claimed {
			w.mine[candidate.ID] = true
			return candidate, s.Attempts + 1, owner, 0, nil, nil
		}
	}
	return found, 0, owner, 0, nil, nil
}

// fail counts a failed run.
func (w *worker) fail(run Run, reason string) {
	if w.failures.Failed == 0 {
		w.failures.First, w.failures.Reason = run.ID, reason
	}
	w.failures.Failed++
}

// release makes a run available again and wakes waiting goroutines.
func (w *worker) release(run Run) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	delete(w.mine, run.ID)
	close(w.wake)
	w.wake = make(chan struct{})
}
