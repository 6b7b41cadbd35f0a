package machine

import (
	"fmt"
	"hash"
	"hash/fnv"
	"testing"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// greedyOp is a user-defined operation: it overwrites its operand, reshapes it and returns it.
type greedyOp struct{ panics bool }

func (op greedyOp) Arity() int { return 1 }
func (op greedyOp) Type() hm.Type {
	return hm.NewFnType(hm.TypeVariable('a'), hm.TypeVariable('a'))
}
func (op greedyOp) InferShape(shapes ...G.DimSizer) (tensor.Shape, error) {
	return shapes[0].(tensor.Shape).Clone(), nil
}
func (op greedyOp) Do(values ...G.Value) (G.Value, error) {
	if op.panics {
		panic("on purpose")
	}
	d := values[0].(*tensor.Dense)
	data := d.Float64s()
	for i := range data {
		data[i]++
	}
	return d, d.Reshape(d.Shape().TotalSize(), 1)
}
func (op greedyOp) ReturnsPtr() bool      { return true }
func (op greedyOp) CallsExtern() bool     { return false }
func (op greedyOp) OverwritesInput() int  { return 0 }
func (op greedyOp) WriteHash(h hash.Hash) { fmt.Fprintf(h, "greedy %v", op.panics) }
func (op greedyOp) Hashcode() uint32 {
	h := fnv.New32a()
	op.WriteHash(h)
	return h.Sum32()
}
func (op greedyOp) String() string { return "greedy" }

// TestUnknownOperation runs an operation that is not in the table between operations that are.
func TestUnknownOperation(t *testing.T) {
	g := G.NewGraph()
	x := vector(g, "x", 1, 2)
	square := must(G.Square(x))
	greedy := must(G.ApplyOp(greedyOp{}, square))
	sum := must(G.Add(greedy, square))
	m := ran(t, g, WithOutputs(x, square, greedy, sum))
	for range 2 {
		expect(t, "x", valueOf(t, m, x), []float64{1, 2}, 0)
		expect(t, "square", valueOf(t, m, square), []float64{1, 4}, 0)
		expect(t, "greedy", valueOf(t, m, greedy), []float64{2, 5}, 0)
		expect(t, "sum", valueOf(t, m, sum), []float64{3, 9}, 0)
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPanickingOperation(t *testing.T) {
	g := G.NewGraph()
	bad := must(G.ApplyOp(greedyOp{panics: true}, vector(g, "x", 1, 2)))
	m, err := New(g, WithOutputs(bad))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err == nil {
		t.Error("no error")
	}
}

// TestIndices has an integer input, which only operations that run themselves read.
func TestIndices(t *testing.T) {
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float64, G.WithShape(3, 2), G.WithName("x"),
		G.WithValue(tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6}))))
	indices := G.NewVector(g, tensor.Int, G.WithShape(2), G.WithName("indices"),
		G.WithValue(tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{2, 0}))))
	rows := must(G.ByIndices(must(G.Square(x)), indices, 0))
	m := ran(t, g, WithOutputs(rows, indices))
	expect(t, "rows", valueOf(t, m, rows), []float64{25, 36, 1, 4}, 0)
	if err := G.Let(indices, tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{1, 1}))); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	expect(t, "other rows", valueOf(t, m, rows), []float64{9, 16, 9, 16}, 0)
}

// TestTruthValues wants a comparison that returns booleans, not numbers.
func TestTruthValues(t *testing.T) {
	g := G.NewGraph()
	greater := must(G.Gt(vector(g, "a", 1, 2, 3), vector(g, "b", 2, 2, 2), false))
	m := ran(t, g, WithOutputs(greater))
	v, err := m.Value(greater)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(v.Data()); got != "[false false true]" {
		t.Errorf("a > b is %v", got)
	}
}

// TestMovedSlice changes the bounds of a slice after compiling.
func TestMovedSlice(t *testing.T) {
	g := G.NewGraph()
	part := must(G.Slice(vector(g, "x", 1, 2, 3, 4), G.S(0, 2)))
	m := ran(t, g, WithOutputs(part))
	expect(t, "first half", valueOf(t, m, part), []float64{1, 2}, 0)
	if err := G.UnsafeLet(part, G.S(2, 4)); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	expect(t, "second half", valueOf(t, m, part), []float64{3, 4}, 0)
	if err := G.UnsafeLet(part, G.S(1, 4)); err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err == nil {
		t.Error("a slice of another length ran")
	}
}

// TestTableKnowsGorgonia fails if an operation that the machine has instructions for runs itself, because Gorgonia has changed a name.
func TestTableKnowsGorgonia(t *testing.T) {
	g := G.NewGraph()
	x, y, v, u := matrix(g, "x", 3, 2), matrix(g, "y", 3, 2), vector(g, "v", 1, 2), vector(g, "u", 1, 2, 3)
	cube := G.NewTensor(g, tensor.Float64, 3, G.WithShape(2, 3, 2), G.WithName("cube"), G.WithInit(G.GlorotN(1)))
	want := G.Nodes{
		must(G.Mul(x, must(G.Transpose(y, 1, 0)))), must(G.Mul(x, v)), must(G.Mul(v, v)), must(G.OuterProd(u, v)),
		must(G.BatchedMatMul(cube, must(G.Transpose(cube, 0, 2, 1)))), must(G.Sum(cube, 0, 1)), must(G.Max(x, 1)),
		must(G.SoftMax(x)), must(G.LogSoftMax(y)), must(G.Concat(0, x, y)), must(G.Slice(x, nil, G.S(0, 1))),
		must(G.Slice(x, G.S(1, 3))), must(G.Pow(x, y)), must(G.Gte(x, y, true)), must(G.Reshape(x, tensor.Shape{6})),
		must(G.BroadcastSub(x, u, nil, []byte{1})), must(G.HadamardDiv(x, y)),
	}
	for _, function := range []func(*G.Node) (*G.Node, error){
		G.Abs, G.Sign, G.Ceil, G.Floor, G.Sin, G.Cos, G.Exp, G.Log2, G.Neg, G.Square, G.Inverse,
		G.Cube, G.Tanh, G.Sigmoid, G.Expm1, G.Softplus,
	} {
		want = append(want, must(function(x)))
	}
	positive := must(G.Square(y))
	for _, function := range []func(*G.Node) (*G.Node, error){G.Log, G.Log1p, G.Sqrt, G.InverseSqrt} {
		want = append(want, must(function(positive)))
	}
	m := agree(t, g, want)
	for _, in := range m.program.instructions {
		if in.code == codeFallback {
			t.Errorf("%T %v runs itself", in.operation, in.operation)
		}
	}
}
