package machine

import (
	"errors"
	"fmt"
	"io"
	"log"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// scalarNode returns a scalar input with a value.
func scalarNode(g *G.ExprGraph, name string, x float64) *G.Node {
	return G.NewScalar(g, tensor.Float64, G.WithName(name), G.WithValue(x))
}

// shown returns the numbers of a node's value, nil if it has none.
func shown(n *G.Node) []float64 { return numbers(n.Value()) }

func gradientOf(t *testing.T, n *G.Node) []float64 {
	t.Helper()
	v, err := n.Grad()
	if err != nil {
		t.Fatal(err)
	}
	return numbers(v)
}

func mustGrad(t *testing.T, cost *G.Node, by ...*G.Node) G.Nodes {
	t.Helper()
	gradients, err := G.Grad(cost, by...)
	if err != nil {
		t.Fatal(err)
	}
	return gradients
}

func mustRun(t *testing.T, vm G.VM) {
	t.Helper()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// TestOperandsAfterRemoval builds a graph from which Gorgonia removes a node when log(1 - p) becomes log1p(-p), after which
// ExprGraph.From returns the operands of other nodes.
func TestOperandsAfterRemoval(t *testing.T) {
	g := G.NewGraph()
	w, p := vector(g, "w", 2), vector(g, "p", 0.5)
	u, v := vector(g, "u", 3), vector(g, "v", 5)
	mustGrad(t, must(G.Sum(must(G.Square(w)))), w) // fills the index
	q := must(G.Sub(G.NewConstant(1.0), p))
	a := must(G.Square(u))
	b := must(G.Cube(v))
	logarithm := must(G.Log(q))
	ran(t, g)
	expect(t, "a", shown(a), []float64{9}, 0)
	expect(t, "b", shown(b), []float64{125}, 0)
	expect(t, "log", shown(logarithm), []float64{-0.6931471805599453}, 1e-15)
	expect(t, "w", gradientOf(t, w), []float64{4}, 0)
}

// TestOperandThatGorgoniaReused computes something from 1 - p before its logarithm removes the node, which Gorgonia then reuses for
// another operation: the square would be that of 7 u.
func TestOperandThatGorgoniaReused(t *testing.T) {
	g := G.NewGraph()
	w, p, u := vector(g, "w", 2), vector(g, "p", 0.5), vector(g, "u", 3)
	mustGrad(t, must(G.Sum(must(G.Square(w)))), w) // adds to the graph the constant 1 that Gorgonia looks for
	q := must(G.Sub(G.NewConstant(1.0), p))
	square := must(G.Square(q))
	must(G.Log(q))
	for i := range 50 { // until the pool returns the node again
		must(G.Mul(u, G.NewConstant(float64(i+7))))
	}
	var compile *CompileError
	if _, err := New(g, WithOutputs(square)); !errors.As(err, &compile) || !errors.Is(err, errReplaced) {
		t.Errorf("error is %v", err)
	}
}

// TestBinaryCrossEntropy uses Gorgonia's own function, whose stabilised logarithm used to fail.
func TestBinaryCrossEntropy(t *testing.T) {
	g := G.NewGraph()
	p, y := vector(g, "p", 0.25, 0.5), vector(g, "y", 1, 0)
	loss := must(G.BinaryXent(p, y))
	cost := must(G.Sum(loss))
	mustGrad(t, cost, p)
	ran(t, g)
	expect(t, "loss", shown(loss), []float64{1.3862943611198906, 0.6931471805599453}, 1e-15) // log 4, log 2
	expect(t, "gradient", gradientOf(t, p), []float64{-4, 2}, 1e-14)                         // -1/p, 1/(1-p)
}

// TestLearnablesOnOneGradient trains biases whose gradient is one node, and one whose gradient is a reshape of it: all three
// gradients of sum z^2, z = x + b1 + b2 + reshape(b3), are 2 z.
func TestLearnablesOnOneGradient(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		g := G.NewGraph()
		x := vector(g, "x", 1, 2)
		b1, b2 := vector(g, "b1", 0, 0), vector(g, "b2", 1, 1)
		b3 := matrix(g, "b3", 1, 2)
		start := numbers(b3.Value())
		sum := must(G.Add(must(G.Add(must(G.Add(x, b1)), b2)), must(G.Reshape(b3, tensor.Shape{2}))))
		cost := must(G.Sum(must(G.Square(sum))))
		gradients := mustGrad(t, cost, b1, b2, b3)
		var options []Option
		if narrow {
			options = append(options, WithOutputs(append(gradients, cost)...))
		}
		vm := Must(New(g, options...))
		solver := G.NewVanillaSolver(G.WithLearnRate(0.125))
		want := [3][]float64{{0, 0}, {1, 1}, start}
		for range 3 {
			mustRun(t, vm)
			var z [2]float64
			for j := range z {
				z[j] = numbers(x.Value())[j] + want[0][j] + want[1][j] + want[2][j]
			}
			for i, n := range []*G.Node{b1, b2, b3} {
				expect(t, n.Name()+" gradient", gradientOf(t, n), []float64{2 * z[0], 2 * z[1]}, 1e-14)
				want[i] = []float64{want[i][0] - 0.25*z[0], want[i][1] - 0.25*z[1]}
			}
			if err := solver.Step(G.NodesToValueGrads(G.Nodes{b1, b2, b3})); err != nil {
				t.Fatal(err)
			}
			for i, n := range []*G.Node{b1, b2, b3} {
				expect(t, fmt.Sprintf("%s (narrow %v)", n.Name(), narrow), shown(n), want[i], 1e-13)
			}
		}
	}
}

// TestTwoMachinesOnOneGraph trains on one machine and evaluates on another, created later.
func TestTwoMachinesOnOneGraph(t *testing.T) {
	g := G.NewGraph()
	w, x := scalarNode(g, "w", 3), scalarNode(g, "x", 2)
	cost := must(G.Square(must(G.Mul(w, x)))) // dw = 2 w x^2
	mustGrad(t, cost, w)
	training := Must(New(g))
	evaluation := Must(New(g, WithOutputs(cost)))
	solver := G.NewVanillaSolver(G.WithLearnRate(0.0625))
	for _, want := range []float64{3, 1.5, 0.75} { // w - w x^2 / 8
		expect(t, "w", shown(w), []float64{want}, 0)
		mustRun(t, evaluation)
		expect(t, "evaluation", shown(cost), []float64{4 * want * want}, 0)
		mustRun(t, training)
		expect(t, "gradient", gradientOf(t, w), []float64{8 * want}, 0)
		mustRun(t, evaluation)
		expect(t, "gradient after evaluation", gradientOf(t, w), []float64{8 * want}, 0)
		if err := solver.Step(G.NodesToValueGrads(G.Nodes{w})); err != nil {
			t.Fatal(err)
		}
	}
	// Two machines that both compute the gradient: a solver sees that of the last run, whichever machine computed it.
	other := Must(New(g))
	mustRun(t, other)
	G.Let(x, 1.0)
	mustRun(t, training)
	expect(t, "gradient", gradientOf(t, w), []float64{2 * 0.375}, 0)
	G.Let(x, 3.0)
	mustRun(t, other)
	expect(t, "gradient", gradientOf(t, w), []float64{18 * 0.375}, 0)
}

// TestStateFedBack uses a result as the input of the next run: h = 2 h + 1 and, in the same run, a function of the old state that
// is computed late.
func TestStateFedBack(t *testing.T) {
	g := G.NewGraph()
	h := vector(g, "h", 1, 2)
	s := scalarNode(g, "s", 1)
	next := must(G.Add(must(G.Mul(h, G.NewConstant(2.0))), G.NewConstant(1.0)))
	change := must(G.Sub(next, h))
	late := must(G.Mul(must(G.Sum(must(G.Exp(must(G.Sub(change, change)))))), s)) // 2 s
	whole := must(G.Add(must(G.Square(h)), must(G.Sub(late, late))))
	m := Must(New(g))
	state, number := []float64{1, 2}, 1.0
	for range 4 {
		mustRun(t, m)
		expect(t, "change", shown(change), []float64{state[0] + 1, state[1] + 1}, 0)
		expect(t, "square", shown(whole), []float64{state[0] * state[0], state[1] * state[1]}, 0)
		expect(t, "late", shown(late), []float64{2 * number}, 0)
		state = []float64{2*state[0] + 1, 2*state[1] + 1}
		number *= 2
		expect(t, "state", shown(next), state, 0)
		for n, v := range map[*G.Node]G.Value{h: next.Value(), s: late.Value()} {
			if err := G.Let(n, v); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPartOfStateFedBack uses a view of a result as an input.
func TestPartOfStateFedBack(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 2, 3)
	row := vector(g, "row", 1, 1, 1)
	y := must(G.BroadcastAdd(x, row, nil, []byte{0}))
	difference := must(G.Sub(y, x))
	m := Must(New(g))
	mustRun(t, m)
	view, err := y.Value().(*tensor.Dense).Slice(G.S(1))
	if err != nil {
		t.Fatal(err)
	}
	want := append([]float64(nil), shown(y)[3:]...)
	if err := G.Let(row, view); err != nil {
		t.Fatal(err)
	}
	mustRun(t, m)
	expect(t, "difference", shown(difference), append(append([]float64(nil), want...), want...), 1e-15)
}

// TestDefaultValues reads values from the nodes, as programs written for the TapeMachine do.
func TestDefaultValues(t *testing.T) {
	g := G.NewGraph()
	x, w := vector(g, "x", 1, 2), vector(g, "w", 3, 4)
	product := must(G.HadamardProd(x, w))
	square := must(G.Square(product))
	cost := must(G.Sum(square))
	above := must(G.Gt(w, x, false)) // truth values
	gradients := mustGrad(t, cost, w)
	after := must(G.Neg(cost)) // built after Grad
	vm := Must(New(g))
	if shown(cost) != nil {
		t.Error("a value before the first run")
	}
	mustRun(t, vm)
	for i := range 2 {
		expect(t, "product", shown(product), []float64{3, 8}, 0)
		expect(t, "square", shown(square), []float64{9, 64}, 0)
		expect(t, "cost", shown(cost), []float64{73}, 0)
		expect(t, "after", shown(after), []float64{-73}, 0)
		expect(t, "gradient node", shown(gradients[0]), []float64{6, 32}, 0)
		expect(t, "w.Grad", gradientOf(t, w), []float64{6, 32}, 0)
		if g, _ := w.Grad(); g != gradients[0].Value() {
			t.Error("w.Grad is not the value of the gradient's node, which nothing else uses")
		}
		if truths, ok := above.Value().(*tensor.Dense); !ok || fmt.Sprint(truths.Data()) != "[true true]" {
			t.Errorf("w > x is %v", above.Value())
		}
		if i == 0 {
			g.UnbindAllNonInputs() // returns the tensors to Gorgonia's pool
			mustRun(t, vm)
		}
	}
}

// TestIntegers runs operations on integers, whose nodes have no float values.
func TestIntegers(t *testing.T) {
	g := G.NewGraph()
	a := G.NewVector(g, tensor.Int, G.WithShape(3), G.WithName("a"), G.WithValue(tensor.New(tensor.WithBacking([]int{1, 2, 3}))))
	b := G.NewVector(g, tensor.Int, G.WithShape(3), G.WithName("b"), G.WithValue(tensor.New(tensor.WithBacking([]int{10, 20, 30}))))
	sum := must(G.Add(a, b))
	for _, m := range []*Machine{Must(New(g)), Must(New(g, WithOutputs(sum)))} {
		mustRun(t, m)
		for _, v := range []G.Value{sum.Value(), first(m.Value(sum))} {
			if dense, ok := v.(*tensor.Dense); !ok || fmt.Sprint(dense.Data()) != "[11 22 33]" {
				t.Errorf("a + b is %v", v)
			}
		}
	}
}

func first(v G.Value, _ error) G.Value { return v }

// TestDualValues accumulates gradients over runs, as a TapeMachine does with BindDualValues, until a solver zeroes them.
func TestDualValues(t *testing.T) {
	for _, makeVM := range []func(g *G.ExprGraph, w *G.Node) G.VM{
		func(g *G.ExprGraph, w *G.Node) G.VM { return Must(New(g, BindDualValues(w))) },
		func(g *G.ExprGraph, w *G.Node) G.VM { return Must(New(g, BindDualValues())) },
		func(g *G.ExprGraph, w *G.Node) G.VM { return G.NewTapeMachine(g, G.BindDualValues(w)) }, // the reference
	} {
		g := G.NewGraph()
		x, w, s := vector(g, "x", 1, 2), vector(g, "w", 3, 4), scalarNode(g, "s", 2)
		cost := must(G.Mul(must(G.Sum(must(G.HadamardProd(x, w)))), s))
		mustGrad(t, cost, w, s)
		vm := makeVM(g, w)
		for i := range 3 {
			mustRun(t, vm)
			vm.Reset()
			expect(t, "gradient", gradientOf(t, w), []float64{2 * float64(i+1), 4 * float64(i+1)}, 0)
		}
		if err := G.NewVanillaSolver(G.WithLearnRate(1)).Step(G.NodesToValueGrads(G.Nodes{w})); err != nil {
			t.Fatal(err)
		}
		expect(t, "w", shown(w), []float64{-3, -8}, 0)
		mustRun(t, vm)
		expect(t, "gradient", gradientOf(t, w), []float64{2, 4}, 0)
	}
}

// TestDualValuesWithoutGradient creates the evaluation machine with the list of the training machine, as a public program does.
func TestDualValuesWithoutGradient(t *testing.T) {
	g := G.NewGraph()
	w := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithValue(tensor.New(tensor.WithBacking([]float64{1, 2})))) // unnamed
	y := must(G.Square(w))
	mustRun(t, Must(New(g, BindDualValues(w))))
	expect(t, "y", shown(y), []float64{1, 4}, 0)
	if got := label(w); got != "number 0 (unnamed, shape (2))" {
		t.Errorf("the input is called %q", got)
	}
}

// TestGradientIsAnInput takes the gradients of x y, which are y and x: each has a separate value, equal to that of the gradient's node.
func TestGradientIsAnInput(t *testing.T) {
	g := G.NewGraph()
	x, y := scalarNode(g, "x", 2), scalarNode(g, "y", 2.5)
	gradients := mustGrad(t, must(G.Mul(x, y)), x, y)
	ran(t, g)
	for i, n := range []*G.Node{x, y} {
		if v, err := n.Grad(); err != nil || v != gradients[i].Value() || v == y.Value() || v == x.Value() {
			t.Errorf("gradient of %s is %v, %v", n.Name(), v, err)
		}
	}
	expect(t, "x", gradientOf(t, x), []float64{2.5}, 0)
	expect(t, "y", gradientOf(t, y), []float64{2}, 0)
}

// TestReadOfReshapedInput reads a node without an instruction, after another tensor was bound.
func TestReadOfReshapedInput(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 1, 2, 3, 4)
	column := must(G.Reshape(x, tensor.Shape{4, 1}))
	var read G.Value
	G.Read(column, &read)
	m := ran(t, g)
	expect(t, "read", numbers(read), []float64{1, 2, 3, 4}, 0)
	expect(t, "shown", shown(column), []float64{1, 2, 3, 4}, 0)
	if err := G.UnsafeLet(x, tensor.New(tensor.WithBacking([]float64{5, 6, 7, 8}))); err != nil {
		t.Fatal(err)
	}
	mustRun(t, m)
	expect(t, "read again", numbers(read), []float64{5, 6, 7, 8}, 0)
	expect(t, "shown again", shown(column), []float64{5, 6, 7, 8}, 0)
}

// TestInputReshapedInPlace checks that a tensor whose shape was changed after it was bound is an error.
func TestInputReshapedInPlace(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 2, 3)
	must(G.Sum(x, 0))
	m := ran(t, g)
	if err := x.Value().(*tensor.Dense).Reshape(3, 2); err != nil {
		t.Fatal(err)
	}
	var input *InputError
	if err := m.RunAll(); !errors.As(err, &input) || input.Node != "x" {
		t.Errorf("error is %v", err)
	}
	if err := x.Value().(*tensor.Dense).Reshape(2, 3); err != nil {
		t.Fatal(err)
	}
	mustRun(t, m)
}

