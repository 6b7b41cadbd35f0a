package analysis_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// The network implements the interfaces that make the measures fast.
var (
	_ analysis.Dynamics   = (*graph.Autonomous)(nil)
	_ analysis.AllStepper = (*graph.Autonomous)(nil)
	_ analysis.Lineariser = (*graph.Autonomous)(nil)
)

// henon is the map (x, y) -> (1 - a x^2 + y, b x) with a = 1.4, b = 0.3.
type henon struct{}

func (henon) Units() int { return 2 }
func (henon) Step(to, from []float64) {
	to[0], to[1] = 1-1.4*from[0]*from[0]+from[1], 0.3*from[0]
}
func (henon) Jacobian(to *mat.Dense, at []float64) {
	to.SetRow(0, []float64{-2.8 * at[0], 1})
	to.SetRow(1, []float64{0.3, 0})
}

// logistic is the map x -> r x (1 - x).
type logistic struct{ r float64 }

func (logistic) Units() int                             { return 1 }
func (l logistic) Step(to, from []float64)              { to[0] = l.r * from[0] * (1 - from[0]) }
func (l logistic) Jacobian(to *mat.Dense, at []float64) { to.Set(0, 0, l.r*(1-2*at[0])) }

// plain hides what a map offers beyond [analysis.Dynamics].
type plain struct{ analysis.Dynamics }

// network returns the map h -> phi(R h + b).
func network(tb testing.TB, activation graph.Activation, weights *mat.Dense, bias []float64) *graph.Autonomous {
	tb.Helper()
	n, _ := weights.Dims()
	if bias == nil {
		bias = make([]float64, n)
	}
	parameters, err := graph.ParametersFrom(vanilla(n, activation), embedded(n), map[string][]float64{
		"R": weights.RawMatrix().Data, "W": make([]float64, n), "b1": bias, "b2": {0},
	})
	if err != nil {
		tb.Fatal(err)
	}
	autonomous, err := parameters.Autonomous()
	if err != nil {
		tb.Fatal(err)
	}
	return autonomous
}

// randomNetwork returns a tanh network of J_ij ~ N(0, g^2/n) without bias, and a start.
func randomNetwork(tb testing.TB, n int, g float64, seed uint64) (*graph.Autonomous, []float64) {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	weights, start := mat.NewDense(n, n, nil), make([]float64, n)
	weights.Apply(func(_, _ int, _ float64) float64 { return g * random.NormFloat64() / math.Sqrt(float64(n)) }, weights)
	for i := range start {
		start[i] = random.NormFloat64()
	}
	return network(tb, graph.Tanh, weights, nil), start
}

// vanilla and embedded describe a network of the paper's cell with one output.
func vanilla(units int, activation graph.Activation) graph.Config {
	config := graph.DefaultConfig()
	config.Units, config.Activation, config.Precision = units, activation, graph.Float64
	return config
}

func embedded(units int) graph.Shape { return graph.Shape{Inputs: units, Outputs: 1, Embedded: true} }
