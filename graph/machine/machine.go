package machine

import (
	"fmt"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var _ G.VM = (*Machine)(nil)

// Machine runs one compiled graph. It may be used by one goroutine at a time; machines of different graphs may run in parallel,
// even if their graphs share the tensors of their parameters, as long as nothing writes to those.
type Machine struct {
	exchange
	program    *program
	inputs     []*binding
	steps      []task
	results    []*result
	byNode     map[*G.Node]*result // plain values, not gradients
	readings   []func() error
	stages     []Stage
	watch      watch
	graph      *G.ExprGraph
	modes      []mode          // of operations that behave differently when training; for a machine in evaluation mode
	kept       bool            // runs do not overwrite the values of previous runs
	next       int             // the next step of an unfinished run
	stops      map[*G.Node]int // the step after which a wanted node is computed
	ran        bool
	evaluating bool // a run in evaluation mode is in progress
	closed     bool
}

// mode is the training flag of an operation, and its value before the run.
type mode struct {
	training *bool
	before   bool
}

// task is one instruction that is ready to run.
type task struct {
	run   step
	in    *instruction
	check func() error // of the result; nil if there is nothing to check
}

// New returns a machine for the graph as it is now; nodes added later are not part of it.
//
// All memory is allocated here. After a run the values of all nodes that existed before gorgonia.Grad, and all gradients, are bound
// to their nodes, so that node.Value, node.Grad and a solver over gorgonia.NodesToValueGrads see the results of that run, whichever
// machine on the graph computed them; [WithOutputs] restricts that.
//
// Errors: [ErrEmptyGraph], [ErrNothingWanted], [*CompileError], and those of the options.
func New(g *G.ExprGraph, options ...Option) (m *Machine, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			m, err = nil, &CompileError{Err: fmt.Errorf("panic: %v", reason)}
		}
	}()
	return compile(g, options)
}

// Must returns the machine and panics on an error, for use as an expression in place of gorgonia.NewTapeMachine(g):
//
//	vm := machine.Must(machine.New(g, machine.BindDualValues(learnables...)))
func Must(m *Machine, err error) *Machine {
	if err != nil {
		panic(err)
	}
	return m
}

func compile(g *G.ExprGraph, options []Option) (*Machine, error) {
	s := defaultSettings()
	for i, option := range options {
		if option == nil {
			return nil, &OptionError{fmt.Sprint(i), "it is nil"}
		}
		if err := option(&s); err != nil {
			return nil, err
		}
	}
	if s.graph != nil {
		g = s.graph
	}
	if g == nil {
		return nil, ErrEmptyGraph
	}
	s.resolveWatchlist(g)
	p, err := lower(g, s.selection)
	if err != nil {
		return nil, err
	}
	m := &Machine{program: p, watch: s.watch, graph: g, kept: len(s.want) == 0, byNode: map[*G.Node]*result{}}
	for _, n := range g.AllNodes() {
		operation, ok := n.Op().(G.TrainModeOp)
		if !ok {
			continue
		}
		if training := trainingOf(operation); s.eval && training != nil {
			m.modes = append(m.modes, mode{training: training})
		} else if err := operation.SetTraining(!s.eval); err != nil {
			return nil, &CompileError{Node: label(n), Err: err}
		}
	}
	m.record(s.trace, "graph")
	for _, pass := range s.passes {
		pass.run(p)
		m.record(s.trace, pass.name)
	}
	separate(p)
	if err := m.assemble(s.threads); err != nil {
		return nil, err
	}
	return m, nil
}

// assemble plans the memory and creates the steps.
func (m *Machine) assemble(threads int) error {
	p := m.program
	pl := planMemory(p)
	m.single = newEmitter[float32](tensor.Float32, pl, threads)
	m.double = newEmitter[float64](tensor.Float64, pl, threads)
	m.foreign = map[*value]G.Value{}
	for _, v := range p.values {
		if v.kind != input || v.replacement != nil {
			continue
		}
		// As NewTapeMachine does: a solver computes with the engine of the value and that of its gradient.
		if dense, ok := v.node.Value().(*tensor.Dense); ok && dense.Engine() != tensor.Engine(G.StandardEngine{}) {
			tensor.WithEngine(G.StandardEngine{})(dense)
		}
		switch v.dtype {
		case tensor.Float32:
			m.inputs = append(m.inputs, bindInput(m.single, v))
		case tensor.Float64:
			m.inputs = append(m.inputs, bindInput(m.double, v))
		default:
			m.inputs = append(m.inputs, bindForeign(v, func(bound G.Value) { m.foreign[v] = bound }))
		}
	}
	for _, in := range p.instructions {
		t, err := m.task(in)
		if err != nil {
			return &CompileError{Node: in.out.label(), Err: err}
		}
		if t.run != nil {
			m.steps = append(m.steps, t)
		}
	}
	for _, o := range p.outputs {
		r := m.newResult(o)
		shownBy := o.node
		if o.gradientOf != nil {
			shownBy = o.gradientOf
		}
		var err error
		if r.bound, err = boundTo(shownBy); err != nil {
			return &CompileError{Err: err}
		}
		m.results = append(m.results, r)
		if o.gradientOf == nil {
			m.byNode[o.node] = r
		}
	}
	for _, r := range p.readings {
		m.readings = append(m.readings, m.read(r))
	}
	return nil
}

