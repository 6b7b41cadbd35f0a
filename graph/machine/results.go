package machine

import (
	G "gorgonia.org/gorgonia"
)

// separate gives a copy to every wanted value that is the value of an input or of a constant, so that it
// stays what it was when somebody writes to the input.
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
	for i, w := range p.outputs {
		itself := w.v.kind == input && w.v.node == w.node && w.gradientOf == nil
		if itself || !w.v.native() || roots[w.v.id].kind == computed {
			continue
		}
		v := p.newValue(computed, w.v.dtype, w.v.shape)
		if w.gradientOf == nil {
			v.node = w.node
		}
		p.instructions = append(p.instructions, &instruction{code: codeCopy, args: []*value{w.v}, out: v})
		p.outputs[i].v = v
	}
}

// read returns the function that carries out a read statement: the first run sets the target, later ones copy into it.
func (m *Machine) read(r reading) func() error {
	fetch := m.fetch(r.v, false)
	if r.v.native() && r.v.kind != input {
		current := fetch() // always the same memory
		fetch = func() G.Value { return current }
	}
	return func() (err error) {
		current := fetch()
		if *r.into == nil {
			*r.into, err = G.CloneValue(current)
			return err
		}
		*r.into, err = G.Copy(*r.into, current)
		return err
	}
}

// bindResults lets the nodes of the graph show the results.
func (m *Machine) bindResults() {
	for _, w := range m.program.outputs {
		if w.gradientOf != nil && w.gradientOf.Value() != nil {
			G.WithGrad(m.fetch(w.v, false)())(w.gradientOf)
		} else if v := m.values[w.node]; v != nil && w.node.Op() != nil && w.v.kind == computed {
			// A node that takes no value, such as a constant, does not need one.
			_ = G.UnsafeLet(w.node, v)
		}
	}
}

// Value returns the value that the last run gave a wanted node: a *gorgonia.F32 or *gorgonia.F64 for a scalar, else a
// *tensor.Dense. It is the machine's own memory, stable until the next run; the same value is returned
// after every run. The value of an input is what is bound to it.
//
// Errors: [*ValueError] if the node is not wanted, or if there was no run or it failed.
func (m *Machine) Value(n *G.Node) (G.Value, error) {
	if n == nil {
		return nil, &ValueError{"nil", "there is no such node"}
	}
	if !m.ran && !m.reached(n) {
		return nil, &ValueError{n.Name(), "there is no finished run; call RunAll first"}
	}
	if v := m.values[n]; v != nil {
		return v, nil
	}
	for _, w := range m.program.outputs {
		if w.node != n || w.gradientOf != nil {
			continue
		}
		if w.v.kind == input {
			return w.v.node.Value(), nil
		}
		return m.fetch(w.v, false)(), nil
	}
	return nil, &ValueError{n.Name(), "it is not among the machine's outputs; add it to WithOutputs"}
}
