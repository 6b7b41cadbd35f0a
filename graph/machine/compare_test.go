package machine

import (
	"errors"
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// numbers returns the elements of a value, row by row; nil if they are not numbers.
func numbers(v G.Value) []float64 {
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
	return nil
}

// tolerance is the relative difference that rounding alone explains in the tests' short sums.
func tolerance(dtype tensor.Dtype) float64 {
	if dtype == tensor.Float32 {
		return 2e-4
	}
	return 1e-11
}

// largest returns the largest finite number among the values, at least 1. Rounding errors are relative to it, because a small
// result may be the difference of large ones.
func largest(values map[*G.Node]G.Value) float64 {
	scale := 1.0
	for _, v := range values {
		for _, x := range numbers(v) {
			if x := math.Abs(x); x > scale && !math.IsInf(x, 0) {
				scale = x
			}
		}
	}
	return scale
}

// differ says where two lists differ by more than the error; empty if they do not.
func differ(got, want []float64, limit float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d numbers, want %d", len(got), len(want))
	}
	for i := range got {
		switch {
		case math.IsNaN(got[i]) && math.IsNaN(want[i]), got[i] == want[i]:
		case math.IsNaN(got[i]) != math.IsNaN(want[i]), !(math.Abs(got[i]-want[i]) <= limit):
			return fmt.Sprintf("element %d is %v, want %v to %v", i, got[i], want[i], limit)
		}
	}
	return ""
}

// reference runs a graph by calling every operation's Do on copies of its operands: slow, and free of aliasing.
// A node whose operation fails, and what depends on it, has no value.
// It walks a copy of the graph's index: the graph's own index, which From and Sort read, is wrong once a node has been removed.
func reference(g *G.ExprGraph) map[*G.Node]G.Value {
	g = g.ExactSubgraphRoots(g.AllNodes()...)
	sorted, err := G.Sort(g)
	if err != nil {
		return nil
	}
	values := map[*G.Node]G.Value{}
	for i := len(sorted) - 1; i >= 0; i-- {
		n := sorted[i]
		if n.Op() == nil {
			values[n] = n.Value()
		} else if n.Op().Type() != nil {
			if v, err := do(g, n, values); err == nil {
				values[n] = v
			}
		}
	}
	return values
}

// do calls one operation.
func do(g *G.ExprGraph, n *G.Node, values map[*G.Node]G.Value) (v G.Value, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	var args []G.Value
	for children := g.From(n.ID()); children.Next(); {
		operand := values[children.Node().(*G.Node)]
		if operand == nil {
			return nil, errors.New("an operand has no value")
		}
		copied, err := G.CloneValue(operand)
		if err != nil {
			return nil, err
		}
		args = append(args, copied)
	}
	if v, err = n.Op().Do(args...); err != nil {
		return nil, err
	}
	if v, err = G.CloneValue(v); err != nil {
		return nil, err
	}
	// Adding a vector and a column gives a vector where the graph says column.
	if d, ok := v.(*tensor.Dense); ok && len(n.Shape()) > 0 && !d.Shape().Eq(n.Shape()) || ok && d.Dims() != n.Dims() {
		if product(d.Shape()) == product(n.Shape()) {
			err = d.Reshape(n.Shape()...)
		}
	}
	return v, err
}

// agree is compare for graphs whose sums are short.
func agree(t testing.TB, g *G.ExprGraph, want G.Nodes, options ...Option) *Machine {
	t.Helper()
	for n, v := range reference(g) {
		if v == nil {
			t.Fatalf("reference: %v has no value", n)
		}
	}
	return compare(t, g, want, tolerance(want[0].Dtype()), options...)
}

// failer is what compare needs of testing.TB and of rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// compare compiles the graph for the wanted nodes, runs it twice and compares the values with the reference.
// A node that the reference cannot compute may have any value, or be an error.
func compare(t failer, g *G.ExprGraph, want G.Nodes, relative float64, options ...Option) *Machine {
	t.Helper()
	expected := reference(g)
	limit := relative * largest(expected)
	complete := true
	for _, n := range want {
		complete = complete && expected[n] != nil
	}
	m, err := New(g, append(options, WithOutputs(want...), checked)...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := checkPlan(m.single.plan); err != nil {
		t.Fatalf("%v\n%v", err, m)
	}
	for run := range 2 {
		if err := m.RunAll(); err != nil {
			if complete {
				t.Fatalf("run %d: %v\n%v", run, err, m)
			}
			return m
		}
		for _, n := range want {
			v, err := m.Value(n)
			if err != nil {
				t.Fatalf("%v", err)
			}
			if expected[n] == nil {
				continue
			}
			if !v.Shape().Eq(n.Shape()) {
				t.Fatalf("%s has shape %v, want %v\n%v", n.Name(), v.Shape(), n.Shape(), m)
			}
			got, reference := numbers(v), numbers(expected[n])
			if difference := differ(got, reference, limit); difference != "" {
				t.Fatalf("run %d: %s (node %d): %s\ngot  %v\nwant %v\n%v", run, n.Name(), n.ID(), difference, got, reference, m)
			}
		}
	}
	return m
}