// TestOptionsOfGorgonia passes every option that has the name of a Gorgonia option.
func TestOptionsOfGorgonia(t *testing.T) {
	build := func() (*G.ExprGraph, *G.Node, *G.Node) {
		g := G.NewGraph()
		w := vector(g, "w", 1, 2)
		cost := must(G.Sum(must(G.Tanh(w))))
		G.WithName("cost")(cost)
		mustGrad(t, cost, w)
		return g, w, cost
	}
	var lines strings.Builder
	logger := log.New(&lines, "", 0)
	g, w, cost := build()
	accepted := map[string]Option{
		"EvalMode": EvalMode(), "BindDualValues": BindDualValues(w), "WithNaNWatch": WithNaNWatch(), "WithInfWatch": WithInfWatch(),
		"WithLogger": WithLogger(logger), "WithLogger(nil)": WithLogger((*log.Logger)(nil)), "WithValueFmt": WithValueFmt("%v"),
		"WithWatchlist": WithWatchlist(cost), "TraceExec": TraceExec(), "WithManualGradient": WithManualGradient(),
		"UseCudaFor": UseCudaFor("tanh"), "WithPointerWatch": WithPointerWatch(), "WithEngine": WithEngine(tensor.StdEng{}),
	}
	for name, option := range accepted {
		m, err := New(g, option)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		mustRun(t, m)
		expect(t, name, shown(cost), []float64{0.7615941559557649 + 0.9640275800758169}, 1e-15)
	}
	refused := map[string]Option{
		"ExecuteFwdOnly": ExecuteFwdOnly(), "ExecuteBwdOnly": ExecuteBwdOnly(), "LogFwd": LogFwd(),
		"LogBwd": LogBwd(), "LogBothDir": LogBothDir(), "WithEngine": WithEngine(tensor.Float32Engine{}), "WithWatchlist": WithWatchlist(3),
	}
	for name, option := range refused {
		var wrong *OptionError
		if _, err := New(g, option); !errors.As(err, &wrong) || wrong.Option != name {
			t.Errorf("%s: error is %v", name, err)
		}
	}

	lines.Reset()
	mustRun(t, Must(New(g, WithOutputs(w), WithLogger(logger), WithWatchlist(cost, G.NodeID(w.ID())), WithValueFmt("%.3f"))))
	if got := lines.String(); !strings.Contains(got, "cost: 1.726\n") {
		t.Errorf("the log does not show the cost:\n%s", got)
	}
	mustRun(t, Must(New(g, WithLogger(log.New(io.Discard, "", 0)), WithWatchlist())))

	// CompileFunction names a part of the graph.
	x := vector(g, "x", 1)
	y := must(G.Neg(x))
	program, registers, err := G.CompileFunction(g, G.Nodes{x}, G.Nodes{y})
	if err != nil {
		t.Fatal(err)
	}
	m := Must(New(g, WithPrecompiled(program, registers)))
	mustRun(t, m)
	expect(t, "y", shown(y), []float64{-1}, 0)
	if _, err := m.Value(cost); err == nil {
		t.Error("the cost is part of a program that was not compiled for it")
	}
}

