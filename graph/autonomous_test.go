package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// randomNetwork returns a network with non-zero biases.
func randomNetwork(tb testing.TB, units int, activation graph.Activation, precision graph.Precision) *graph.Parameters {
	tb.Helper()
	config := graph.DefaultConfig()
	config.Units, config.Activation, config.Precision = units, activation, precision
	config.Mixing, config.Coupling = 0.5, 1.5
	random := rand.New(rand.NewPCG(11, 12))
	parameters, err := graph.NewParameters(config, embedded(config.Units, 2), streams(random, random))
	if err != nil {
		tb.Fatal(err)
	}
	biases := make([]float64, units)
	for i := range biases {
		biases[i] = 0.3 * random.NormFloat64()
	}
	graph.SetValues(parameters.Tensor("b1"), biases)
	return parameters
}

var activations = []graph.Activation{graph.Tanh, graph.Linear, graph.ReLU, graph.Softplus, graph.Sigmoid}

// TestAutonomousAgreesWithTheGraph steps from the first state of an unrolled graph and compares with its other
// states, on every engine.
func TestAutonomousAgreesWithTheGraph(t *testing.T) {
	const units, batch, steps = 12, 3, 6
	for _, activation := range activations {
		for precision, tolerance := range map[graph.Precision]float64{graph.Float64: 1e-13, graph.Float32: 1e-5} {
			for name, engine := range engines {
				t.Run(fmt.Sprintf("%s/%s/%s", activation, precision, name), func(t *testing.T) {
					parameters := randomNetwork(t, units, activation, precision)
					rnn, err := graph.Build(parameters, graph.Unroll{Batch: batch, Steps: steps + 1})
					if err != nil {
						t.Fatal(err)
					}
					machine, err := engine(rnn.Graph, rnn.Hidden)
					if err != nil {
						t.Fatal(err)
					}
					defer machine.Close()
					inputs := make([]float64, batch*units)
					for i := range inputs {
						inputs[i] = math.Sin(float64(3 * i))
					}
					rnn.SetInputs(inputs)
					if err := machine.RunAll(); err != nil {
						t.Fatal(err)
					}
					states, err := rnn.States(machine)
					if err != nil {
						t.Fatal(err)
					}
					autonomous, err := parameters.Autonomous()
					if err != nil {
						t.Fatal(err)
					}
					all, next := mat.DenseCopyOf(states[0]), mat.NewDense(batch, units, nil)
					one, following := append([]float64(nil), states[0].RawRowView(1)...), make([]float64, units)
					for step := 1; step <= steps; step++ {
						autonomous.StepAll(next, all)
						all, next = next, all
						autonomous.Step(following, one)
						one, following = following, one
						if !mat.EqualApprox(all, states[step], tolerance*(1+mat.Max(states[step]))) {
							t.Fatalf("t = %d: StepAll and the graph differ", step)
						}
						for i, v := range one {
							if !scalar.EqualWithinAbsOrRel(v, all.At(1, i), 1e-13, 1e-13) {
								t.Fatalf("t = %d, unit %d: Step gives %v, StepAll %v", step, i, v, all.At(1, i))
							}
						}
					}
				})
			}
		}
	}
}

