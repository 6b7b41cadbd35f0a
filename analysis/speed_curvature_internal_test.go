package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/graph"
)

// TestSpeedCurvature compares the second derivative of the speed with differences of its gradient, in a network of tanh,
// whose own second derivatives count, and in the same network as a map of which only the Jacobian is known.
func TestSpeedCurvature(t *testing.T) {
	eachImplementation(t, func(t *testing.T) {
		const n, width = 37, 1e-5
		random := rand.New(rand.NewPCG(5, 6))
		draw := func(count int, scale float64) []float64 {
			values := make([]float64, count)
			for i := range values {
				values[i] = scale * random.NormFloat64()
			}
			return values
		}
		config, shape := doubleNetwork(n)
		parameters, err := graph.ParametersFrom(config, shape, map[string][]float64{
			"R": draw(n*n, 0.3), "W": make([]float64, 2*n), "b1": draw(n, 0.5), "b2": {0, 0},
		})
		if err != nil {
			t.Fatal(err)
		}
		network, err := parameters.Autonomous()
		if err != nil {
			t.Fatal(err)
		}
		state := draw(n, 0.7)
		// at returns the residual and the gradient, with the Jacobian at another state if that is not nil.
		at := func(state, other []float64) (residual, gradient []float64) {
			residual, gradient = make([]float64, n), make([]float64, n)
			network.Step(residual, state)
			for i := range residual {
				residual[i] -= state[i]
			}
			if other == nil {
				other = state
			}
			products := speedProducts{ctx: t.Context(), dynamics: network}
			products.at(mat.NewDense(1, n, other))
			products.transposed(mat.NewDense(1, n, gradient), mat.NewDense(1, n, residual))
			return residual, gradient
		}
		moved := make([]float64, n)
		network.Step(moved, state)
		for _, curved := range []bool{false, true} {
			a := newDescent(state, moved, FixedPointConfig{})
			_, a.gradient = at(state, nil)
			a.damping, a.curved = 100, curved
			layer, plain := newDenseSteps(network), newDenseSteps(struct{ Dynamics }{network})
			layer.solve(a)
			if !a.solved || a.fine || layer.missing(a) > 1e-7 {
				t.Fatalf("curved %v: solved %v, in float64 %v", curved, a.solved, a.fine)
			}
			b := newDescent(state, moved, FixedPointConfig{})
			b.gradient, b.damping = a.gradient, 100
			plain.solve(b)
			for j := range n {
				var sides [2][]float64
				for k := range sides {
					shifted := append([]float64(nil), state...)
					shifted[j] += width * float64(1-2*k)
					fixed := state // without the curvature of F, the Jacobian stays
					if curved {
						fixed = nil
					}
					_, sides[k] = at(shifted, fixed)
				}
				for i := j; i < n; i++ {
					want := (sides[0][i] - sides[1][i]) / (2 * width)
					if got := float64(a.single.matrix.row(i)[j]); math.Abs(got-want) > 2e-5 {
						t.Fatalf("curved %v: H[%d,%d] = %v, want %v", curved, i, j, got, want)
					}
					if got := float64(b.single.matrix.row(i)[j]); !curved && math.Abs(got-want) > 2e-5 {
						t.Fatalf("by the Jacobian: H[%d,%d] = %v, want %v", i, j, got, want)
					}
				}
			}
		}
	})
}

// doubleNetwork describes a network of the paper's cell with two outputs, in float64.
func doubleNetwork(units int) (graph.Config, graph.Shape) {
	config := graph.DefaultConfig()
	config.Units, config.Precision = units, graph.Float64
	return config, graph.Shape{Inputs: units, Outputs: 2, Embedded: true}
}