// TestTraceExec checks the values of the intermediate nodes that Grad adds.
func TestTraceExec(t *testing.T) {
	g := G.NewGraph()
	w := vector(g, "w", 0.5)
	cost := must(G.Sum(must(G.Tanh(must(G.Tanh(w))))))
	mustGrad(t, cost, w)
	without := func(options ...Option) (n int) {
		mustRun(t, Must(New(g, options...)))
		for _, node := range g.AllNodes() {
			if node.Value() == nil {
				n++
			}
		}
		return n
	}
	if n := without(); n == 0 {
		t.Error("by default every node has a value")
	}
	if n := without(TraceExec()); n != 0 {
		t.Errorf("%d nodes without a value", n)
	}
}

// TestSlicesThatGorgoniaMerges documents a merge that no machine can detect, and the workaround: a separate axis.
func TestSlicesThatGorgoniaMerges(t *testing.T) {
	g := G.NewGraph()
	data := make([]float64, 512)
	for i := range data {
		data[i] = float64(i / 128)
	}
	x := vector(g, "x", data...)
	one, other := must(G.Slice(x, G.S(0, 128))), must(G.Slice(x, G.S(256, 384)))
	if one != other {
		t.Error("Gorgonia tells these slices apart now; the package documentation says that it does not")
	}
	gates := must(G.Reshape(x, tensor.Shape{4, 128}))
	sums := G.Nodes{}
	for i := range 4 {
		sums = append(sums, must(G.Sum(must(G.Slice(gates, G.S(i))))))
	}
	ran(t, g)
	for i, sum := range sums {
		expect(t, sum.Name(), shown(sum), []float64{128 * float64(i)}, 0)
	}
}

