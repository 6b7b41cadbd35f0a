package machine

import (
	"fmt"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// network is the paper's network as a graph, with its gradients.
type network struct {
	g                      *G.ExprGraph
	x, target              *G.Node
	parameters, gradients  G.Nodes
	hidden                 G.Nodes
	logits, loss           *G.Node
	units, batch, steps    int
	parameterValues        []*tensor.Dense
	inputValue, targetData *tensor.Dense
}

const classes = 2

// random returns a tensor of standard normal numbers times scale.
func random(r *rand.Rand, dtype tensor.Dtype, scale float64, shape ...int) *tensor.Dense {
	n := product(shape)
	if dtype == tensor.Float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(scale * r.NormFloat64())
		}
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = scale * r.NormFloat64()
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x))
}

// must returns n and panics on an error, for graphs that are known to build.
func must(n *G.Node, err error) *G.Node { return G.Must(n, err) }

func newNetwork(dtype tensor.Dtype, units, batch, steps int, meanSquared bool) *network {
	r := rand.New(rand.NewPCG(1, 2))
	n := &network{g: G.NewGraph(), units: units, batch: batch, steps: steps}
	scale := 1 / float64(units)
	n.parameterValues = []*tensor.Dense{
		random(r, dtype, 0.5, units, units), random(r, dtype, scale, classes, units),
		random(r, dtype, 0.1, units), random(r, dtype, 0.1, classes),
	}
	n.inputValue = random(r, dtype, 1, batch, units)
	n.targetData = tensor.New(tensor.WithShape(batch, classes), tensor.Of(dtype))
	for i := range batch {
		var one any = float64(1)
		if dtype == tensor.Float32 {
			one = float32(1)
		}
		if err := n.targetData.SetAt(one, i, i%classes); err != nil {
			panic(err)
		}
	}
	in := func(name string, v *tensor.Dense) *G.Node {
		return G.NewTensor(n.g, dtype, v.Dims(), G.WithShape(v.Shape()...), G.WithName(name), G.WithValue(v))
	}
	R, W := in("R", n.parameterValues[0]), in("W", n.parameterValues[1])
	b1, b2 := in("b1", n.parameterValues[2]), in("b2", n.parameterValues[3])
	n.parameters = G.Nodes{R, W, b1, b2}
	n.x, n.target = in("x", n.inputValue), in("target", n.targetData)
	Rt := must(G.Transpose(R, 1, 0))
	h := must(G.Tanh(must(G.BroadcastAdd(n.x, b1, nil, []byte{0}))))
	n.hidden = append(n.hidden, h)
	for t := 1; t <= steps; t++ {
		h = must(G.Tanh(must(G.BroadcastAdd(must(G.Mul(h, Rt)), b1, nil, []byte{0}))))
		G.WithName(fmt.Sprintf("h[%d]", t))(h)
		n.hidden = append(n.hidden, h)
	}
	n.logits = must(G.BroadcastAdd(must(G.Mul(h, must(G.Transpose(W, 1, 0)))), b2, nil, []byte{0}))
	if meanSquared {
		n.loss = must(G.Mean(must(G.Square(must(G.Sub(n.logits, n.target))))))
	} else {
		chosen := must(G.HadamardProd(must(G.LogSoftMax(n.logits, 1)), n.target))
		n.loss = must(G.Neg(must(G.Mean(must(G.Sum(chosen, 1))))))
	}
	gradients, err := G.Grad(n.loss, n.parameters...)
	if err != nil {
		panic(err)
	}
	n.gradients = gradients
	return n
}

func (n *network) wanted() G.Nodes {
	return append(append(G.Nodes{n.loss, n.logits}, n.gradients...), n.hidden...)
}

func BenchmarkStep(b *testing.B) {
	for _, size := range []struct{ units, batch, steps int }{{200, 10, 10}, {1000, 100, 10}} {
		for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			name := fmt.Sprintf("n=%d/batch=%d/steps=%d/type=%v", size.units, size.batch, size.steps, dtype)
			b.Run("engine=machine/"+name, func(b *testing.B) {
				n := newNetwork(dtype, size.units, size.batch, size.steps, false)
				m, err := New(n.g, WithOutputs(append(G.Nodes{n.loss}, n.gradients...)...))
				if err != nil {
					b.Fatal(err)
				}
				defer m.Close()
				b.ReportAllocs()
				for b.Loop() {
					if err := m.RunAll(); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("engine=tape/"+name, func(b *testing.B) {
				n := newNetwork(dtype, size.units, size.batch, size.steps, false)
				m := G.NewTapeMachine(n.g)
				defer m.Close()
				b.ReportAllocs()
				for b.Loop() {
					if err := m.RunAll(); err != nil {
						b.Fatal(err)
					}
					m.Reset()
				}
			})
		}
	}
}
