package machine_test

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Reports about axes of one element, broadcasts and sums; the others are in public_issues_test.go.

// https://github.com/gorgonia/gorgonia/pull/367 and https://github.com/gorgonia/gorgonia/issues/383: broadcasts that Gorgonia
// rejects or gets wrong, including those over three axes. The gradient of sum(c (a + b)) with respect to the smaller operand is the
// sum of c over the axes along which it was repeated.
func TestIssues367And383(t *testing.T) {
	c := []float64{1, -2, 3, -4, 5, -6, 7, 8}
	for _, test := range []struct {
		small, big tensor.Shape
		axes       []byte
		sum        []float64 // of 100, 200, ... and 1, 2, ...
		gradient   []float64
	}{
		{tensor.Shape{2, 1}, tensor.Shape{2, 2}, []byte{1}, []float64{101, 102, 203, 204}, []float64{-1, -1}},
		{tensor.Shape{1, 2}, tensor.Shape{2, 2}, []byte{0}, []float64{101, 202, 103, 204}, []float64{4, -6}},
		{tensor.Shape{2}, tensor.Shape{2, 2}, []byte{1}, []float64{101, 102, 203, 204}, []float64{-1, -1}},
		{tensor.Shape{1, 2, 2}, tensor.Shape{2, 2, 2}, []byte{0}, []float64{101, 202, 303, 404, 105, 206, 307, 408}, []float64{6, -8, 10, 4}},
		{tensor.Shape{2, 2, 1}, tensor.Shape{2, 2, 2}, []byte{2}, []float64{101, 102, 203, 204, 305, 306, 407, 408}, []float64{-1, -1, -1, 15}},
		{tensor.Shape{1, 1, 2}, tensor.Shape{2, 2, 2}, []byte{0, 1}, []float64{101, 202, 103, 204, 105, 206, 107, 208}, []float64{16, -4}},
		{tensor.Shape{2, 1, 1}, tensor.Shape{2, 2, 2}, []byte{1, 2}, []float64{101, 102, 103, 104, 205, 206, 207, 208}, []float64{-2, 14}},
	} {
		for _, smallFirst := range []bool{true, false} {
			t.Run(fmt.Sprintf("%v+%v along %v first=%v", test.small, test.big, test.axes, smallFirst), func(t *testing.T) {
				g := G.NewGraph()
				n := test.big.TotalSize()
				hundreds := count(test.small.TotalSize(), 1)
				for i := range hundreds {
					hundreds[i] *= 100
				}
				a := learnable(g, "a", test.small, hundreds...)
				b := learnable(g, "b", test.big, count(n, 1)...)
				weights := learnable(g, "c", test.big, c[:n]...)
				sum, err := G.BroadcastAdd(a, b, test.axes, nil)
				if !smallFirst {
					sum, err = G.BroadcastAdd(b, a, nil, test.axes)
				}
				if err != nil {
					t.Fatal(err)
				}
				wrt(t, G.Must(G.Sum(G.Must(G.HadamardProd(sum, weights)))), a, b)
				run(t, g)
				expectNear(t, "sum", sum.Value(), test.sum...)
				expectNear(t, "da", gradient(t, a), test.gradient...)
				expectNear(t, "db", gradient(t, b), c[:n]...)
			})
		}
	}
}

// https://github.com/gorgonia/gorgonia/issues/552: products of a batch of one-element matrices.
func TestIssue552(t *testing.T) {
	g := G.NewGraph()
	a := learnable(g, "a", tensor.Shape{10, 1, 1}, count(10, 1)...)
	b := learnable(g, "b", tensor.Shape{10, 1, 10}, count(100, 11)...)
	product := G.Must(G.BatchedMatMul(a, b))
	run(t, g)
	var want []float64
	for i := range 10 {
		for k := range 10 {
			want = append(want, float64(i+1)*float64(11+10*i+k))
		}
	}
	expectNear(t, "product", product.Value(), want...)
}

