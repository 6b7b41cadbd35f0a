package machine

import (
	"math"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// after compiles a graph with the passes up to the named one and returns the operations of the program.
func after(t *testing.T, name string, g *G.ExprGraph, want ...*G.Node) []string {
	t.Helper()
	last := slices.IndexFunc(passes, func(p pass) bool { return p.name == name })
	if last < 0 {
		t.Fatalf("no pass %q", name)
	}
	only := func(s *settings) error {
		s.passes = passes[:last+1]
		return nil
	}
	m := agree(t, g, want, only)
	var operations []string
	for _, in := range m.program.instructions {
		operations = append(operations, in.String())
	}
	return operations
}

// count returns how many operations begin with the prefix.
func count(operations []string, prefix string) (n int) {
	for _, operation := range operations {
		if strings.HasPrefix(operation, prefix) {
			n++
		}
	}
	return n
}

func matrix(g *G.ExprGraph, name string, rows, columns int) *G.Node {
	return G.NewMatrix(g, tensor.Float64, G.WithShape(rows, columns), G.WithName(name),
		G.WithValue(random(generator(), tensor.Float64, 1, rows, columns)))
}

// expectProgram compares the operations of a program.
func expectProgram(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("program:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPrune(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 2, 3)
	must(G.Exp(must(G.Square(x))))
	expectProgram(t, after(t, "prune", g, must(G.Tanh(x))), "tanh x")
}

func TestFoldConstants(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 2, 4)
	two, one, zero := G.NewConstant(2.0), G.NewConstant(1.0), G.NewConstant(0.0)
	scaled := must(G.Mul(must(G.Neg(must(G.Mul(x, two)))), two))
	y := must(G.Add(must(G.HadamardDiv(must(G.HadamardProd(scaled, one)), two)), zero))
	expectProgram(t, after(t, "constants", g, y), "⊙ -2, x")

	g = G.NewGraph()
	x = matrix(g, "x", 2, 4)
	mean := must(G.Neg(must(G.Mean(x))))
	gradients, err := G.Grad(mean, x)
	if err != nil {
		t.Fatal(err)
	}
	// The gradient of a mean is known at compile time; it is copied in every run, because solvers zero gradients.
	expectProgram(t, after(t, "constants", g, mean, gradients[0]), "sum x over 8 of (1, 8, 1)", "⊙ -0.125, %1", "copy -0.125")
}

func TestMergeDuplicates(t *testing.T) {
	g := G.NewGraph()
	x, b := matrix(g, "x", 3, 2), vector(g, "b", 1, 2)
	first := must(G.BroadcastAdd(x, b, nil, []byte{0}))
	second := must(G.BroadcastAdd(must(G.Square(x)), b, nil, []byte{0}))
	if n := count(after(t, "constants", g, first, second), "repeat"); n != 2 {
		t.Fatalf("%d repeats before the pass, want 2", n)
	}
	if n := count(after(t, "duplicates", g, first, second), "repeat"); n != 1 {
		t.Errorf("%d repeats, want 1", n)
	}
}

func TestFoldBroadcasts(t *testing.T) {
	g := G.NewGraph()
	x, row, column := matrix(g, "x", 3, 2), vector(g, "row", 1, 2), vector(g, "column", 1, 2, 3)
	s := G.NewScalar(g, tensor.Float64, G.WithName("s"), G.WithValue(2.0))
	plus := must(G.BroadcastAdd(x, row, nil, []byte{0}))
	times := must(G.BroadcastHadamardProd(column, x, []byte{1}, nil))
	scaled := must(G.Mul(x, s))
	operations := after(t, "broadcasts", g, plus, times, scaled)
	if count(operations, "repeat") != 0 {
		t.Errorf("a repeat is left: %v", operations)
	}
	text := strings.Join(operations, "; ")
	for _, want := range []string{"(x3)", "(x2)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no operand is repeated %s in %s", want, text)
		}
	}
}

func TestFoldTransposes(t *testing.T) {
	g := G.NewGraph()
	x, w := matrix(g, "x", 3, 2), matrix(g, "w", 4, 2)
	product := must(G.Mul(x, must(G.Transpose(w, 1, 0))))
	expectProgram(t, after(t, "transposes", g, product), "product x × wᵀ")

	// (xᵀ w + xᵀ v)ᵀ = wᵀ x + vᵀ x
	g = G.NewGraph()
	x, w, v := matrix(g, "x", 3, 2), matrix(g, "w", 3, 5), matrix(g, "v", 3, 5)
	xt := must(G.Transpose(x, 1, 0))
	sum := must(G.Transpose(must(G.Add(must(G.Mul(xt, w)), must(G.Mul(xt, v)))), 1, 0))
	expectProgram(t, after(t, "transposes", g, sum), "product wᵀ × x", "product vᵀ × x", "+ %4, %5")

	// A product that is also wanted is unchanged.
	g = G.NewGraph()
	x, w = matrix(g, "x", 3, 2), matrix(g, "w", 2, 5)
	product = must(G.Mul(x, w))
	expectProgram(t, after(t, "transposes", g, product, must(G.Transpose(product, 1, 0))), "product x × w", "transpose %2")

	// Two transposes cancel.
	g = G.NewGraph()
	x = matrix(g, "x", 3, 2)
	twice := must(G.Tanh(must(G.Transpose(must(G.Transpose(x, 1, 0)), 1, 0))))
	expectProgram(t, after(t, "transposes", g, twice), "tanh x")
}