// TestAutonomousJacobian compares with central differences and with products that never form the Jacobian.
func TestAutonomousJacobian(t *testing.T) {
	const units, step = 9, 1e-5
	for _, activation := range activations {
		autonomous, err := randomNetwork(t, units, activation, graph.Float64).Autonomous()
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(5, 6))
		at := make([]float64, units)
		for i := range at {
			at[i] = random.NormFloat64()
		}
		jacobian := mat.NewDense(units, units, nil)
		autonomous.Jacobian(jacobian, at)
		above, below := make([]float64, units), make([]float64, units)
		for j := range units {
			old := at[j]
			at[j] = old + step
			autonomous.Step(above, at)
			at[j] = old - step
			autonomous.Step(below, at)
			at[j] = old
			for i := range units {
				// The error of a central difference is of the order of step^2 = 1e-10.
				if want := (above[i] - below[i]) / (2 * step); math.Abs(jacobian.At(i, j)-want) > 1e-9 {
					t.Errorf("%s: dF_%d/dh_%d is %v, central difference %v", activation, i, j, jacobian.At(i, j), want)
				}
			}
		}
		first, second, slopes, ignored := make([]float64, units), make([]float64, units), [2][]float64{}, make([]float64, units)
		autonomous.Derivatives(first, second, at)
		for i := range units {
			for j := range units {
				if want := first[i] * autonomous.Weights().At(i, j); jacobian.At(i, j) != want {
					t.Errorf("%s: dF_%d/dh_%d is %v, but slope and weight give %v", activation, i, j, jacobian.At(i, j), want)
				}
			}
			// Along h_j the slope of unit i changes by phi''(a_i) R_ij.
			for side := range slopes {
				slopes[side] = make([]float64, units)
				at[i] += step * float64(1-2*side)
				autonomous.Derivatives(slopes[side], ignored, at)
				at[i] -= step * float64(1-2*side)
			}
			for k := range units {
				got := (slopes[0][k] - slopes[1][k]) / (2 * step)
				if want := second[k] * autonomous.Weights().At(k, i); math.Abs(got-want) > 1e-9 {
					t.Errorf("%s: the slope of unit %d changes by %v along h_%d, its second derivative says %v", activation, k, got, i, want)
				}
			}
		}
		vectors, got := mat.NewDense(4, units, nil), mat.NewDense(4, units, nil)
		vectors.Apply(func(_, _ int, _ float64) float64 { return random.NormFloat64() }, vectors)
		states := mat.NewDense(4, units, nil)
		states.Apply(func(_, _ int, _ float64) float64 { return random.NormFloat64() }, states)
		for name, at := range map[string]*mat.Dense{"one state": mat.NewDense(1, units, at), "a state for each row": states} {
			push, pull := autonomous.Linearise(at)
			for k := range 4 {
				autonomous.Jacobian(jacobian, at.RawRowView(min(k, at.RawMatrix().Rows-1)))
				row := vectors.Slice(k, k+1, 0, units)
				var pushed, pulled mat.Dense
				pushed.Mul(row, jacobian.T())
				pulled.Mul(row, jacobian)
				push(got, vectors)
				if !mat.EqualApprox(got.Slice(k, k+1, 0, units), &pushed, 1e-13) {
					t.Errorf("%s, %s: push differs from the product with the Jacobian", activation, name)
				}
				pull(got, vectors)
				if !mat.EqualApprox(got.Slice(k, k+1, 0, units), &pulled, 1e-13) {
					t.Errorf("%s, %s: pull differs from the product with the Jacobian", activation, name)
				}
			}
		}
	}
}

// TestAutonomousSaturated checks slopes where the activation rounds to 1: 1 - tanh(30)^2 = 4 exp(-60), and of the sigmoid
// exp(-60) at either end, whose second derivatives are -exp(-60) and exp(-60).
func TestAutonomousSaturated(t *testing.T) {
	for _, test := range []struct {
		activation             graph.Activation
		bias, slope, curvature float64
	}{
		{graph.Tanh, 29, 4 * math.Exp(-60), -8 * math.Exp(-60)},
		{graph.Sigmoid, 59, math.Exp(-60), -math.Exp(-60)},
		{graph.Sigmoid, -61, math.Exp(-60), math.Exp(-60)},
	} {
		parameters, err := graph.ParametersFrom(vanilla(1, test.activation, graph.Float64), embedded(1, 2), map[string][]float64{
			"R": {1}, "W": {1, -1}, "b1": {test.bias}, "b2": {0, 0},
		})
		if err != nil {
			t.Fatal(err)
		}
		autonomous, err := parameters.Autonomous()
		if err != nil {
			t.Fatal(err)
		}
		slope, first, second := mat.NewDense(1, 1, nil), []float64{0}, []float64{0}
		autonomous.Jacobian(slope, []float64{1})
		autonomous.Derivatives(first, second, []float64{1})
		if got := slope.At(0, 0); !scalar.EqualWithinRel(got, test.slope, 1e-12) || got != first[0] || !scalar.EqualWithinRel(second[0], test.curvature, 1e-12) {
			t.Errorf("%s at bias %g: slopes %g and %g, curvature %g, want %g and %g", test.activation, test.bias, got, first[0], second[0], test.slope, test.curvature)
		}
	}
}