// https://github.com/gorgonia/gorgonia/issues/341: Concat and Mul where an axis has one element.
func TestIssue341(t *testing.T) {
	for _, test := range []struct {
		y    tensor.Shape
		want []float64
	}{
		{tensor.Shape{2, 3, 2}, []float64{0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9, 10, 11}},
		{tensor.Shape{2, 1, 2}, []float64{0, 1, 2, 3, 0, 1, 4, 5, 6, 7, 2, 3}},
	} {
		g := G.NewGraph()
		x := learnable(g, "x", tensor.Shape{2, 2, 2}, count(8, 0)...)
		y := learnable(g, "y", test.y, count(test.y.TotalSize(), 0)...)
		joined := G.Must(G.Concat(1, x, y))
		wrt(t, G.Must(G.Sum(G.Must(G.Square(joined)))), x, y)
		run(t, g)
		expectNear(t, "joined", joined.Value(), test.want...)
		twice := func(x []float64) []float64 {
			for i := range x {
				x[i] *= 2
			}
			return x
		}
		expectNear(t, "dx", gradient(t, x), twice(count(8, 0))...)
		expectNear(t, "dy", gradient(t, y), twice(count(test.y.TotalSize(), 0))...)
	}
	for _, test := range []struct {
		x, y tensor.Shape
		want []float64
	}{
		{tensor.Shape{2, 2}, tensor.Shape{2, 1}, []float64{1, 3}},
		{tensor.Shape{1, 2}, tensor.Shape{2, 2}, []float64{2, 3}},
		{tensor.Shape{1, 2}, tensor.Shape{2, 1}, []float64{1}},
		{tensor.Shape{2, 1}, tensor.Shape{1, 2}, []float64{0, 0, 0, 1}},
	} {
		t.Run(fmt.Sprintf("%v x %v", test.x, test.y), func(t *testing.T) {
			g := G.NewGraph()
			x := learnable(g, "x", test.x, count(test.x.TotalSize(), 0)...)
			y := learnable(g, "y", test.y, count(test.y.TotalSize(), 0)...)
			z := G.Must(G.Mul(x, y))
			run(t, g)
			expectNear(t, "z", z.Value(), test.want...)
		})
	}
}

// https://github.com/gorgonia/gorgonia/issues/384: sums over one axis must keep the others, including those of one element,
// or the gradient of a bias that is added to all rows cannot be built.
func TestIssue384(t *testing.T) {
	for _, test := range []struct {
		shape tensor.Shape
		along []int
		want  tensor.Shape
		sums  []float64
	}{
		{tensor.Shape{4, 1}, []int{0}, tensor.Shape{1}, []float64{10}},
		{tensor.Shape{1, 2, 1, 2}, []int{3}, tensor.Shape{1, 2, 1}, []float64{3, 7}},
		{tensor.Shape{2, 1, 3, 2}, []int{2, 3}, tensor.Shape{2, 1}, []float64{21, 57}},
	} {
		t.Run(fmt.Sprintf("%v along %v", test.shape, test.along), func(t *testing.T) {
			g := G.NewGraph()
			x := learnable(g, "x", test.shape, count(test.shape.TotalSize(), 1)...)
			sum := G.Must(G.Sum(x, test.along...))
			run(t, g)
			if !sum.Shape().Eq(test.want) || !sum.Value().Shape().Eq(test.want) {
				t.Errorf("the node has the shape %v, its value %v; want %v", sum.Shape(), sum.Value().Shape(), test.want)
			}
			expectNear(t, "sum", sum.Value(), test.sums...)
		})
	}
	g := G.NewGraph()
	x := learnable(g, "x", tensor.Shape{3, 2}, 1, 2, 3, 4, 5, 6)
	w := learnable(g, "w", tensor.Shape{2, 1}, 1, -1)
	b := learnable(g, "b", tensor.Shape{1, 1}, 0.5)
	out := G.Must(G.BroadcastAdd(G.Must(G.Mul(x, w)), b, nil, []byte{0}))
	wrt(t, G.Must(G.Sum(G.Must(G.Square(out)))), w, b)
	run(t, g)
	expectNear(t, "out", out.Value(), -0.5, -0.5, -0.5)
	expectNear(t, "dw", gradient(t, w), -9, -12)
	expectNear(t, "db", gradient(t, b), -3)
}
