package machine

import (
	"fmt"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// example is one of Gorgonia's example programs, made smaller.
type example struct {
	g       *G.ExprGraph
	learned G.Nodes
	shown   []*G.Value // read statements to compare beside the learned nodes
	// slack multiplies the tolerance, for long chains.
	slack float64
}

func (e *example) input(name string, v *tensor.Dense) *G.Node {
	return G.NewTensor(e.g, v.Dtype(), v.Dims(), G.WithShape(v.Shape()...), G.WithName(name), G.WithValue(v))
}

func (e *example) learn(name string, v *tensor.Dense) *G.Node {
	n := e.input(name, v)
	e.learned = append(e.learned, n)
	return n
}

func (e *example) minimise(cost *G.Node, shown ...*G.Node) *example {
	if _, err := G.Grad(cost, e.learned...); err != nil {
		panic(err)
	}
	for _, n := range append(G.Nodes{cost}, shown...) {
		v := new(G.Value)
		G.Read(n, v)
		e.shown = append(e.shown, v)
	}
	return e
}

func generator() *rand.Rand { return rand.New(rand.NewPCG(7, 11)) }

func bias(h, b *G.Node) *G.Node { return must(G.BroadcastAdd(h, b, nil, []byte{0})) }

// linearRegression is the example on Gorgonia's website: scalars m and c, vectors x and y.
func linearRegression() *example {
	r, e := generator(), &example{g: G.NewGraph()}
	x, y := e.input("x", random(r, tensor.Float64, 1, 20)), e.input("y", random(r, tensor.Float64, 1, 20))
	m := G.NewScalar(e.g, tensor.Float64, G.WithName("m"), G.WithValue(0.3))
	c := G.NewScalar(e.g, tensor.Float64, G.WithName("c"), G.WithValue(-0.2))
	e.learned = G.Nodes{m, c}
	prediction := must(G.Add(must(G.Mul(x, m)), c))
	cost := must(G.Mean(must(G.Square(must(G.Sub(prediction, y))))))
	return e.minimise(cost, prediction)
}

// iris is examples/iris: a matrix times a vector of weights, mean squared error.
func iris() *example {
	r, e := generator(), &example{g: G.NewGraph()}
	x, y := e.input("x", random(r, tensor.Float64, 1, 30, 5)), e.input("y", random(r, tensor.Float64, 1, 30))
	theta := e.learn("theta", random(r, tensor.Float64, 0.1, 5))
	prediction := must(G.Mul(x, theta))
	return e.minimise(must(G.Mean(must(G.Square(must(G.Sub(prediction, y)))))), prediction)
}

// irisClasses is softmax regression on three classes.
func irisClasses() *example {
	r, e := generator(), &example{g: G.NewGraph()}
	x := e.input("x", random(r, tensor.Float32, 1, 12, 4))
	labels := make([]float32, 12*3)
	for i := range 12 {
		labels[i*3+i%3] = 1
	}
	y := e.input("y", tensor.New(tensor.WithShape(12, 3), tensor.WithBacking(labels)))
	w, b := e.learn("w", random(r, tensor.Float32, 0.3, 4, 3)), e.learn("b", random(r, tensor.Float32, 0.1, 3))
	probability := must(G.SoftMax(bias(must(G.Mul(x, w)), b)))
	cost := must(G.Neg(must(G.Mean(must(G.HadamardProd(must(G.Log(probability)), y))))))
	return e.minimise(cost, probability)
}

// logisticRegression is examples/logisticregression.
func logisticRegression() *example {
	r, e := generator(), &example{g: G.NewGraph()}
	x, y := e.input("x", random(r, tensor.Float64, 1, 15, 4)), e.input("y", random(r, tensor.Float64, 1, 15))
	w := e.learn("w", random(r, tensor.Float64, 0.3, 4))
	b := G.NewScalar(e.g, tensor.Float64, G.WithName("bias"), G.WithValue(0.1))
	e.learned = append(e.learned, b)
	one := G.NewConstant(1.0)
	probability := must(G.Sigmoid(must(G.Add(must(G.Mul(x, w)), b))))
	cost := must(G.Mean(must(G.Add(
		must(G.Neg(must(G.HadamardProd(y, must(G.Log(probability)))))),
		must(G.Neg(must(G.HadamardProd(must(G.Sub(one, y)), must(G.Log(must(G.Sub(one, probability)))))))),
	))))
	return e.minimise(cost, probability)
}

// convolution is examples/convnet with one convolution: rectifier, pooling, dropout with probability 0, softmax.
func convolution() *example {
	r, e := generator(), &example{g: G.NewGraph(), slack: 10}
	x := e.input("x", random(r, tensor.Float64, 1, 3, 1, 8, 8))
	y := e.input("y", tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 0, 0, 1, 1, 0})))
	w0 := e.learn("w0", random(r, tensor.Float64, 0.4, 4, 1, 3, 3))
	w1 := e.learn("w1", random(r, tensor.Float64, 0.2, 4*4*4, 2))
	c := must(G.Rectify(must(G.Conv2d(x, w0, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))))
	pooled := must(G.MaxPool2D(c, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	flat := must(G.Dropout(must(G.Reshape(pooled, tensor.Shape{3, 4 * 4 * 4})), 0))
	out := must(G.SoftMax(must(G.Mul(flat, w1))))
	cost := must(G.Neg(must(G.Mean(must(G.HadamardProd(must(G.Log(out)), y))))))
	return e.minimise(cost, out)
}

// batchNormalisation is a layer with gorgonia.BatchNorm.
func batchNormalisation() *example {
	r, e := generator(), &example{g: G.NewGraph(), slack: 10}
	x, y := e.input("x", random(r, tensor.Float64, 1, 4, 3)), e.input("y", random(r, tensor.Float64, 1, 4, 5))
	w := e.learn("w", random(r, tensor.Float64, 0.4, 3, 5))
	scale, offset := e.learn("scale", random(r, tensor.Float64, 1, 4, 5)), e.learn("offset", random(r, tensor.Float64, 1, 4, 5))
	normal, _, _, _, err := G.BatchNorm(must(G.Mul(x, w)), scale, offset, 0.9, 1e-5)
	if err != nil {
		panic(err)
	}
	return e.minimise(must(G.Mean(must(G.Square(must(G.Sub(normal, y)))))), normal)
}

// lstm is examples/charRNN: two steps of a long short-term memory with separate weights for each gate.
func lstm() *example {
	r, e := generator(), &example{g: G.NewGraph(), slack: 10}
	const in, units = 3, 4
	type gate struct{ wx, wh, b *G.Node }
	gates := map[string]gate{}
	for _, name := range []string{"input", "forget", "output", "cell"} {
		gates[name] = gate{
			e.learn("wx "+name, random(r, tensor.Float64, 0.4, units, in)),
			e.learn("wh "+name, random(r, tensor.Float64, 0.4, units, units)),
			e.learn("b "+name, random(r, tensor.Float64, 0.4, units)),
		}
	}
	h, cell := e.input("h", random(r, tensor.Float64, 1, units)), e.input("cell", random(r, tensor.Float64, 1, units))
	for t := range 2 {
		x := e.input(fmt.Sprintf("x%d", t), random(r, tensor.Float64, 1, in))
		before := func(name string) *G.Node {
			g := gates[name]
			return must(G.Add(must(G.Add(must(G.Mul(g.wx, x)), must(G.Mul(g.wh, h)))), g.b))
		}
		i, f := must(G.Sigmoid(before("input"))), must(G.Sigmoid(before("forget")))
		o, candidate := must(G.Sigmoid(before("output"))), must(G.Tanh(before("cell")))
		cell = must(G.Add(must(G.HadamardProd(f, cell)), must(G.HadamardProd(i, candidate))))
		h = must(G.HadamardProd(o, must(G.Tanh(cell))))
	}
	return e.minimise(must(G.Sum(must(G.Square(h)))), h, cell)
}

// joinedLSTM computes all gates of a batch in one product and slices them apart.
func joinedLSTM() *example {
	r, e := generator(), &example{g: G.NewGraph(), slack: 10}
	const batch, in, units = 3, 2, 4
	x, h := e.input("x", random(r, tensor.Float64, 1, batch, in)), e.input("h", random(r, tensor.Float64, 1, batch, units))
	cell := e.input("cell", random(r, tensor.Float64, 1, batch, units))
	w, b := e.learn("w", random(r, tensor.Float64, 0.4, in+units, 4*units)), e.learn("b", random(r, tensor.Float64, 0.4, 4*units))
	all := bias(must(G.Mul(must(G.Concat(1, x, h)), w)), b)
	part := func(k int) *G.Node { return must(G.Slice(all, nil, G.S(k*units, (k+1)*units))) }
	i, f, o := must(G.Sigmoid(part(0))), must(G.Sigmoid(part(1))), must(G.Sigmoid(part(2)))
	cell = must(G.Add(must(G.HadamardProd(f, cell)), must(G.HadamardProd(i, must(G.Tanh(part(3)))))))
	h = must(G.HadamardProd(o, must(G.Tanh(cell))))
	return e.minimise(must(G.Mean(must(G.Square(h)))), h, cell)
}

// TestGorgoniaExamples trains each example for some steps on both machines with Gorgonia's solver, as the examples do: only the
// call that creates the machine differs.
func TestGorgoniaExamples(t *testing.T) {
	for name, build := range map[string]func() *example{
		"linear regression": linearRegression, "iris": iris, "softmax regression": irisClasses,
		"logistic regression": logisticRegression, "convolution": convolution,
		"batch normalisation": batchNormalisation, "lstm": lstm, "joined lstm": joinedLSTM,
	} {
		t.Run(name, func(t *testing.T) {
			tape, own := build(), build()
			want := tape.train(t, G.NewTapeMachine(tape.g, G.BindDualValues(tape.learned...)))
			m, err := New(own.g)
			if err != nil {
				t.Fatal(err)
			}
			got := own.train(t, m)
			limit := tolerance(own.learned[0].Dtype()) * max(1, own.slack)
			for i := range want {
				if difference := differ(got[i], want[i], limit); difference != "" {
					t.Errorf("value %d: %s\n%v", i, difference, m)
				}
			}
		})
	}
}

// train runs three steps and returns the values to compare after each.
func (e *example) train(t *testing.T, vm G.VM) (seen [][]float64) {
	t.Helper()
	defer vm.Close()
	solver := G.NewVanillaSolver(G.WithLearnRate(0.1))
	for range 3 {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		for _, v := range e.shown {
			seen = append(seen, numbers(*v))
		}
		if err := solver.Step(G.NodesToValueGrads(e.learned)); err != nil {
			t.Fatal(err)
		}
		for _, n := range e.learned {
			seen = append(seen, numbers(n.Value()))
		}
		vm.Reset()
	}
	return seen
}
