package machine

import (
	"errors"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestInputsAreReadInEveryRun(t *testing.T) {
	g := G.NewGraph()
	x, s := vector(g, "x", 1, 2), G.NewScalar(g, tensor.Float64, G.WithName("s"), G.WithValue(2.0))
	flat := must(G.Reshape(x, tensor.Shape{1, 2}))
	y := must(G.Mul(x, s))
	m := ran(t, g, WithOutputs(y, flat, x))
	expect(t, "first", valueOf(t, m, y), []float64{2, 4}, 0)
	again := func(name string, want ...float64) {
		t.Helper()
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
		expect(t, name, valueOf(t, m, y), want, 0)
		expect(t, name+", reshaped", valueOf(t, m, flat), valueOf(t, m, x), 0)
	}
	if err := G.Let(x, tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{5, 6}))); err != nil {
		t.Fatal(err)
	}
	again("another tensor", 10, 12)
	if err := G.Let(s, 3.0); err != nil {
		t.Fatal(err)
	}
	again("another scalar", 15, 18)
	x.Value().(*tensor.Dense).Float64s()[0] = -1
	again("changed in place", -3, 18)
	matrix := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	column, err := matrix.Slice(nil, G.S(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := G.Let(x, column); err != nil {
		t.Fatal(err)
	}
	again("a column of a matrix", 6, 12)
	matrix.Float64s()[3] = 7
	again("a column changed in place", 6, 21)
}

// TestTransposedInput transposes a bound square matrix without moving its elements.
func TestTransposedInput(t *testing.T) {
	g := G.NewGraph()
	v := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	y := must(G.Neg(G.NewMatrix(g, tensor.Float64, G.WithShape(2, 2), G.WithName("x"), G.WithValue(v))))
	m := ran(t, g, WithOutputs(y))
	if err := v.T(); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	expect(t, "transposed", valueOf(t, m, y), []float64{-1, -3, -2, -4}, 0)
}

// TestResultsOutliveInputs checks that a wanted value that is a reshaped input does not change with the input.
func TestResultsOutliveInputs(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 1, 2)
	flat := must(G.Reshape(x, tensor.Shape{2, 1}))
	m := ran(t, g, WithOutputs(flat))
	x.Value().(*tensor.Dense).Float64s()[0] = 100
	expect(t, "reshaped", valueOf(t, m, flat), []float64{1, 2}, 0)
}

func TestInputErrors(t *testing.T) {
	build := func() (*G.ExprGraph, *G.Node) {
		g := G.NewGraph()
		x := G.NewVector(g, tensor.Float64, G.WithShape(3), G.WithName("x"))
		must(G.Tanh(x))
		return g, x
	}
	for name, value := range map[string]G.Value{
		"no value is bound":  nil,
		"has the shape (4)":  tensor.New(tensor.WithShape(4), tensor.WithBacking([]float64{1, 2, 3, 4})),
		"is of type float32": tensor.New(tensor.WithShape(3), tensor.WithBacking([]float32{1, 2, 3})),
	} {
		g, x := build()
		m, err := New(g)
		if err != nil {
			t.Fatal(err)
		}
		if value != nil {
			// Let rejects these, but a value can still change after it was bound.
			G.WithType(G.TensorType{Dims: 1, Of: tensor.Float64})(x)
			_ = G.UnsafeLet(x, value)
			if x.Value() == nil {
				continue
			}
		}
		var input *InputError
		if err := m.RunAll(); !errors.As(err, &input) || !strings.Contains(err.Error(), name) || input.Node != "x" {
			t.Errorf("%s: error is %v", name, err)
		}
		var missing *ValueError
		if _, err := m.Value(x); !errors.As(err, &missing) {
			t.Errorf("%s: a failed run gave values: %v", name, err)
		}
	}
	// A tensor that was reshaped after it was bound.
	g, x := build()
	v := tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{1, 2, 3}))
	if err := G.Let(x, v); err != nil {
		t.Fatal(err)
	}
	m, err := New(g)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Reshape(3, 1, 1); err != nil {
		t.Fatal(err)
	}
	var input *InputError
	if err := m.RunAll(); !errors.As(err, &input) {
		t.Errorf("reshaped value: error is %v", err)
	}
}
