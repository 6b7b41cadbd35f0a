package machine_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/unfurl-rnn/unfurl/graph/machine"
)

// Programs that users of Gorgonia have reported, rewritten. If the fault is in how Gorgonia builds a graph, no machine can fix it:
// the test then shows what Gorgonia does and how to write the program instead.

// learnable returns an input with the numbers x.
func learnable(g *G.ExprGraph, name string, shape tensor.Shape, x ...float64) *G.Node {
	v := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
	return G.NewTensor(g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(v))
}

// count returns the numbers from, from+1, ...
func count(n int, from float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = from + float64(i)
	}
	return x
}

func wrt(t *testing.T, cost *G.Node, by ...*G.Node) G.Nodes {
	t.Helper()
	d, err := G.Grad(cost, by...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func run(t *testing.T, g *G.ExprGraph, options ...machine.Option) *machine.Machine {
	t.Helper()
	m, err := machine.New(g, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	return m
}

func again(t *testing.T, m *machine.Machine) {
	t.Helper()
	m.Reset()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// expectNear compares a value with numbers, row by row, to a relative error of 1e-12 or an absolute one of 1e-12.
func expectNear(t *testing.T, what string, got G.Value, want ...float64) {
	t.Helper()
	expectWithin(t, 1e-12, what, got, want...)
}

func expectWithin(t *testing.T, limit float64, what string, got G.Value, want ...float64) {
	t.Helper()
	var x []float64
	switch v := got.(type) {
	case nil:
	case *G.F64:
		x = []float64{float64(*v)}
	case *tensor.Dense:
		x = v.Float64s()
	}
	ok := len(x) == len(want)
	for i := 0; ok && i < len(x); i++ {
		ok = math.Abs(x[i]-want[i]) <= limit*max(1, math.Abs(want[i]))
	}
	if !ok {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func gradient(t *testing.T, n *G.Node) G.Value {
	t.Helper()
	d, err := n.Grad()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// https://github.com/gorgonia/gorgonia/issues/576: the TapeMachine overwrites the squares with the sum.
func TestIssue576(t *testing.T) {
	g := G.NewGraph()
	a := learnable(g, "a", tensor.Shape{2, 2}, 1, 2, 3, 4)
	b := learnable(g, "b", tensor.Shape{2, 2}, 10, 20, 30, 40)
	squared := G.Must(G.Square(a))
	result := G.Must(G.Add(squared, b))
	m := run(t, g)
	for range 2 {
		expectNear(t, "squared", squared.Value(), 1, 4, 9, 16)
		expectNear(t, "result", result.Value(), 11, 24, 39, 56)
		again(t, m)
	}
}

// https://github.com/gorgonia/gorgonia/issues/543: a run adds its gradient to that of the run before. Without BindDualValues
// the gradient is that of the last run; with it a solver zeroes the sum, so training is correct either way, even if two learnables
// share a gradient.
func TestIssue543(t *testing.T) {
	for _, bound := range []bool{false, true} {
		t.Run(fmt.Sprintf("BindDualValues=%v", bound), func(t *testing.T) {
			g := G.NewGraph()
			w := learnable(g, "w", tensor.Shape{2}, 1, 2)
			b := learnable(g, "b", tensor.Shape{2}, 0, 0)
			y := learnable(g, "y", tensor.Shape{2}, 3, 3)
			cost := G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sub(G.Must(G.Add(w, b)), y))))))
			wrt(t, cost, w, b)
			var options []machine.Option
			if bound {
				options = append(options, machine.BindDualValues(w, b))
			}
			m := run(t, g, options...)
			if !bound {
				again(t, m)
				again(t, m)
			}
			solver := G.NewVanillaSolver(G.WithLearnRate(0.1))
			u, v := []float64{1, 2}, []float64{0, 0}
			for range 4 {
				var d []float64 // of w and of b
				for i := range u {
					d = append(d, 2*(u[i]+v[i]-3))
				}
				expectNear(t, "dw", gradient(t, w), d...)
				expectNear(t, "db", gradient(t, b), d...)
				if err := solver.Step(G.NodesToValueGrads(G.Nodes{w, b})); err != nil {
					t.Fatal(err)
				}
				for i := range u {
					u[i] -= 0.1 * d[i]
					v[i] -= 0.1 * d[i]
				}
				expectNear(t, "w", w.Value(), u...)
				expectNear(t, "b", b.Value(), v...)
				again(t, m)
			}
		})
	}
}

// https://github.com/gorgonia/gorgonia/issues/182: the derivative of b a'x with respect to x was written into the constant a, and
// changed from run to run.
func TestIssue182(t *testing.T) {
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithShape(3), G.WithName("x"))
	a := G.NewConstant(tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{2, 2, 2})))
	b := G.NewScalar(g, tensor.Float64, G.WithName("b"))
	y := G.Must(G.Mul(x, a))
	dx := wrt(t, G.Must(G.Mul(y, b)), x)[0]
	program, registers, err := G.CompileFunction(g, G.Nodes{x, b}, G.Nodes{y, dx})
	if err != nil {
		t.Fatal(err)
	}
	m, err := machine.New(g, machine.WithPrecompiled(program, registers))
	if err != nil {
		t.Fatal(err)
	}
	ones := tensor.New(tensor.WithShape(3), tensor.WithBacking([]float64{1, 1, 1}))
	if err := errors.Join(m.Let(x, ones), m.Let(b, -0.5), m.RunAll()); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		expectNear(t, "y", y.Value(), 6)
		expectNear(t, "dx", dx.Value(), -1, -1, -1)
		expectNear(t, "a", a.Value(), 2, 2, 2)
		expectNear(t, "x", x.Value(), 1, 1, 1)
		again(t, m)
	}
}