// TestTensordotOfVectors checks that the value is what the operation returned, a tensor of one element, although the node is a scalar.
func TestTensordotOfVectors(t *testing.T) {
	g := G.NewGraph()
	a, b := vector(g, "a", 1, 2, 3), vector(g, "b", 4, 5, 6)
	dot := must(G.Tensordot([]int{0}, []int{0}, a, b))
	for _, vm := range []G.VM{Must(New(g)), G.NewTapeMachine(g)} {
		mustRun(t, vm)
		if v := dot.Value(); fmt.Sprint(v.Shape(), v.Data()) != "(1) [32]" {
			t.Errorf("%T: dot product is %v, shape %v", vm, v.Data(), v.Shape())
		}
	}
}

// TestValuesAreKept collects values over runs, which the TapeMachine allocates anew in each. If WithOutputs names them, they are in
// the machine's memory.
func TestValuesAreKept(t *testing.T) {
	g := G.NewGraph()
	x, w := vector(g, "x", 1, 2), vector(g, "w", 1, 1)
	y := must(G.HadamardProd(x, w))
	cost := must(G.Sum(y))
	mustGrad(t, cost, w)
	m := Must(New(g))
	var costs, vectors, gradients []G.Value
	for i := range 3 {
		if err := G.Let(x, tensor.New(tensor.WithBacking([]float64{float64(i), 1}))); err != nil {
			t.Fatal(err)
		}
		mustRun(t, m)
		gradient, err := w.Grad()
		if err != nil {
			t.Fatal(err)
		}
		costs, vectors, gradients = append(costs, cost.Value()), append(vectors, y.Value()), append(gradients, gradient)
	}
	for i := range costs {
		expect(t, "cost", numbers(costs[i]), []float64{float64(i) + 1}, 0)
		expect(t, "vector", numbers(vectors[i]), []float64{float64(i), 1}, 0)
		expect(t, "gradient", numbers(gradients[i]), []float64{float64(i), 1}, 0)
	}
	narrow := Must(New(g, WithOutputs(cost)))
	mustRun(t, narrow)
	before := cost.Value()
	mustRun(t, narrow)
	if cost.Value() != before {
		t.Error("a wanted value moved")
	}
}

