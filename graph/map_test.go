package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
)

// anyStream returns a separate stream for every purpose.
func anyStream(purpose string) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(len(purpose)), uint64(purpose[0])))
}

// everyCell calls test with a small network of each cell that has a map of one step, in float64, with 3 inputs at every step and
// non-zero biases.
func everyCell(t *testing.T, test func(t *testing.T, p *graph.Parameters)) {
	for _, cell := range graph.CellNames() {
		if _, layered, _ := (graph.Config{Cell: cell}).Layers(); layered {
			continue // TestFeedForwardHasNoMap
		}
		for _, activation := range graph.ActivationNames() {
			if (cell == graph.GRU || cell == graph.LSTM) && activation != "tanh" {
				continue
			}
			t.Run(cell+"/"+activation, func(t *testing.T) {
				c := vanilla(6, graph.Activation(activation), graph.Float64)
				c.Cell, c.Input, c.Coupling, c.Mixing, c.LeakSpread = cell, graph.TrainedInput, 1.5, 0.5, 3
				if cell == graph.Leaky {
					c.Excitatory, c.Density, c.SelfConnections = 0.7, 0.8, false
				}
				p, err := graph.NewParameters(c, graph.Shape{Inputs: 3, Outputs: 2}, anyStream)
				if err != nil {
					t.Fatal(err)
				}
				random := rand.New(rand.NewPCG(5, 6))
				for _, name := range []string{"b1", "b2"} {
					if bias := p.Tensor(name); bias != nil {
						fillNormal(bias.Float64s(), 0.3, random)
					}
				}
				test(t, p)
			})
		}
	}
}

// TestMapIsAStepOfTheGraph: with a constant input, the map gives the states of the unrolled network.
func TestMapIsAStepOfTheGraph(t *testing.T) {
	everyCell(t, func(t *testing.T, p *graph.Parameters) {
		const steps = 5
		rnn, err := graph.Build(p, graph.Unroll{Batch: 1, Steps: steps + 1, Inputs: []int{0, 1, 2, 3, 4, 5}})
		if err != nil {
			t.Fatal(err)
		}
		machine, err := engines["machine"](rnn.Graph, rnn.Recorded())
		if err != nil {
			t.Fatal(err)
		}
		defer machine.Close()
		input := []float64{0.3, -0.7, 1.1}
		for _, x := range rnn.X {
			graph.SetValues(x, input)
		}
		if err := machine.RunAll(); err != nil {
			t.Fatal(err)
		}
		carried, err := rnn.CarriedStates(machine)
		if err != nil {
			t.Fatal(err)
		}
		if carried == nil {
			if carried, err = rnn.States(machine); err != nil {
				t.Fatal(err)
			}
		}
		m, err := graph.NewMap(p, engines["machine"], input)
		if err != nil {
			t.Fatal(err)
		}
		state, next := append([]float64(nil), carried[0].RawRowView(0)...), make([]float64, m.Units())
		for step := 1; step <= steps; step++ {
			m.Step(next, state)
			if e := relativeError(next, carried[step].RawRowView(0)); e > 1e-12 {
				t.Fatalf("step %d: the map is off by %g", step, e)
			}
			state, next = next, state
		}
	})
}

// TestMapJacobian compares the Jacobian and the products with it with central differences.
func TestMapJacobian(t *testing.T) {
	for _, engine := range []string{"machine", "tape"} {
		everyCell(t, func(t *testing.T, p *graph.Parameters) {
			m, err := graph.NewMap(p, engines[engine], []float64{0.3, -0.7, 1.1})
			if err != nil {
				t.Fatal(err)
			}
			n := m.Units()
			random := rand.New(rand.NewPCG(7, 8))
			at := mat.NewDense(40, n, nil) // more rows than one block
			fillNormal(at.RawMatrix().Data, 0.5, random)
			want, got := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
			fd.Jacobian(want, m.Step, at.RawRowView(39), &fd.JacobianSettings{Formula: fd.Central})
			m.Jacobian(got, at.RawRowView(39))
			if !mat.EqualApprox(got, want, 1e-8) {
				t.Errorf("the Jacobian is\n%.6f\nwant\n%.6f", mat.Formatted(got), mat.Formatted(want))
			}
			vectors, pushed, pulled := mat.NewDense(40, n, nil), mat.NewDense(40, n, nil), mat.NewDense(40, n, nil)
			fillNormal(vectors.RawMatrix().Data, 1, random)
			push, pull := m.Linearise(at)
			push(pushed, vectors)
			pull(pulled, vectors)
			for row := range 40 {
				m.Jacobian(got, at.RawRowView(row))
				var wantPush, wantPull mat.VecDense
				wantPush.MulVec(got, vectors.RowView(row))
				wantPull.MulVec(got.T(), vectors.RowView(row))
				for i := range n {
					if math.Abs(pushed.At(row, i)-wantPush.AtVec(i)) > 1e-12 || math.Abs(pulled.At(row, i)-wantPull.AtVec(i)) > 1e-12 {
						t.Fatalf("row %d: J w is %g, v'J %g; want %g and %g", row, pushed.At(row, i), pulled.At(row, i), wantPush.AtVec(i), wantPull.AtVec(i))
					}
				}
			}
		})
	}
}

// TestMapOfTheVanillaCell compares with the hand-written map.
func TestMapOfTheVanillaCell(t *testing.T) {
	for _, activation := range activations {
		p := randomNetwork(t, 9, activation, graph.Float32)
		byHand, err := p.Autonomous()
		if err != nil {
			t.Fatal(err)
		}
		m, err := graph.NewMap(p, engines["machine"], nil)
		if err != nil {
			t.Fatal(err)
		}
		at := make([]float64, 9)
		fillNormal(at, 1, rand.New(rand.NewPCG(1, 1)))
		want, got := mat.NewDense(9, 9, nil), mat.NewDense(9, 9, nil)
		byHand.Jacobian(want, at)
		m.Jacobian(got, at)
		if !mat.EqualApprox(got, want, 1e-13) {
			t.Errorf("%s: the Jacobians differ by %g", activation, largest(got, want))
		}
	}
}

func largest(a, b *mat.Dense) float64 {
	var difference mat.Dense
	difference.Sub(a, b)
	return math.Max(mat.Max(&difference), -mat.Min(&difference))
}

func BenchmarkMapLinearise(b *testing.B) {
	for _, units := range []int{64, 200} {
		b.Run(fmt.Sprintf("cell=vanilla/units=%d/rows=32", units), func(b *testing.B) {
			m, err := graph.NewMap(randomNetwork(b, units, graph.Tanh, graph.Float64), engines["machine"], nil)
			if err != nil {
				b.Fatal(err)
			}
			at, to := mat.NewDense(32, units, nil), mat.NewDense(32, units, nil)
			push, _ := m.Linearise(at)
			b.ReportAllocs()
			for b.Loop() {
				push(to, at)
			}
		})
	}
}
