package machine

import (
	"errors"
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestNetworkAgreesWithReference(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, meanSquared := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v meanSquared=%v", dtype, meanSquared), func(t *testing.T) {
				n := newNetwork(dtype, 7, 3, 4, meanSquared)
				agree(t, n.g, n.wanted())
			})
		}
	}
}

// ran creates a machine and runs it once.
func ran(t *testing.T, g *G.ExprGraph, options ...Option) *Machine {
	t.Helper()
	m, err := New(g, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	return m
}

func valueOf(t *testing.T, m *Machine, n *G.Node) []float64 {
	t.Helper()
	v, err := m.Value(n)
	if err != nil {
		t.Fatal(err)
	}
	return numbers(v)
}

func expect(t *testing.T, name string, got, want []float64, limit float64) {
	t.Helper()
	if difference := differ(got, want, limit); difference != "" {
		t.Errorf("%s: %s", name, difference)
	}
}

func vector(g *G.ExprGraph, name string, x ...float64) *G.Node {
	return G.NewVector(g, tensor.Float64, G.WithShape(len(x)), G.WithName(name),
		G.WithValue(tensor.New(tensor.WithShape(len(x)), tensor.WithBacking(x))))
}

// TestValuesAreNotOverwritten tests the cases of gorgonia#576 and gorgonia#569, where the TapeMachine overwrites a value that is
// still wanted.
func TestValuesAreNotOverwritten(t *testing.T) {
	g := G.NewGraph()
	a, b := vector(g, "a", 1, 2, 3), vector(g, "b", 10, 20, 30)
	square := must(G.Square(a))
	sum := must(G.Add(square, b))
	m := ran(t, g, WithOutputs(square, sum))
	expect(t, "gorgonia#576: square", valueOf(t, m, square), []float64{1, 4, 9}, 0)
	expect(t, "gorgonia#576: sum", valueOf(t, m, sum), []float64{11, 24, 39}, 0)

	g = G.NewGraph()
	x := vector(g, "x", 0, math.Log(3))
	softmax := must(G.SoftMax(x))
	opposite := must(G.Neg(must(G.Square(softmax))))
	m = ran(t, g, WithOutputs(softmax, opposite))
	expect(t, "softmax", valueOf(t, m, softmax), []float64{0.25, 0.75}, 1e-15)
	expect(t, "square of the softmax", valueOf(t, m, opposite), []float64{-0.0625, -0.5625}, 1e-15)

	// gorgonia#569: gorgonia.Log turns the softmax node itself into its logarithm when the graph is built, so that no machine can
	// tell the two apart. To get both probabilities and their logarithms, write this.
	g = G.NewGraph()
	x = vector(g, "x", 0, math.Log(3))
	softmax = must(G.SoftMax(x))
	if must(G.Log(softmax)) != softmax {
		t.Error("gorgonia#569: Log no longer merges with the softmax; the comment here is out of date")
	}
	g = G.NewGraph()
	logarithm := must(G.LogSoftMax(vector(g, "x", 0, math.Log(3))))
	softmax = must(G.Exp(logarithm))
	m = ran(t, g, WithOutputs(softmax, logarithm))
	expect(t, "gorgonia#569: softmax", valueOf(t, m, softmax), []float64{0.25, 0.75}, 1e-15)
	expect(t, "gorgonia#569: log", valueOf(t, m, logarithm), []float64{math.Log(0.25), math.Log(0.75)}, 1e-15)
}

func TestRunTwiceIsRunOnce(t *testing.T) {
	n := newNetwork(tensor.Float32, 20, 4, 5, false)
	m := ran(t, n.g, WithOutputs(n.wanted()...))
	var once [][]float64
	for _, w := range n.wanted() {
		once = append(once, valueOf(t, m, w))
	}
	m.Reset()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, w := range n.wanted() {
		expect(t, w.Name(), valueOf(t, m, w), once[i], 0)
	}
}

// TestMachinesShareParameters changes the parameters of two graphs in place, as a solver does.
func TestMachinesShareParameters(t *testing.T) {
	long, short := newNetwork(tensor.Float64, 6, 3, 5, false), newNetwork(tensor.Float64, 6, 3, 2, false)
	for i, p := range short.parameters {
		if err := G.Let(p, long.parameterValues[i]); err != nil {
			t.Fatal(err)
		}
	}
	m1, m2 := ran(t, long.g, WithOutputs(long.hidden...)), ran(t, short.g, WithOutputs(short.hidden...))
	for range 2 {
		for _, m := range []*Machine{m1, m2} {
			if err := m.RunAll(); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, "h[2]", valueOf(t, m2, short.hidden[2]), valueOf(t, m1, long.hidden[2]), 0)
		data := long.parameterValues[0].Float64s()
		for i := range data {
			data[i] *= 0.9
		}
	}
}

func TestMalformedGraphs(t *testing.T) {
	if _, err := New(nil); !errors.Is(err, ErrEmptyGraph) {
		t.Errorf("no graph: %v", err)
	}
	if _, err := New(G.NewGraph()); !errors.Is(err, ErrEmptyGraph) {
		t.Errorf("empty graph: %v", err)
	}
	g := G.NewGraph()
	x := vector(g, "x", 1, 2)
	if _, err := New(g); !errors.Is(err, ErrNothingWanted) {
		t.Errorf("graph without operations: %v", err)
	}
	other := vector(G.NewGraph(), "other", 1)
	var compile *CompileError
	if _, err := New(g, WithOutputs(x, other)); !errors.As(err, &compile) || compile.Node != "other" {
		t.Errorf("node of another graph: %v", err)
	}
	if _, err := New(g, WithOutputs(nil)); !errors.As(err, &compile) {
		t.Errorf("nil node: %v", err)
	}
	if _, err := New(g, WithThreads(0)); err == nil {
		t.Error("0 threads: no error")
	}
	g = G.NewGraph()
	G.NewMatrix(g, tensor.Float64, G.WithName("shapeless"))
	if _, err := New(g); !errors.As(err, &compile) || compile.Node != "shapeless" {
		t.Errorf("input without shape: %v", err)
	}
}

// TestFailingOperation runs an operation that Gorgonia can build but not compute.
func TestFailingOperation(t *testing.T) {
	g := G.NewGraph()
	matrix := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 3), G.WithName("m"), G.WithInit(G.Ones()))
	y := must(G.Mul(matrix, vector(g, "v", 1, 2))) // shapes do not fit, but Gorgonia infers (3)
	m, err := New(g, WithOutputs(y))
	if err != nil {
		t.Fatal(err)
	}
	var failed *RunError
	if err := m.RunAll(); !errors.As(err, &failed) || failed.Node != y.Name() {
		t.Errorf("error is %v", err)
	}
}

