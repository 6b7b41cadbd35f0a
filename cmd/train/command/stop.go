package command

import (
	"context"
	"io"
	"os/signal"
	"sync"

	"github.com/unfurl-rnn/unfurl/train"
)

// untilStopped returns a context that ends at the first signal that asks the program to stop. The second one ends the
// program at once. Signals that are ignored at the start, as with nohup and background jobs of shells, stay ignored.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	surviveClosedPipes()
	heard := stopSignals[:0:0]
	for _, s := range stopSignals {
		if !signal.Ignored(s) {
			heard = append(heard, s)
		}
	}
	if len(heard) == 0 {
		return context.WithCancel(ctx)
	}
	ctx, stop := signal.NotifyContext(ctx, heard...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// outlet is standard output or standard error. When nobody reads it any more, as after `| head -1`, it makes the program
// save its work and stop.
type outlet struct {
	to   io.Writer
	stop func()

	mutex sync.Mutex
	err   error // error of the first write that failed
}

func (o *outlet) Write(text []byte) (int, error) {
	written, err := o.to.Write(text)
	if err != nil {
		o.mutex.Lock()
		if o.err == nil {
			o.err = err
		}
		o.mutex.Unlock()
		if isClosedPipe(err) {
			o.stop()
		}
	}
	return written, err
}

func (o *outlet) fault() error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.err
}

// abandonable does work that only computes. When the context ends it returns [train.ErrInterrupted] at once and abandons
// the work, as the program is about to end: not all of the work watches the context.
func abandonable[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := work()
		done <- outcome{value, err}
	}()
	select {
	case of := <-done:
		return of.value, of.err
	case <-ctx.Done():
		var nothing T
		return nothing, train.ErrInterrupted
	}
}