func TestAutonomousIsACopy(t *testing.T) {
	parameters := randomNetwork(t, 3, graph.Tanh, graph.Float64)
	autonomous, err := parameters.Autonomous()
	if err != nil {
		t.Fatal(err)
	}
	before, after := make([]float64, 3), make([]float64, 3)
	autonomous.Step(before, []float64{0.1, 0.2, 0.3})
	graph.SetValues(parameters.Tensor("b1"), []float64{5, 5, 5})
	graph.SetValues(parameters.Tensor("R"), make([]float64, 9))
	autonomous.Step(after, []float64{0.1, 0.2, 0.3})
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("unit %d moved from %v to %v with the parameters", i, before[i], after[i])
		}
	}
	parameters.Config.Cell = graph.GRU
	if _, err := parameters.Autonomous(); err == nil {
		t.Error("another cell is accepted")
	}
}

// A single unit that excites itself has fixed points at 0 and where h = tanh(2h).
func ExampleParameters_Autonomous() {
	parameters, _ := graph.ParametersFrom(vanilla(1, graph.Tanh, graph.Float64), embedded(1, 2), map[string][]float64{
		"R": {2}, "W": {1, -1}, "b1": {0}, "b2": {0, 0},
	})
	network, err := parameters.Autonomous()
	if err != nil {
		fmt.Println(err)
		return
	}
	state, next := []float64{0.1}, []float64{0}
	for range 50 {
		network.Step(next, state)
		state, next = next, state
	}
	slope := mat.NewDense(1, 1, nil)
	network.Jacobian(slope, state)
	fmt.Printf("rests at %.4f; a small disturbance shrinks to %.4f of itself in one step\n", state[0], slope.At(0, 0))
	// Output: rests at 0.9575; a small disturbance shrinks to 0.1664 of itself in one step
}

func BenchmarkAutonomousStepAll(b *testing.B) {
	const samples, units = 600, 200
	autonomous, err := randomNetwork(b, units, graph.Tanh, graph.Float32).Autonomous()
	if err != nil {
		b.Fatal(err)
	}
	from, to := mat.NewDense(samples, units, nil), mat.NewDense(samples, units, nil)
	from.Apply(func(i, j int, _ float64) float64 { return math.Sin(float64(i + 3*j)) }, from)
	b.Run("samples=600/units=200", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			autonomous.StepAll(to, from)
		}
	})
}

// TestAutonomousWithTanh: only StepAll uses another hyperbolic tangent, and the original map keeps its own.
func TestAutonomousWithTanh(t *testing.T) {
	const units = 7
	autonomous, err := randomNetwork(t, units, graph.Tanh, graph.Float64).Autonomous()
	if err != nil {
		t.Fatal(err)
	}
	at, want, got := mat.NewDense(1, units, nil), mat.NewDense(1, units, nil), mat.NewDense(1, units, nil)
	for i := range units {
		at.Set(0, i, math.Sin(float64(i)))
	}
	autonomous.StepAll(want, at)
	double := autonomous.WithTanh(func(to, from []float64) {
		for i, v := range from {
			to[i] = 2 * math.Tanh(v)
		}
	})
	double.StepAll(got, at)
	got.Scale(0.5, got)
	if !mat.Equal(got, want) {
		t.Errorf("StepAll: %v, want %v", got, want)
	}
	double.Step(got.RawRowView(0), at.RawRowView(0))
	if !mat.EqualApprox(got, want, 1e-15) {
		t.Errorf("Step: %v, want %v", got, want)
	}
	if autonomous.StepAll(got, at); !mat.Equal(got, want) {
		t.Errorf("the first map changed: %v, want %v", got, want)
	}
}
