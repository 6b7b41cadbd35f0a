package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gorgonia.org/tensor"
)

// TestGradientsAgainstFiniteDifferences compares every entry of every gradient with a central
// difference of the loss, for each engine, loss and activation.
func TestGradientsAgainstFiniteDifferences(t *testing.T) {
	const step = 1e-6
	for name, engine := range engines {
		for _, loss := range []graph.LossName{graph.CrossEntropy, graph.MeanSquaredError} {
			for _, activation := range activations {
				t.Run(fmt.Sprintf("%s/%s/%s", name, loss, activation), func(t *testing.T) {
					parameters, rnn := smallNetwork(t, activation, graph.Unroll{Batch: 5, Steps: 4, Loss: loss, Gradients: true}, graph.Float64)
					random := rand.New(rand.NewPCG(5, 6))
					for _, bias := range []*tensor.Dense{parameters.Tensor("b1"), parameters.Tensor("b2")} {
						fillNormal(bias.Float64s(), 0.3, random)
					}
					fillNormal(rnn.X[0].Float64s(), 1, random)
					rnn.SetLabels([]int{0, 2, 1, 1, 0})
					machine, err := engine(rnn.Graph, append(rnn.Gradients[:len(rnn.Gradients):len(rnn.Gradients)], rnn.Loss))
					if err != nil {
						t.Fatal(err)
					}
					defer machine.Close()
					lossNow := func() float64 {
						if err := machine.RunAll(); err != nil {
							t.Fatal(err)
						}
						value, err := graph.Read(machine, rnn.Loss)
						if err != nil {
							t.Fatal(err)
						}
						return value[0]
					}
					lossNow()
					var gradients [][]float64
					for _, node := range rnn.Gradients {
						gradient, err := graph.Read(machine, node)
						if err != nil {
							t.Fatal(err)
						}
						gradients = append(gradients, gradient)
					}
					for i, parameter := range parameters.All() {
						for j := range parameter.Tensor.Float64s() {
							kept := parameter.Tensor.Float64s()[j]
							parameter.Tensor.Float64s()[j] = kept + step
							above := lossNow()
							parameter.Tensor.Float64s()[j] = kept - step
							below := lossNow()
							parameter.Tensor.Float64s()[j] = kept
							want := (above - below) / (2 * step)
							if math.Abs(gradients[i][j]-want) > 1e-7*(1+math.Abs(want)) {
								t.Fatalf("d loss / d %s[%d] is %g, the central difference %g", parameter.Name, j, gradients[i][j], want)
							}
						}
					}
				})
			}
		}
	}
}

// TestSaturatedActivations: currents of +-1000, whose exponentials overflow, give finite states and gradients; those of a sigmoid
// or tanh are saturated.
func TestSaturatedActivations(t *testing.T) {
	for name, engine := range engines {
		for _, precision := range []graph.Precision{graph.Float32, graph.Float64} {
			for _, activation := range activations {
				parameters, rnn := smallNetwork(t, activation, graph.Unroll{Batch: 2, Steps: 1, Loss: graph.MeanSquaredError, Gradients: true}, precision)
				units := parameters.Units()
				inputs := make([]float64, 2*units)
				for i := range inputs {
					inputs[i] = 1000 * float64(1-2*(i/units))
				}
				machine, err := engine(rnn.Graph, append(slices.Clone(rnn.Gradients), rnn.Hidden[0]))
				if err != nil {
					t.Fatal(err)
				}
				defer machine.Close()
				rnn.SetInputs(inputs)
				rnn.SetLabels([]int{0, 1})
				if err := machine.RunAll(); err != nil {
					t.Fatal(err)
				}
				states, err := rnn.States(machine)
				if err != nil {
					t.Fatal(err)
				}
				want := map[graph.Activation][2]float64{graph.Tanh: {1, -1}, graph.Linear: {1000, -1000}, graph.ReLU: {1000, 0}, graph.Softplus: {1000, 0}, graph.Sigmoid: {1, 0}}[activation]
				if up, down := states[0].At(0, 0), states[0].At(1, 0); up != want[0] || down != want[1] {
					t.Errorf("%s, %s, %s: states %g and %g, want %v", name, precision, activation, up, down, want)
				}
				for i, parameter := range parameters.Trained() {
					gradient, err := graph.Read(machine, rnn.Gradients[i])
					if err != nil {
						t.Fatal(err)
					}
					for _, v := range gradient {
						if math.IsNaN(v) || math.IsInf(v, 0) || parameter.Name == "b1" && (activation == graph.Tanh || activation == graph.Sigmoid) && v != 0 {
							t.Errorf("%s, %s, %s: d%s holds %g", name, precision, activation, parameter.Name, v)
							break
						}
					}
				}
			}
		}
	}
}

func fillNormal(values []float64, scale float64, random *rand.Rand) {
	for i := range values {
		values[i] = scale * random.NormFloat64()
	}
}

// TestSharedParameters checks that graphs of two batch sizes and lengths see the same change of a parameter.
func TestSharedParameters(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			parameters, long := smallNetwork(t, graph.Tanh, graph.Unroll{Batch: 2, Steps: 7}, graph.Float32)
			short, err := graph.Build(parameters, graph.Unroll{Batch: 3, Steps: 3})
			if err != nil {
				t.Fatal(err)
			}
			last := func(rnn *graph.RNN) func() []float64 {
				machine, err := engine(rnn.Graph, rnn.Hidden)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { machine.Close() })
				for i := range rnn.X[0].Float32s() {
					rnn.X[0].Float32s()[i] = float32(i%7) / 7 // every row the same
				}
				return func() []float64 {
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					states, err := rnn.States(machine)
					if err != nil {
						t.Fatal(err)
					}
					return states[2].RawRowView(1)
				}
			}
			fromLong, fromShort := last(long), last(short)
			before := fromLong()
			if e := relativeError(fromShort(), before); e > 1e-6 {
				t.Fatalf("two graphs of one network differ by %g", e)
			}
			for i := range parameters.Tensor("R").Float32s() {
				parameters.Tensor("R").Float32s()[i] *= 0.5
			}
			after := fromLong()
			if relativeError(after, before) < 1e-3 {
				t.Fatal("a change of R did not reach the graph")
			}
			if e := relativeError(fromShort(), after); e > 1e-6 {
				t.Fatalf("after the change two graphs of one network differ by %g", e)
			}
		})
	}
}
