package paper

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/unfurl-rnn/unfurl/train"
)

// SideBySide calls do for every configuration of the plan, as many at a time as there are workers, and
// returns the results in the order of the plan.
//
// Errors: the first error of a network, with its name, after which no further network is begun;
// [train.ErrInterrupted] when the context ends.
func SideBySide[T any](ctx context.Context, plan []train.Config, workers int, do func(context.Context, train.Config) (T, error)) ([]T, error) {
	results := make([]T, len(plan))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range min(workers, len(plan)) {
		group.Go(func() {
			for i := range next {
				result, err := do(ctx, plan[i])
				if err != nil {
					cancel(fmt.Errorf("%s, realisation %d: %w", title(plan[i]), plan[i].Realisation, err))
					return
				}
				results[i] = result
			}
		})
	}
feed:
	for i := range plan {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	group.Wait()
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, train.ErrInterrupted) {
			return nil, cause
		}
		return nil, train.ErrInterrupted
	}
	return results, nil
}

// title names a network for people.
func title(c train.Config) string {
	return fmt.Sprintf("d = %d, g = %g", c.Task.Dimension, c.Network.Coupling)
}
