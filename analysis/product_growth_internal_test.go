package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
)

// TestProductGrowthUnformed: singular values of a product of Jacobians are the same whether it is formed or not; ReLU units
// that are all silent leave nothing of it.
func TestProductGrowthUnformed(t *testing.T) {
	const n, wanted, steps = 60, 3, 12
	random := rand.New(rand.NewPCG(3, 9))
	weights := make([]float64, n*n)
	for i := range weights {
		weights[i] = 1.3 * random.NormFloat64() / math.Sqrt(n)
	}
	silent := make([]float64, n)
	for i := range silent {
		silent[i] = -100
	}
	for _, test := range []struct {
		activation graph.Activation
		bias       []float64
	}{{graph.Tanh, make([]float64, n)}, {graph.ReLU, make([]float64, n)}, {graph.ReLU, silent}} {
		config, shape := doubleNetwork(n)
		config.Activation = test.activation
		parameters, err := graph.ParametersFrom(config, shape, map[string][]float64{"R": weights, "W": make([]float64, 2*n), "b1": test.bias, "b2": {0, 0}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := parameters.Autonomous()
		if err != nil {
			t.Fatal(err)
		}
		formed, unformed := growthOf(d, wanted, true), growthOf(d, wanted, false)
		for sample := range 2 {
			formed.reset()
			unformed.reset()
			state, next := make([]float64, n), make([]float64, n)
			for i := range state {
				state[i] = 0.3 * random.NormFloat64()
			}
			for step := range steps {
				want, err := formed.advance(t.Context(), state)
				if err != nil {
					t.Fatal(err)
				}
				got, err := unformed.advance(t.Context(), state)
				if err != nil {
					t.Fatal(err)
				}
				for i := range want {
					if got[i] != want[i] && !(math.Abs(got[i]-want[i]) < 1e-4) {
						t.Errorf("%s, sample %d, step %d: log singular value %d is %v, of the product formed %v", test.activation, sample, step, i, got[i], want[i])
					}
				}
				d.Step(next, state)
				state, next = next, state
			}
		}
	}
}