func TestSharedTransposes(t *testing.T) {
	for _, c := range []struct{ batch, products, want int }{
		{2, 2, 0},
		{9, 2, 1},
		{1, 20, 0}, // inner products with the rows as stored
	} {
		g := G.NewGraph()
		h, w := matrix(g, "h", c.batch, 4), matrix(g, "w", 4, 4)
		wt := must(G.Transpose(w, 1, 0))
		for range c.products {
			h = must(G.Mul(h, wt))
		}
		operations := after(t, "shared transposes", g, h)
		if count(operations, "transpose") != c.want {
			t.Errorf("%+v: %v", c, operations)
		}
	}
}

func TestFuseTanhGradients(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 3, 2)
	y := must(G.Tanh(x))
	gradients, err := G.Grad(must(G.Sum(must(G.Square(y)))), x)
	if err != nil {
		t.Fatal(err)
	}
	operations := after(t, "tanh derivatives", g, gradients[0])
	if count(operations, "tanh gradient") != 1 || count(operations, "-") != 0 {
		t.Errorf("program: %v", operations)
	}
}

func TestFuseRectifiers(t *testing.T) {
	g := G.NewGraph()
	x := matrix(g, "x", 3, 2)
	expectProgram(t, after(t, "rectifiers", g, must(G.Rectify(x))), "relu x")

	// At 0 the derivative is Gorgonia's, 1.
	g = G.NewGraph()
	v := vector(g, "v", -2, 0, 3, math.Copysign(0, -1))
	y := must(G.Rectify(v))
	gradients, err := G.Grad(must(G.Sum(must(G.HadamardProd(y, vector(g, "factor", 5, 6, 7, 8))))), v)
	if err != nil {
		t.Fatal(err)
	}
	operations := after(t, "rectifiers", g, y, gradients[0])
	expectProgram(t, operations, "relu v", "relu gradient factor, v")
	m := ran(t, g, WithOutputs(gradients[0]))
	expect(t, "gradient", valueOf(t, m, gradients[0]), []float64{0, 6, 7, 8}, 0)
}

func TestFuseProducts(t *testing.T) {
	g := G.NewGraph()
	x, w, b, z := matrix(g, "x", 3, 2), matrix(g, "w", 2, 5), vector(g, "b", 1, 2, 3, 4, 5), matrix(g, "z", 3, 5)
	product := must(G.Mul(x, w))
	state := must(G.Tanh(must(G.BroadcastAdd(must(G.Add(z, product)), b, nil, []byte{0}))))
	operations := after(t, "products", g, state)
	if len(operations) != 2 || operations[1] != "product x × w + z + row %6, then tanh" {
		t.Errorf("program: %v", operations)
	}
	// The preactivation is wanted, so tanh is not fused.
	g = G.NewGraph()
	x, w = matrix(g, "x", 3, 2), matrix(g, "w", 2, 5)
	product = must(G.Mul(x, w))
	expectProgram(t, after(t, "products", g, product, must(G.Tanh(product))), "product x × w", "tanh %2")
}

// TestNetworkProgram checks the form of the paper's training step: eleven states, one product for the gradient of R.
func TestNetworkProgram(t *testing.T) {
	n := newNetwork(tensor.Float32, 20, 10, 10, false)
	m, err := New(n.g, WithOutputs(append(G.Nodes{n.loss}, n.gradients...)...), WithTrace())
	if err != nil {
		t.Fatal(err)
	}
	var operations []string
	for _, in := range m.Program().Instructions {
		operations = append(operations, in.Operation)
	}
	for name, want := range map[string]int{
		"transpose": 1, "product": 10 + 1 + 1 + 10 + 1 + 1, "tanh gradient": 0, "sum": 4, "repeat": 0,
	} {
		if got := count(operations, name); got != want {
			t.Errorf("%d times %q, want %d", got, name, want)
		}
	}
	if len(operations) > 40 {
		t.Errorf("%d instructions, want at most 40", len(operations))
	}
	stages := m.Trace()
	if len(stages) != len(passes)+1 || stages[0].Pass != "graph" || len(stages[0].Program.Instructions) < 100 {
		t.Errorf("%d stages, the first with %d instructions", len(stages), len(stages[0].Program.Instructions))
	}
	if t.Failed() {
		t.Logf("program:\n%v", m)
	}
}
