package measure

import (
	"context"
	"sync"
)

// job is a part of the measures that depends on no other.
type job func(ctx context.Context) error

// jobs is a list that several goroutines execute.
type jobs struct {
	list []job

	mutex  sync.Mutex
	next   int                        // the first that has not begun
	cancel map[int]context.CancelFunc // of those that run
	failed int                        // the first that failed; len(list) while none has
	err    error                      // its error
}

// runJobs starts the jobs in their order, up to workers of them at a time, and returns when all have ended; one of the
// workers is the caller's goroutine. It returns the error of the first job in the list that fails, which does not depend
// on workers: jobs after a failed one are cancelled, those before it continue.
func runJobs(ctx context.Context, workers int, list []job) error {
	q := &jobs{list: list, cancel: map[int]context.CancelFunc{}, failed: len(list)}
	var others sync.WaitGroup
	for range min(workers, len(list)) - 1 {
		others.Go(func() { q.work(ctx) })
	}
	q.work(ctx)
	others.Wait()
	if q.err == nil && q.next < len(list) {
		return ctx.Err()
	}
	return q.err
}

// work runs jobs until none is left to start.
func (q *jobs) work(ctx context.Context) {
	for {
		at, own, ok := q.take(ctx)
		if !ok {
			return
		}
		q.end(at, q.list[at](own))
	}
}

// take returns the next job and its own context.
func (q *jobs) take(ctx context.Context) (at int, own context.Context, ok bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.next >= q.failed || ctx.Err() != nil {
		return 0, nil, false
	}
	at = q.next
	q.next++
	own, q.cancel[at] = context.WithCancel(ctx)
	return at, own, true
}

// end records how a job has ended.
func (q *jobs) end(at int, err error) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.cancel[at]()
	delete(q.cancel, at)
	if err == nil || at > q.failed {
		return
	}
	q.failed, q.err = at, err
	for other, cancel := range q.cancel {
		if other > at {
			cancel()
		}
	}
}