// TestFailedRunShowsNothing makes a run fail after a successful one, and stops another half-way.
func TestFailedRunShowsNothing(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		g := G.NewGraph()
		x, w, other := vector(g, "x", 1, 4), vector(g, "w", 2, 3), vector(g, "other", 1, 1)
		cost := must(G.Sum(must(G.Mul(must(G.Sqrt(x)), must(G.Add(w, other))))))
		gradients := mustGrad(t, cost, w, other)
		options := []Option{WithNaNWatch()}
		if narrow {
			options = append(options, WithOutputs(append(gradients, cost)...))
		}
		m := Must(New(g, options...))
		for range 2 {
			mustRun(t, m)
			expect(t, "w", gradientOf(t, w), []float64{1, 2}, 0)
			expect(t, "other", gradientOf(t, other), []float64{1, 2}, 0)
			x.Value().(*tensor.Dense).Float64s()[0] = -1
			var nan *NaNError
			if err := m.RunAll(); !errors.As(err, &nan) {
				t.Fatalf("error is %v", err)
			}
			nothing := func(when string) {
				t.Helper()
				for name, n := range map[string]*G.Node{"cost": cost, "gradient": gradients[0]} {
					if n.Value() != nil {
						t.Errorf("%s: %s shows %v", when, name, n.Value())
					}
				}
				for _, n := range []*G.Node{w, other} {
					if v, _ := n.Grad(); v != nil {
						t.Errorf("%s: gradient of %s is %v", when, n.Name(), v)
					}
				}
			}
			nothing("after an error")
			x.Value().(*tensor.Dense).Float64s()[0] = 1
			mustRun(t, m)
			if err := m.RunTo(cost); err != nil {
				t.Fatal(err)
			}
			nothing("before Resume")
			expect(t, "cost", valueOf(t, m, cost), []float64{11}, 0)
			if err := m.Resume(); err != nil {
				t.Fatal(err)
			}
			expect(t, "w after Resume", gradientOf(t, w), []float64{1, 2}, 0)
		}
	}
}