func TestNaNWatch(t *testing.T) {
	g := G.NewGraph()
	root := must(G.Sqrt(vector(g, "x", 1, -1, 4)))
	G.WithName("root")(root)
	sum := must(G.Sum(root))
	m, err := New(g, WithOutputs(sum), WithNaNWatch())
	if err != nil {
		t.Fatal(err)
	}
	var nan *NaNError
	if err := m.RunAll(); !errors.As(err, &nan) || nan.Node != "root" || nan.Index != 1 {
		t.Errorf("error is %v", err)
	}
	quiet := ran(t, g, WithOutputs(sum))
	if !math.IsNaN(valueOf(t, quiet, sum)[0]) {
		t.Error("no NaN without the watch")
	}
}

func TestNothingIsAllocatedInARun(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, meanSquared := range []bool{false, true} {
			n := newNetwork(dtype, 40, 5, 6, meanSquared)
			m := ran(t, n.g, WithOutputs(append(G.Nodes{n.loss}, n.gradients...)...))
			if allocations := testing.AllocsPerRun(20, func() {
				if err := m.RunAll(); err != nil {
					t.Fatal(err)
				}
			}); allocations > 0 {
				t.Errorf("%v, mean squared %v: %v allocations in a run", dtype, meanSquared, allocations)
			}
			if allocations := testing.AllocsPerRun(20, func() {
				if err := errors.Join(m.RunTo(n.loss), m.Resume()); err != nil {
					t.Fatal(err)
				}
			}); allocations > 0 {
				t.Errorf("%v, mean squared %v: %v allocations in a run in two parts", dtype, meanSquared, allocations)
			}
		}
	}
}

func TestThreadsDoNotChangeResults(t *testing.T) {
	n := newNetwork(tensor.Float32, 150, 130, 2, false)
	one, two := ran(t, n.g, WithOutputs(n.wanted()...)), ran(t, n.g, WithOutputs(n.wanted()...), WithThreads(2))
	defer two.Close()
	for _, w := range n.wanted() {
		expect(t, w.Name(), valueOf(t, two, w), valueOf(t, one, w), 0)
	}
}

func TestReadStatements(t *testing.T) {
	g := G.NewGraph()
	a := vector(g, "a", 1, 2)
	square := must(G.Square(a))
	var read G.Value
	G.Read(square, &read)
	must(G.Exp(must(G.Neg(square))))
	m := ran(t, g)
	expect(t, "read", numbers(read), []float64{1, 4}, 0)
	first := read
	a.Value().(*tensor.Dense).Float64s()[0] = 3
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	if read != first {
		t.Error("the second run made a new value")
	}
	expect(t, "read again", numbers(read), []float64{9, 4}, 0)
}

// TestGradientIsAnotherNode has gradients that are a constant and an input; a solver zeroes them after its step.
func TestGradientIsAnotherNode(t *testing.T) {
	g := G.NewGraph()
	w := G.NewScalar(g, tensor.Float64, G.WithName("w"), G.WithValue(3.0))
	x := G.NewScalar(g, tensor.Float64, G.WithName("x"), G.WithValue(4.0))
	c := G.NewScalar(g, tensor.Float64, G.WithName("c"), G.WithValue(0.5))
	cost := must(G.Add(must(G.Mul(w, x)), c))
	if _, err := G.Grad(cost, w, c); err != nil {
		t.Fatal(err)
	}
	m := ran(t, g)
	solver := G.NewVanillaSolver(G.WithLearnRate(1))
	for _, want := range []float64{12.5, -4.5, -21.5} {
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
		expect(t, "cost", valueOf(t, m, cost), []float64{want}, 0)
		if err := solver.Step(G.NodesToValueGrads(G.Nodes{w, c})); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDropout(t *testing.T) {
	build := func() (*G.ExprGraph, *G.Node) {
		g := G.NewGraph()
		return g, must(G.Dropout(vector(g, "x", 1, 2, 3, 4, 5, 6, 7, 8), 0.5))
	}
	g, y := build()
	expect(t, "evaluation", valueOf(t, ran(t, g, EvalMode()), y), []float64{1, 2, 3, 4, 5, 6, 7, 8}, 0)
	g, y = build()
	for i, x := range valueOf(t, ran(t, g), y) {
		if x != 0 && x != 2*float64(i+1) {
			t.Errorf("training: element %d is %v", i, x)
		}
	}
}

func TestClosedMachine(t *testing.T) {
	n := newNetwork(tensor.Float32, 5, 2, 2, false)
	m := ran(t, n.g, WithThreads(2))
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.RunAll(); err == nil {
		t.Error("a closed machine ran")
	}
}
