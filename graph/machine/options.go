package machine

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Option sets how [New] compiles and how the machine runs.
type Option func(*settings) error

type settings struct {
	want     G.Nodes
	threads  int
	nanWatch bool
	trace    bool
	eval     bool
	passes   []pass // tests run without some
}

func defaultSettings() settings {
	return settings{threads: 1, passes: passes}
}

// WithOutputs names the nodes whose values are wanted; the program computes them, and what gorgonia.Read
// statements read, and nothing else. Given more than once, the lists add up. Without it, all results are wanted.
func WithOutputs(nodes ...*G.Node) Option {
	return func(s *settings) error {
		s.want = append(s.want, nodes...)
		return nil
	}
}

// WithThreads lets big products run on n threads, at least 1. The default is 1: experiments run many networks at
// once, and one thread each is the fastest way to share the cores. Results do not depend on n.
func WithThreads(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("machine: threads is %d; allowed: 1 or more", n)
		}
		s.threads = n
		return nil
	}
}

// WithNaNWatch makes RunAll look for NaN in the result of every instruction and stop with a [*NaNError] at the
// first one. It costs one pass over each result.
func WithNaNWatch() Option {
	return func(s *settings) error {
		s.nanWatch = true
		return nil
	}
}

// WithTrace keeps the listing of the program after every pass for [Machine.Trace].
func WithTrace() Option {
	return func(s *settings) error {
		s.trace = true
		return nil
	}
}

// WithEvalMode switches operations that behave differently when training, such as dropout, to evaluation.
// Without it New switches them to training, as gorgonia.NewTapeMachine does.
func WithEvalMode() Option {
	return func(s *settings) error {
		s.eval = true
		return nil
	}
}
