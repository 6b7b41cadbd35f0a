package machine

import (
	"reflect"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A gorgonia.VMOpt works on Gorgonia's own machines only. The options in this file have the names of Gorgonia's: each does what it
// does on a TapeMachine, or New returns an [*OptionError].

// EvalMode switches operations that behave differently when training, such as dropout and batch normalisation, to evaluation for
// the runs of this machine. Without it New switches them to training, as gorgonia.NewTapeMachine does, which resets the statistics
// of a batch normalisation; after that the operation's own SetTraining decides. Differs: a TapeMachine in evaluation mode switches
// them when it is created, for every machine on the graph.
func EvalMode() Option {
	return func(s *settings) error {
		s.eval = true
		return nil
	}
}

// BindDualValues gives the nodes, or if none is named all inputs that have a gradient, a dual value: every run adds the
// gradient to what node.Grad returned before, until a solver zeroes it. Without this option node.Grad is the gradient of the last run only.
func BindDualValues(nodes ...*G.Node) Option {
	return func(s *settings) error {
		s.dual = append(s.dual, nodes...)
		s.allDual = s.allDual || len(nodes) == 0
		return nil
	}
}

// WithPrecompiled takes the results of gorgonia.CompileFunction: the machine runs the subgraph that was compiled. The registers are
// ignored.
func WithPrecompiled(program interface{ Graph() *G.ExprGraph }, registers any) Option {
	return func(s *settings) error {
		_ = registers
		if v := reflect.ValueOf(program); program == nil || v.Kind() == reflect.Pointer && v.IsNil() {
			return &OptionError{"WithPrecompiled", "the program is nil; check the error of Compile or CompileFunction"}
		}
		s.graph = program.Graph()
		return nil
	}
}

// WithNaNWatch makes RunAll check the result of every instruction for NaN and stop with a [*NaNError] at the first one. It costs
// one pass over each result.
func WithNaNWatch() Option {
	return func(s *settings) error {
		s.watch.nan = true
		return nil
	}
}

// WithInfWatch makes RunAll check the result of every instruction for infinities and stop with an [*InfError] at the first one. It
// costs one pass over each result.
func WithInfWatch() Option {
	return func(s *settings) error {
		s.watch.inf = true
		return nil
	}
}

// WithLogger logs every instruction after it has run; [WithWatchlist] adds values.
// Differs: the lines show this machine's instructions, one of which may combine several of the graph's operations.
func WithLogger(logger Logger) Option {
	return func(s *settings) error {
		if v := reflect.ValueOf(logger); logger != nil && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			s.journal().to = logger
		}
		return nil
	}
}

// WithValueFmt sets how values are logged. The default is "%3.3g".
func WithValueFmt(format string) Option {
	return func(s *settings) error {
		s.journal().format = format
		return nil
	}
}

// WithWatchlist logs the values of the nodes, or of every result if none is named. It needs [WithLogger].
// Differs: it takes a *gorgonia.Node or a gorgonia.NodeID; there are no registers that a number could refer to.
func WithWatchlist(list ...any) Option {
	return func(s *settings) error {
		j := s.journal()
		j.every = j.every || len(list) == 0
		for _, item := range list {
			switch item := item.(type) {
			case *G.Node:
				s.watched = append(s.watched, item)
			case G.NodeID:
				s.watchedIDs = append(s.watchedIDs, item)
			default:
				return &OptionError{"WithWatchlist", "it takes nodes and their numbers; this machine has no registers"}
			}
		}
		return nil
	}
}

// TraceExec gives every node of the graph a value, including the intermediate nodes that gorgonia.Grad has added.
func TraceExec() Option {
	return func(s *settings) error {
		s.every = true
		return nil
	}
}

// WithManualGradient changes nothing, as on a TapeMachine: it is for the LispMachine.
func WithManualGradient() Option { return func(*settings) error { return nil } }

// UseCudaFor changes nothing, as on a TapeMachine that is built without CUDA.
func UseCudaFor(...string) Option { return func(*settings) error { return nil } }

// WithEngine returns an error unless the engine is Gorgonia's standard one, which values of this machine have.
func WithEngine(engine tensor.Engine) Option {
	return func(*settings) error {
		switch engine.(type) {
		case nil, G.StandardEngine, tensor.StdEng:
			return nil
		}
		return &OptionError{"WithEngine", "this machine computes by itself; leave the option out, or use gorgonia.NewTapeMachine"}
	}
}

// WithPointerWatch makes RunAll stop at an operation that returns one of its operands as its result.
// Differs: the machine's own instructions are not checked at run time. They never share memory that is needed, which the tests check.
func WithPointerWatch() Option {
	return func(s *settings) error {
		s.watch.pointers = true
		return nil
	}
}

// ExecuteFwdOnly returns an error, as on a TapeMachine: name what to compute in [WithOutputs].
func ExecuteFwdOnly() Option {
	return refused("ExecuteFwdOnly", "it is for gorgonia.NewLispMachine; name what to compute in WithOutputs")
}

// ExecuteBwdOnly returns an error, as on a TapeMachine.
func ExecuteBwdOnly() Option {
	return refused("ExecuteBwdOnly", "it is for gorgonia.NewLispMachine; name the gradients in WithOutputs")
}

// LogFwd returns an error, as on a TapeMachine.
func LogFwd() Option { return refused("LogFwd", "it is for gorgonia.NewLispMachine; use WithLogger") }

// LogBwd returns an error, as on a TapeMachine.
func LogBwd() Option { return refused("LogBwd", "it is for gorgonia.NewLispMachine; use WithLogger") }

// LogBothDir returns an error, as on a TapeMachine.
func LogBothDir() Option {
	return refused("LogBothDir", "it is for gorgonia.NewLispMachine; use WithLogger")
}

func refused(option, reason string) Option {
	return func(*settings) error { return &OptionError{option, reason} }
}

// journal returns the journal that the settings ask for.
func (s *settings) journal() *journal {
	if s.watch.log == nil {
		s.watch.log = &journal{format: "%3.3g", nodes: map[*G.Node]bool{}}
	}
	return s.watch.log
}

// resolveWatchlist finds the watched nodes in the graph and adds them to the nodes to compute. Without a logger there is no log.
func (s *settings) resolveWatchlist(g *G.ExprGraph) {
	j := s.watch.log
	if j == nil {
		return
	}
	if j.to == nil {
		s.watch.log = nil
		return
	}
	for _, n := range g.AllNodes() {
		if slices.Contains(s.watched, n) || slices.Contains(s.watchedIDs, G.NodeID(n.ID())) {
			j.nodes[n] = true
			if len(s.want) > 0 {
				s.want = append(s.want, n)
			}
		}
	}
}
