package machine

import (
	"fmt"
	"slices"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// separate gives outputs their own storage if something else could change it: a value that belongs to an input or a constant gets a
// copy, because users write to inputs, and so does a gradient that shares storage with any other output, because a solver zeroes
// gradients. Passes merge equal values, so this comes after all of them.
func separate(p *program) {
	p.settle()
	roots := make([]*value, len(p.values))
	for _, v := range p.values {
		roots[v.id] = v
	}
	for _, in := range p.instructions {
		if in.code == codeReshape {
			roots[in.out.id] = roots[in.args[0].id]
		}
	}
	shown := map[*value][]int{} // outputs by root
	for i, o := range p.outputs {
		if !o.dual {
			shown[roots[o.v.id]] = append(shown[roots[o.v.id]], i)
		}
	}
	// free reports whether output i may keep its storage.
	free := func(i int) bool {
		o := p.outputs[i]
		root := roots[o.v.id]
		if root.kind != computed {
			return o.gradientOf == nil && o.v.kind == input && o.v.node == o.node // read where it is bound
		}
		if o.gradientOf == nil {
			return true
		}
		for _, k := range shown[root] {
			if other := p.outputs[k]; k != i && (other.gradientOf != nil || other.node != o.node) {
				return false
			}
		}
		return o.alone
	}
	copied := map[*G.Node]*value{} // of plain outputs
	var copies []int
	for i, o := range p.outputs {
		if !o.dual && o.v.native() && !free(i) {
			copies = append(copies, i)
		}
	}
	for _, i := range copies {
		o := &p.outputs[i]
		if v := copied[o.node]; v != nil && o.alone {
			o.v = v // the node is only this gradient
			continue
		}
		v := p.newValue(computed, o.v.dtype, o.v.shape)
		if o.gradientOf == nil {
			v.node = o.node
			copied[o.node] = v
		}
		p.instructions = append(p.instructions, &instruction{code: codeCopy, args: []*value{o.v}, out: v})
		o.v = v
	}
}

// result is an output of a machine as the user sees it.
type result struct {
	output
	shape    []int          // of the returned value
	shapeNow func() []int   // the node's shape, unless its operation returns another
	fetch    func() G.Value // returns a new value over the machine's memory
	current  G.Value        // the returned value
	address  func() uintptr // of the machine's memory
	add      func(dual G.Value) error
	bound    *G.Value // the address of the node's value
	kept     bool     // a run does not overwrite the values of previous runs
	same     *result  // the plain result of a gradient's node, if the two are one; nil otherwise
}

// newResult returns the result of an output.
func (m *Machine) newResult(o output) *result {
	r := &result{output: o, shape: o.v.shape}
	if o.gradientOf != nil && product(o.gradientOf.Shape()) == o.v.size {
		r.shape = o.gradientOf.Shape() // Gorgonia treats (n) and (n, 1) as the same
	}
	switch o.v.dtype {
	case tensor.Float32:
		bindResult(r, m.single)
	case tensor.Float64:
		bindResult(r, m.double)
	default:
		r.fetch = m.fetch(o.v, false) // with the shape that its operation gives it
		r.add = func(G.Value) error { return fmt.Errorf("a gradient of type %v cannot be added up", o.v.dtype) }
	}
	r.kept = m.kept
	if plain := m.byNode[o.node]; o.gradientOf != nil && !o.dual && plain != nil && plain.v == o.v && sameShape(plain.shape, r.shape) {
		r.same = plain // programs compare node.Grad with the value of the node that Grad returned
	}
	if o.v.native() && o.v.kind == computed {
		r.refresh()
	}
	return r
}

func bindResult[T kernel.Float](r *result, e *emitter[T]) {
	s := e.slot(r.v)
	own := r.shape
	r.shapeNow = func() []int {
		if s.returned != nil {
			return s.returned
		}
		return own
	}
	r.fetch = func() G.Value {
		r.shape = r.shapeNow()
		return view(s.data, append([]int(nil), r.shape...))
	}
	r.address = func() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(s.data))) }
	r.add = accumulator(e, r.v)
}

// refresh updates the returned value after a run. Numbers stay in the same value, unless the user has reshaped it or returned its
// tensor to Gorgonia's pool, as ExprGraph.UnbindAll does.
func (r *result) refresh() {
	if r.same != nil {
		r.same.refresh()
		r.current = r.same.current
		return
	}
	if r.current == nil || !r.v.native() || !r.intact() {
		r.current = r.fetch()
	}
}

// renew creates the returned value for the run that has finished.
func (r *result) renew() error {
	switch {
	case r.node.Op() == nil && r.gradientOf == nil: // an input
		return nil
	case r.same != nil: // which is renewed already
		r.current = r.same.current
		return nil
	case !r.kept || r.dual:
		r.refresh()
		return nil
	}
	current, err := G.CloneValue(r.fetch())
	if err != nil {
		return err
	}
	if dense, ok := current.(*tensor.Dense); ok {
		tensor.WithEngine(G.StandardEngine{})(dense)
	}
	r.current = current
	return nil
}