// TestBatchNormalisationKeepsItsStatistics trains on two batches, then evaluates: by hand the running mean is
// 0.9 10.5 + 0.1 0.45 = 9.495 (momentum 0.9, as Gorgonia takes it) and the running variance 0.9 0.5 + 0.1 0.55 = 0.505.
func TestBatchNormalisationKeepsItsStatistics(t *testing.T) {
	for _, evaluationFirst := range []bool{true, false} {
		g := G.NewGraph()
		x := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 1), G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float64{0, 1}))))
		scale := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 1), G.WithName("scale"), G.WithInit(G.Ones()))
		bias := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 1), G.WithName("bias"), G.WithInit(G.Zeroes()))
		y, _, _, operation, err := G.BatchNorm(x, scale, bias, 0.9, 0)
		if err != nil {
			t.Fatal(err)
		}
		var evaluation *Machine
		if evaluationFirst {
			evaluation = Must(New(g, EvalMode()))
		}
		training := Must(New(g))
		if !evaluationFirst {
			evaluation = Must(New(g, EvalMode()))
		}
		for _, batch := range [][]float64{{0, 1}, {10, 11}} {
			if err := G.Let(x, tensor.New(tensor.WithShape(2, 1), tensor.WithBacking(batch))); err != nil {
				t.Fatal(err)
			}
			mustRun(t, training)
		}
		if err := G.Let(x, tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float64{0, 9.495}))); err != nil {
			t.Fatal(err)
		}
		mustRun(t, evaluation)
		expect(t, "evaluation", shown(y), []float64{-9.495 / 0.7106335201775948, 0}, 1e-12)
		mustRun(t, training) // still in training mode
		expect(t, "training", shown(y), []float64{-1, 1}, 1e-9)
		if err := operation.SetTraining(false); err != nil { // the user's choice takes precedence
			t.Fatal(err)
		}
		mustRun(t, training)
		// By then the mean is 0.9 4.7475 + 0.1 9.495 = 5.22225, the variance 0.9 45.0775125 + 0.1 0.505 = 40.62026125.
		expect(t, "evaluation by hand", shown(y), []float64{-0.81938178, 0.67040327}, 1e-7)
	}
}