func (m *Machine) task(in *instruction) (t task, err error) {
	t.in = in
	switch {
	case in.code == codeFallback:
		t.run = m.fallback(in, m.watch.pointers)
	case in.out.dtype == tensor.Float32 && in.code.single != nil:
		t.run = in.code.single(m.single, in)
	case in.out.dtype == tensor.Float64 && in.code.double != nil:
		t.run = in.code.double(m.double, in)
	case in.code != codeReshape:
		return t, fmt.Errorf("no step for %v on %v", in, in.out.dtype)
	}
	t.check = m.watch.check(m, in)
	return t, err
}

// RunAll runs the program once on the values that are bound to the inputs now.
//
// Errors: [*InputError], [*RunError], [*NaNError], [*InfError]; after one, no values of this run are available, and the machine can
// run again. It overwrites the results of the last run.
func (m *Machine) RunAll() error {
	if err := m.begin(); err != nil {
		return err
	}
	return m.finish()
}

// Reset does nothing: a run does not depend on the one before. It exists to implement gorgonia.VM.
// Differs: a TapeMachine that is not reset does nothing in its second run.
func (m *Machine) Reset() {}

// Let binds a value to an input of the machine's graph, as gorgonia.Let does.
func (m *Machine) Let(n *G.Node, be any) error {
	if !m.has(n) {
		return &InputError{label(n), "it is not in the machine's graph"}
	}
	return G.Let(n, be)
}

// Set binds to a the value of b in the last run.
//
// Errors: those of [Machine.Value] for b.
func (m *Machine) Set(a, b *G.Node) error {
	if !m.has(a) {
		return &InputError{label(a), "it is not in the machine's graph"}
	}
	v, err := m.Value(b)
	if err != nil {
		return err
	}
	return G.UnsafeLet(a, v)
}

// has reports whether a node is in the machine's graph. Nodes of a subgraph, as made by gorgonia.CompileFunction, have the whole
// graph as their graph.
func (m *Machine) has(n *G.Node) bool { return slices.Contains(m.graph.AllNodes(), n) }

// label returns a readable name of a node. Gorgonia cannot print the name of an input that has none.
func label(n *G.Node) string {
	switch {
	case n == nil:
		return "nil"
	case n.Op() == nil && n.Name() == "" || strings.HasPrefix(n.Name(), "%!"):
		return fmt.Sprintf("number %d (unnamed, shape %v)", n.ID(), n.Shape())
	}
	return n.Name()
}

// Close stops the machine's threads and releases its memory. Values that it has returned stay readable.
func (m *Machine) Close() error {
	if m.closed {
		return nil
	}
	m.closed = true
	if m.single != nil {
		m.single.scratch.SetThreads(1)
		m.double.scratch.SetThreads(1)
	}
	m.steps, m.inputs, m.readings, m.results = nil, nil, nil, nil
	m.single, m.double = nil, nil
	return nil
}

// Memory returns the bytes that the machine has planned for values, constants and packing buffers; the tensors bound to inputs do
// not count. It is 0 for a closed machine.
func (m *Machine) Memory() int64 {
	if m.single == nil {
		return 0
	}
	return m.single.bytes() + m.double.bytes()
}

// Stage is the program after one pass; the first is the graph as Gorgonia built it.
type Stage struct {
	Pass    string
	Program Program
}

func (m *Machine) record(trace bool, pass string) {
	if trace {
		m.stages = append(m.stages, Stage{pass, m.program.listing()})
	}
}

// Trace returns the programs that [WithTrace] has recorded.
func (m *Machine) Trace() []Stage { return m.stages }

// Program returns the program that the machine runs.
func (m *Machine) Program() Program { return m.program.listing() }

// String returns the listing of the program that the machine runs.
func (m *Machine) String() string { return m.Program().String() }