// https://github.com/gorgonia/gorgonia/issues/363: a negated cost had gradients of zero.
func TestIssue363(t *testing.T) {
	g := G.NewGraph()
	x := G.NewScalar(g, tensor.Float64, G.WithName("x"), G.WithValue(2.5))
	y := G.NewScalar(g, tensor.Float64, G.WithName("y"), G.WithValue(2.0))
	z := G.Must(G.Neg(G.Must(G.Add(x, y))))
	wrt(t, z, x, y)
	m := run(t, g)
	for range 2 {
		expectNear(t, "z", z.Value(), -4.5)
		expectNear(t, "dx", gradient(t, x), -1)
		expectNear(t, "dy", gradient(t, y), -1)
		again(t, m)
	}
}

// https://github.com/gorgonia/gorgonia/issues/323: the binary cross entropy of a softmax could not be differentiated (the report's
// StableSoftMax is now SoftMax). Now it can, but the result is wrong: gorgonia.Log turns the softmax node itself into its
// logarithm, so that BinaryXent also uses 1 - log p instead of 1 - p. The Exp of LogSoftMax keeps the probabilities separate.
func TestIssue323(t *testing.T) {
	const features, classes, label = 10, 7, 1
	weights := make([]float64, features*classes)
	for i := range weights {
		weights[i] = math.Sin(float64(i)) / 3
	}
	// cost is the mean over the one row of the sum over its classes.
	cost := func(w []float64) float64 {
		var e [classes]float64
		var total, c float64
		for k := range e {
			for i := range features {
				e[k] += w[i*classes+k]
			}
			e[k] = math.Exp(e[k])
			total += e[k]
		}
		for k := range e {
			if k == label {
				c -= math.Log(e[k] / total)
			} else {
				c -= math.Log1p(-e[k] / total)
			}
		}
		return c
	}
	build := func(probabilities func(z *G.Node) *G.Node) (p, w, c *G.Node) {
		g := G.NewGraph()
		x := learnable(g, "x", tensor.Shape{1, features}, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
		w = learnable(g, "w", tensor.Shape{features, classes}, append([]float64(nil), weights...)...)
		y := learnable(g, "y", tensor.Shape{1, classes}, 0, 1, 0, 0, 0, 0, 0)
		p = probabilities(G.Must(G.Mul(x, w)))
		c = G.Must(G.Mean(G.Must(G.Sum(G.Must(G.BinaryXent(p, y)), 1))))
		wrt(t, c, w)
		run(t, g)
		return p, w, c
	}
	p, _, _ := build(func(z *G.Node) *G.Node { return G.Must(G.SoftMax(z)) })
	for _, x := range p.Value().Data().([]float64) {
		if x >= 0 {
			t.Errorf("the softmax node has the value %v: Log no longer turns it into its logarithm; the comment here is out of date", p.Value())
			break
		}
	}
	_, w, c := build(func(z *G.Node) *G.Node { return G.Must(G.Exp(G.Must(G.LogSoftMax(z)))) })
	expectNear(t, "cost", c.Value(), cost(weights))
	differences := make([]float64, len(weights))
	for i := range weights {
		const h = 1e-5
		up, down := append([]float64(nil), weights...), append([]float64(nil), weights...)
		up[i] += h
		down[i] -= h
		differences[i] = (cost(up) - cost(down)) / (2 * h)
	}
	expectWithin(t, 1e-8, "dw", gradient(t, w), differences...)
}

// https://github.com/gorgonia/gorgonia/issues/567: a network of two layers for a time series, whose learnables are created with
// WithGrad; the reporter sees that the error does not change.
func TestIssue567(t *testing.T) {
	g := G.NewGraph()
	empty := func(shape ...int) G.NodeConsOpt {
		return G.WithGrad(tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...)))
	}
	matrix := func(name string, rows, columns int, x ...float64) *G.Node {
		return G.NewMatrix(g, tensor.Float64, G.WithShape(rows, columns), G.WithName(name),
			G.WithValue(tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(x))), empty(rows, columns))
	}
	x := learnable(g, "x", tensor.Shape{3, 2}, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4)
	y := learnable(g, "y", tensor.Shape{3, 1}, 0.3, 0.4, 0.5)
	w0, b0 := matrix("w0", 2, 2, 0.5, -0.3, 0.8, 0.6), matrix("b0", 1, 2, 0.1, 0.2)
	w1, b1 := matrix("w1", 2, 1, 0.7, -0.4), matrix("b1", 1, 1, 0.05)
	hidden := G.Must(G.Rectify(G.Must(G.BroadcastAdd(G.Must(G.Mul(x, w0)), b0, nil, []byte{0}))))
	out := G.Must(G.BroadcastAdd(G.Must(G.Mul(hidden, w1)), b1, nil, []byte{0}))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(out, y))))))
	learnables := G.Nodes{w0, b0, w1, b1}
	wrt(t, cost, learnables...)
	m := run(t, g, machine.BindDualValues(learnables...))

	const rate = 0.5
	solver := G.NewVanillaSolver(G.WithLearnRate(rate))
	p := [][]float64{{0.5, -0.3, 0.8, 0.6}, {0.1, 0.2}, {0.7, -0.4}, {0.05}}
	for range 20 {
		c, d := seriesCost(p)
		expectNear(t, "cost", cost.Value(), c)
		if err := solver.Step(G.NodesToValueGrads(learnables)); err != nil {
			t.Fatal(err)
		}
		for i, n := range learnables {
			for k := range p[i] {
				p[i][k] -= rate * d[i][k]
			}
			expectWithin(t, 1e-10, n.Name(), n.Value(), p[i]...)
		}
		again(t, m)
	}
}

// seriesCost returns the cost of the network of TestIssue567, and its gradient by the chain rule.
func seriesCost(p [][]float64) (cost float64, d [][]float64) {
	x, y := [3][2]float64{{0.1, 0.2}, {0.2, 0.3}, {0.3, 0.4}}, [3]float64{0.3, 0.4, 0.5}
	d = [][]float64{make([]float64, 4), make([]float64, 2), make([]float64, 2), make([]float64, 1)}
	for s := range x {
		var h [2]float64
		out := p[3][0]
		for k := range h {
			h[k] = max(0, x[s][0]*p[0][k]+x[s][1]*p[0][2+k]+p[1][k])
			out += h[k] * p[2][k]
		}
		cost += (out - y[s]) * (out - y[s]) / 3
		e := 2 * (out - y[s]) / 3
		d[3][0] += e
		for k := range h {
			d[2][k] += e * h[k]
			if h[k] > 0 {
				d[1][k] += e * p[2][k]
				d[0][k] += e * p[2][k] * x[s][0]
				d[0][2+k] += e * p[2][k] * x[s][1]
			}
		}
	}
	return cost, d
}