// intact reports whether the returned value still refers to the machine's memory.
func (r *result) intact() bool {
	if !sameShape(r.shape, r.shapeNow()) {
		return false
	}
	dense, ok := r.current.(*tensor.Dense)
	return !ok || dense.DataSize() == r.v.size && sameShape(dense.Shape(), r.shape) && (r.v.size == 0 || dense.Uintptr() == r.address())
}

// show binds the results of the finished run to the nodes of the graph. Another machine on the same graph, or gorgonia.Let, may
// have bound something else since the previous run.
func (m *Machine) show() error {
	for _, r := range m.results {
		if err := r.renew(); err != nil {
			return &RunError{label(r.node), "show", err}
		}
		if r.gradientOf == nil && r.node.Op() != nil && r.node.Value() != r.current {
			bind(r.bound, r.current)
		}
	}
	for _, r := range m.results {
		if r.gradientOf == nil || r.gradientOf.Value() == nil {
			continue
		}
		if err := r.showGradient(); err != nil {
			return &RunError{label(r.gradientOf), "gradient", err}
		}
	}
	return nil
}

// showGradient binds a node's gradient; if the node already has a dual value, the gradient is added to it.
func (r *result) showGradient() (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("the node does not take its gradient: %v", reason)
		}
	}()
	current, err := r.gradientOf.Grad()
	if !r.dual {
		if err != nil || current != r.current {
			sameEngine(r.current, r.gradientOf.Value())
			G.WithGrad(r.current)(r.gradientOf)
		}
		return nil
	}
	if err != nil || current == nil || current == r.node.Value() { // no dual value yet
		if current, err = G.CloneValue(r.current); err != nil {
			return err
		}
		sameEngine(current, r.gradientOf.Value())
		G.WithGrad(current)(r.gradientOf)
		return nil
	}
	return r.add(current)
}

// sameEngine gives a gradient the engine of its node's value, which a solver computes with.
func sameEngine(gradient, v G.Value) {
	if dense, ok := v.(*tensor.Dense); ok {
		if d, ok := gradient.(*tensor.Dense); ok {
			tensor.WithEngine(dense.Engine())(d)
		}
	}
}

// hide unbinds the results from the nodes during a run, and after one that failed, so that nobody reads a mixture of two runs.
// Accumulated gradients of dual values are kept.
func (m *Machine) hide() {
	for _, r := range m.results {
		switch {
		case r.current == nil || r.dual:
		case r.gradientOf != nil:
			if g, err := r.gradientOf.Grad(); err == nil && g == r.current && r.same == nil {
				unbindDual(r.bound)
			}
		case r.node.Op() != nil && r.node.Value() == r.current:
			bind(r.bound, nil)
		}
	}
}

// Value returns the value of a wanted node in the last run: a *gorgonia.F32 or *gorgonia.F64 for a scalar, otherwise a
// *tensor.Dense; for a node of another type what its operation returned. By default it is allocated anew in every run. With
// [WithOutputs] it is in the machine's own memory, stable until the next run, and the same after every run. The value of an input
// is the value bound to it.
//
// Errors: [*ValueError] if the node is not wanted, or if there was no run or it failed.
func (m *Machine) Value(n *G.Node) (G.Value, error) {
	if n == nil {
		return nil, &ValueError{"nil", "there is no such node"}
	}
	if !m.ran && !m.reached(n) {
		return nil, &ValueError{label(n), "there is no finished run; call RunAll first"}
	}
	r := m.byNode[n]
	switch {
	case n.Op() == nil && (r != nil || m.reads(n)):
		return n.Value(), nil
	case r == nil:
		return nil, &ValueError{label(n), "it is not among the machine's outputs; add it to WithOutputs"}
	}
	if !r.kept || !m.ran {
		r.refresh()
	}
	return r.current, nil
}

// reads reports whether a node is an input of the program.
func (m *Machine) reads(n *G.Node) bool {
	return slices.ContainsFunc(m.inputs, func(b *binding) bool { return b.node == n })
}

// accumulator returns the function that adds the machine's gradient to a dual value.
func accumulator[T kernel.Float](e *emitter[T], v *value) func(G.Value) error {
	s := e.slot(v)
	return func(dual G.Value) error {
		if p := scalar[T](dual); p != nil && v.size == 1 {
			*p += s.data[0]
			return nil
		}
		dense, ok := dual.(*tensor.Dense)
		if !ok || dense.Dtype() != v.dtype || product(dense.Shape()) != v.size || !plain(dense, v.size) {
			return fmt.Errorf("the dual value is a %T of shape %v; the gradient is %v of shape %v", dual, dual.Shape(), v.dtype, tensor.Shape(v.shape))
		}
		d := elements[T](dense, v.size)
		kernel.Add(d, d, s.data)
		return nil
	}
}

// read returns the function that executes a read statement: the first run sets the target, later ones copy into it.
func (m *Machine) read(r reading) func() error {
	source := m.newResult(output{v: r.v})
	return func() (err error) {
		defer func() {
			if err != nil {
				err = &RunError{r.v.label(), "read", err}
			}
		}()
		source.refresh()
		if *r.into == nil {
			*r.into, err = G.CloneValue(source.current)
			return err
		}
		*r.into, err = G.Copy(*r.into, source.current)
		return err
	}
}
