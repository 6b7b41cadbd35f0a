package machine

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Option sets how [New] compiles and how the machine runs.
type Option func(*settings) error

type settings struct {
	selection
	graph      *G.ExprGraph // replaces the graph given to New; nil to keep that
	threads    int
	watch      watch
	watched    G.Nodes // nodes whose values are logged
	watchedIDs []G.NodeID
	trace      bool
	eval       bool
	passes     []pass // tests leave some out
}

func defaultSettings() settings {
	return settings{threads: 1, passes: passes}
}

// WithOutputs names the nodes whose values are wanted; the program computes them, and what gorgonia.Read
// statements read, and nothing else. If it is given more than once, the lists are joined. Without it every node that existed before
// gorgonia.Grad and every gradient is wanted, which prevents fusion and memory sharing: naming the cost and the gradients makes
// training two to three times as fast.
func WithOutputs(nodes ...*G.Node) Option {
	return func(s *settings) error {
		s.want = append(s.want, nodes...)
		return nil
	}
}

// WithThreads runs large products on n threads, at least 1. The default is 1: experiments run many networks at once, and one thread
// each is the fastest way to use the cores. Results do not depend on n.
func WithThreads(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("machine: threads is %d; allowed: 1 or more", n)
		}
		s.threads = n
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
