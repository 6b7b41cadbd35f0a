package machine

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// numbers returns the elements of a value, row by row.
func numbers(t testing.TB, v G.Value) []float64 {
	t.Helper()
	switch x := v.(type) {
	case *G.F32:
		return []float64{float64(*x)}
	case *G.F64:
		return []float64{float64(*x)}
	case *tensor.Dense:
		d := x
		if !plain(d, product(d.Shape())) {
			d = d.Materialize().(*tensor.Dense)
		}
		switch data := d.Data().(type) {
		case []float32:
			list := make([]float64, len(data))
			for i, e := range data {
				list[i] = float64(e)
			}
			return list
		case []float64:
			return append([]float64(nil), data...)
		case float32:
			return []float64{float64(data)}
		case float64:
			return []float64{data}
		}
	}
	t.Fatalf("no numbers in %T", v)
	return nil
}

// tolerance is the relative difference that rounding alone explains in the tests' short sums.
func tolerance(dtype tensor.Dtype) float64 {
	if dtype == tensor.Float32 {
		return 2e-4
	}
	return 1e-11
}

// near fails unless the lists agree to rounding, relative to the largest number in them.
func near(t testing.TB, name string, got, want []float64, relative float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", name, len(got), len(want))
	}
	scale := 1e-30
	for _, x := range want {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			scale = math.Max(scale, math.Abs(x))
		}
	}
	for i := range got {
		switch {
		case math.IsNaN(got[i]) && math.IsNaN(want[i]), got[i] == want[i]:
		case math.IsNaN(got[i]) != math.IsNaN(want[i]), math.Abs(got[i]-want[i]) > relative*scale:
			t.Errorf("%s: element %d is %v, want %v (largest %v)", name, i, got[i], want[i], scale)
			return
		}
	}
}

// reference runs a graph by calling every operation's Do on copies of its operands: slow, and free of aliasing.
func reference(t testing.TB, g *G.ExprGraph) (map[*G.Node]G.Value, error) {
	t.Helper()
	sorted, err := G.Sort(g)
	if err != nil {
		t.Fatal(err)
	}
	values := map[*G.Node]G.Value{}
	for i := len(sorted) - 1; i >= 0; i-- {
		n := sorted[i]
		if n.Op() == nil {
			values[n] = n.Value()
			continue
		}
		if n.Op().Type() == nil {
			continue
		}
		var args []G.Value
		for children := g.From(n.ID()); children.Next(); {
			copied, err := G.CloneValue(values[children.Node().(*G.Node)])
			if err != nil {
				return nil, err
			}
			args = append(args, copied)
		}
		v, err := n.Op().Do(args...)
		if err != nil {
			return nil, err
		}
		if values[n], err = G.CloneValue(v); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// agree compiles the graph for the wanted nodes, runs it twice and compares the values with the reference.
func agree(t testing.TB, g *G.ExprGraph, want G.Nodes, options ...Option) *Machine {
	t.Helper()
	expected, err := reference(t, g)
	if err != nil {
		t.Fatalf("reference: %v", err)
	}
	m, err := New(g, append(options, WithOutputs(want...))...)
	if err != nil {
		t.Fatal(err)
	}
	for run := range 2 {
		if err := m.RunAll(); err != nil {
			t.Fatalf("run %d: %v\n%v", run, err, m)
		}
		for _, n := range want {
			v, err := m.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			if !v.Shape().Eq(n.Shape()) {
				t.Errorf("%s has shape %v, want %v", n.Name(), v.Shape(), n.Shape())
			}
			near(t, n.Name(), numbers(t, v), numbers(t, expected[n]), tolerance(n.Dtype()))
		}
	}
	if t.Failed() {
		t.Logf("program:\n%v", m)
	}
	return m
}