// TestPoorArguments passes nil and empty arguments.
func TestPoorArguments(t *testing.T) {
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float64, G.WithShape(0, 3), G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(0, 3), tensor.Of(tensor.Float64))))
	sum := must(G.Sum(x))
	var wrong *OptionError
	for name, option := range map[string]Option{"nil": nil, "WithPrecompiled": WithPrecompiled(nil, nil)} {
		if _, err := New(g, option); !errors.As(err, &wrong) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	if m, err := New(g, WithOutputs(sum)); err == nil {
		var input *InputError
		if err := m.RunAll(); !errors.As(err, &input) || !strings.Contains(input.Reason, "empty") {
			t.Errorf("empty input: %v", err)
		}
	}
	if err := new(Machine).RunAll(); err == nil {
		t.Error("a machine that New has not made ran")
	}
}

// TestWhatGorgoniaGetsWrong checks what the package documentation says about faults that no machine can fix.
func TestWhatGorgoniaGetsWrong(t *testing.T) {
	g := G.NewGraph()
	if gaussian, uniform := G.GaussianRandomNode(g, tensor.Float64, 2, 3, 4), G.UniformRandomNode(g, tensor.Float64, -1, 5, 4); gaussian != uniform {
		t.Error("Gorgonia tells random nodes of one shape apart now")
	}
	g = G.NewGraph()
	x := scalarNode(g, "x", 2)
	first := mustGrad(t, must(G.Cube(x)), x)
	second := mustGrad(t, first[0], x)
	ran(t, g)
	expect(t, "first derivative", shown(first[0]), []float64{12}, 0)
	if got := shown(second[0]); got[0] == 12 {
		t.Errorf("the second derivative of x^3 is right now: %v", got)
	}
}
