package machine

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// sprout grows a random graph from a few inputs, so that operations, shapes, shared subexpressions and operands occur in every
// combination that Gorgonia accepts.
type sprout struct {
	t     *rapid.T
	g     *G.ExprGraph
	dtype tensor.Dtype
	nodes G.Nodes
}

func (s *sprout) input(shape ...int) *G.Node {
	name := fmt.Sprintf("in%d", len(s.nodes))
	data := make([]float64, product(shape))
	for i := range data {
		// Away from 0, so that quotients and logarithms stay in range.
		data[i] = rapid.Float64Range(0.2, 1.5).Draw(s.t, "element")
		if rapid.Bool().Draw(s.t, "negative") {
			data[i] = -data[i]
		}
	}
	var backing any = data
	if s.dtype == tensor.Float32 {
		single := make([]float32, len(data))
		for i, x := range data {
			single[i] = float32(x)
		}
		backing = single
	}
	if len(shape) == 0 {
		var v any = data[0]
		if s.dtype == tensor.Float32 {
			v = float32(data[0])
		}
		return G.NewScalar(s.g, s.dtype, G.WithName(name), G.WithValue(v))
	}
	v := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))
	return G.NewTensor(s.g, s.dtype, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(v))
}

func (s *sprout) any(label string) *G.Node {
	return s.nodes[rapid.IntRange(0, len(s.nodes)-1).Draw(s.t, label)]
}

// grow tries one random operation; Gorgonia rejects many.
func (s *sprout) grow() {
	a, b := s.any("a"), s.any("b")
	axis := rapid.IntRange(0, 2).Draw(s.t, "axis")
	var n *G.Node
	var err error
	func() {
		defer func() {
			if recover() != nil { // Gorgonia panics on some shapes
				n = nil
			}
		}()
		n, err = s.operation(a, b, axis)
	}()
	if err != nil || n == nil {
		return
	}
	for _, old := range s.nodes {
		if old == n {
			return
		}
	}
	s.nodes = append(s.nodes, n)
}

func (s *sprout) operation(a, b *G.Node, axis int) (*G.Node, error) {
	switch rapid.IntRange(0, 33).Draw(s.t, "operation") {
	case 0:
		return G.Tanh(a)
	case 1:
		return G.Sigmoid(a)
	case 2:
		return G.Neg(a)
	case 3:
		return G.Square(a)
	case 4:
		return G.Abs(a)
	case 5:
		return G.Softplus(a)
	case 6, 7:
		return G.Add(a, b)
	case 8:
		return G.Sub(a, b)
	case 9, 10:
		return G.HadamardProd(a, b)
	case 11, 12, 13:
		return G.Mul(a, b)
	case 14:
		return G.Sum(a, axis)
	case 15:
		return G.Sum(a)
	case 16:
		return G.Mean(a, axis)
	case 17:
		return G.LogSoftMax(a, 1)
	case 18:
		if len(a.Shape()) == 2 {
			return G.Transpose(a, 1, 0)
		}
		return G.Transpose(a, axis, (axis+1)%3, (axis+2)%3)
	case 19, 20:
		return G.BroadcastAdd(a, b, nil, []byte{byte(axis)})
	case 21:
		return G.BroadcastHadamardProd(a, b, []byte{byte(axis)}, nil)
	case 22:
		start := rapid.IntRange(0, 3).Draw(s.t, "start")
		return G.Slice(a, []tensor.Slice{nil, nil, G.S(start, start+1+axis)}[2-rapid.IntRange(0, 1).Draw(s.t, "sliced axis"):]...)
	case 23:
		return G.Concat(min(axis, 1), a, b)
	case 24:
		return G.Reshape(a, tensor.Shape{product(a.Shape())})
	case 25:
		return G.Rectify(a)
	case 26:
		return G.Max(a, axis)
	case 27:
		return G.SoftMax(a, axis)
	case 28:
		return G.BatchedMatMul(a, must(G.Transpose(a, 0, 2, 1)))
	case 29:
		return G.OuterProd(a, b)
	case 30:
		return G.Gte(a, b, true)
	case 31:
		// By an input, which has no zeros: Gorgonia gives x/0 = +Inf for every x, this machine follows IEEE 754.
		return G.HadamardDiv(a, s.nodes[rapid.IntRange(0, 5).Draw(s.t, "divisor")])
	case 32:
		return G.Sub(G.NewConstant(s.one(1), G.WithName(fmt.Sprintf("one%d", len(s.nodes)))), a)
	default:
		return G.HadamardProd(a, G.NewConstant(s.one(-0.5), G.WithName(fmt.Sprintf("factor%d", len(s.nodes)))))
	}
}

func (s *sprout) one(x float64) any {
	if s.dtype == tensor.Float32 {
		return float32(x)
	}
	return x
}

// TestRandomGraphs compares random graphs, with gradients if Gorgonia can build them, with the plain interpreter.
func TestRandomGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &sprout{t: t, g: G.NewGraph(), dtype: tensor.Float64}
		if rapid.IntRange(0, 3).Draw(t, "single") == 0 {
			s.dtype = tensor.Float32
		}
		size := func() int { return rapid.IntRange(1, 5).Draw(t, "size") }
		m, n := size(), size()
		inputs := G.Nodes{s.input(m, n), nil, nil, nil, nil, nil}
		s.nodes = append(s.nodes, inputs[0])
		for i, shape := range [][]int{{n, m}, {n, n}, {n}, {}, {2, m, n}} {
			inputs[i+1] = s.input(shape...)
			s.nodes = append(s.nodes, inputs[i+1])
		}
		for range rapid.IntRange(1, 25).Draw(t, "operations") {
			s.grow()
		}
		want := G.Nodes{s.nodes[len(s.nodes)-1]}
		for range rapid.IntRange(0, 4).Draw(t, "outputs") {
			want = append(want, s.any("output"))
		}
		if gradients := s.gradients(inputs); gradients != nil {
			want = append(want, gradients...)
		}
		compare(t, s.g, want, 50*tolerance(s.dtype))
	})
}

// gradients adds the gradients of the sum of the last node with respect to the inputs that it depends on.
func (s *sprout) gradients(inputs G.Nodes) (gradients G.Nodes) {
	defer func() {
		if recover() != nil {
			gradients = nil
		}
	}()
	cost := s.nodes[len(s.nodes)-1]
	if !cost.IsScalar() {
		var err error
		if cost, err = G.Sum(cost); err != nil {
			return nil
		}
	}
	for _, n := range inputs {
		if list, err := G.Grad(cost, n); err == nil {
			gradients = append(gradients, list...)
		}
	}
	return gradients
}
