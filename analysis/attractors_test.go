package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// hopfield returns the network tanh(beta sum_p xi_p xi_p^T h / n) of orthogonal patterns of +-1, and the patterns.
func hopfield(tb testing.TB, n, patterns int, beta float64) (*graph.Autonomous, [][]float64) {
	tb.Helper()
	weights, list := mat.NewDense(n, n, nil), make([][]float64, patterns)
	for p := range patterns {
		// Rows of Walsh's matrix: unit i has the sign of the parity of i & (2p+1).
		list[p] = make([]float64, n)
		for i := range n {
			parity := 0
			for bits := i & (2*p + 1); bits > 0; bits &= bits - 1 {
				parity ^= 1
			}
			list[p][i] = float64(1 - 2*parity)
		}
		xi := mat.NewVecDense(n, list[p])
		weights.RankOne(weights, beta/float64(n), xi, xi)
	}
	return network(tb, graph.Tanh, weights, nil), list
}

// magnetisation solves m = tanh(beta m), m > 0.
func magnetisation(beta float64) float64 {
	m := 1.0
	for range 2000 {
		m = math.Tanh(beta * m)
	}
	return m
}

// TestAttractorsOfPatterns starts near the patterns and their negatives: each is a fixed point, +-m* xi with
// m* = tanh(beta m*). Source: Hopfield 1984, doi:10.1073/pnas.81.10.3088, in discrete time.
func TestAttractorsOfPatterns(t *testing.T) {
	const n, beta, starts = 64, 1.6, 80
	d, patterns := hopfield(t, n, 2, beta)
	random := rand.New(rand.NewPCG(1, 1))
	points := mat.NewDense(starts, n, nil)
	points.Apply(func(i, j int, _ float64) float64 {
		// 0: +first, 1: -first, 2: +second, 3, 4: -second
		p := min(i%5, 3)
		return patterns[p/2][j]*float64(1-2*(p%2)) + 0.5*random.NormFloat64()
	}, points)
	for name, dynamics := range map[string]analysis.Dynamics{"network": d, "plain": plain{d}} {
		set, err := analysis.Attractors(t.Context(), dynamics, points, analysis.DefaultAttractorConfig())
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Attractors) != 4 || set.Wandering+set.Escaped != 0 || set.Attractors[0].Starts != 2*starts/5 {
			t.Fatalf("%s: %d attractors, %d wander, %d escaped", name, len(set.Attractors), set.Wandering, set.Escaped)
		}
		m := magnetisation(beta)
		for i := range starts {
			p := min(i%5, 3)
			attractor := set.Attractors[set.Assignments[i]]
			for j, x := range attractor.States.RawRowView(0) {
				if want := m * patterns[p/2][j] * float64(1-2*(p%2)); math.Abs(x-want) > 1e-7 {
					t.Fatalf("%s: start %d, unit %d ends at %v, want %v", name, i, j, x, want)
				}
			}
			if i > 5 && set.Assignments[i] != set.Assignments[i-5] {
				t.Errorf("%s: starts %d and %d are near one pattern but end apart", name, i, i-5)
			}
		}
		stability, err := analysis.StabilityOf(t.Context(), dynamics, set.Attractors[0].States)
		if err != nil {
			t.Fatal(err)
		}
		// The slope is 1 - m^2 at every unit, and R has beta as its only eigenvalue but 0.
		if want := beta * (1 - m*m); !stability.Stable() || stability.Unstable != 0 || !scalar.EqualWithinRel(stability.Radius, want, 1e-6) {
			t.Errorf("%s: radius %v, want %v", name, stability.Radius, want)
		}
	}
}

// TestAttractorsOfTheLogisticMap covers the whole cascade: a fixed point at r = 2.8, periods 2, 4 and 8 at 3.2, 3.5 and 3.55,
// the window of period 3 at 3.835, chaos at 4, escape above.
//
// Source: May 1976, doi:10.1038/261459a0.
func TestAttractorsOfTheLogisticMap(t *testing.T) {
	for r, want := range map[float64]int{2.8: 1, 3.2: 2, 3.5: 4, 3.55: 8, 3.835: 3, 4: 0, 4.5: -1} {
		d := logistic{r}
		starts := mat.NewDense(4, 1, []float64{0.11, 0.37, 0.52, 0.83})
		set, err := analysis.Attractors(t.Context(), d, starts, analysis.DefaultAttractorConfig())
		if err != nil {
			t.Fatal(err)
		}
		switch want {
		case 0:
			if set.Wandering != 4 || len(set.Attractors) != 0 || !slices.Equal(set.Assignments, []int{-1, -1, -1, -1}) {
				t.Errorf("r = %g: %+v", r, set)
			}
		case -1:
			if set.Escaped != 4 || set.Assignments[0] != analysis.Escaped {
				t.Errorf("r = %g: %+v", r, set)
			}
		default:
			if len(set.Attractors) != 1 || set.Attractors[0].Period != want || set.Attractors[0].Starts != 4 {
				t.Fatalf("r = %g: %+v, want one cycle of %d", r, set, want)
			}
			stability, err := analysis.StabilityOf(t.Context(), d, set.Attractors[0].States)
			if err != nil {
				t.Fatal(err)
			}
			if !stability.Stable() {
				t.Errorf("r = %g: radius %v of the cycle of %d", r, stability.Radius, want)
			}
			if x := set.Attractors[0].States.At(0, 0); want == 1 && math.Abs(x-(1-1/r)) > 1e-7 {
				t.Errorf("r = %g: rests at %v, want 1 - 1/r = %v", r, x, 1-1/r)
			}
		}
	}
}

// TestAttractorsFlip has a fixed point that is approached slowly with alternating signs and another along a slow spiral: neither is a cycle.
func TestAttractorsFlip(t *testing.T) {
	const shrink = 0.9999
	c, s := shrink*math.Cos(2*math.Pi/5), shrink*math.Sin(2*math.Pi/5)
	for name, weights := range map[string][]float64{"flip": {-shrink, 0, 0, -shrink}, "spiral": {c, -s, s, c}} {
		d := network(t, graph.Linear, mat.NewDense(2, 2, weights), nil)
		config := analysis.DefaultAttractorConfig()
		for steps, want := range map[int]int{500: 0, 300_000: 1} {
			config.Steps = steps
			set, err := analysis.Attractors(t.Context(), d, mat.NewDense(1, 2, []float64{1, 0.5}), config)
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Attractors) != want || want == 1 && set.Attractors[0].Period != 1 {
				t.Errorf("%s, %d steps: %+v", name, steps, set.Attractors)
			}
		}
	}
}

// spiral rotates the state of two units by an angle and moves the radius towards a circle by a share of the remaining distance or,
// with power, towards 0 as t to minus one over the power.
type spiral struct{ angle, circle, share, power float64 }

func (s spiral) Units() int                     { return 2 }
func (s spiral) Jacobian(*mat.Dense, []float64) { panic("not needed") }
func (s spiral) Step(to, from []float64) {
	radius := math.Hypot(from[0], from[1])
	next := radius + s.share*(s.circle-radius)
	if s.power > 0 {
		next = radius - s.share*math.Pow(radius, s.power+1)
	}
	sin, cos := math.Sincos(s.angle)
	to[0], to[1] = next/radius*(cos*from[0]-sin*from[1]), next/radius*(sin*from[0]+cos*from[1])
}

// TestSettling: states that have not come to rest after 1000 steps are settling if they slow down towards rest, and wander if they
// keep moving: in chaos, on a torus, or on a circle that they still approach.
func TestSettling(t *testing.T) {
	starts := mat.NewDense(3, 2, []float64{0.3, 0.4, -0.9, 0.2, 0.1, 0.7})
	for _, c := range []struct {
		name string
		d    analysis.Dynamics
		want int
	}{
		{"geometric", spiral{share: 1e-3}, analysis.Settling},
		{"geometric, so slow that it hardly shows", spiral{share: 2e-5}, analysis.Settling},
		{"geometric spiral", spiral{angle: 0.03, share: 3e-3}, analysis.Settling},
		{"as 1/t", spiral{share: 0.05, power: 1}, analysis.Settling},
		{"torus", spiral{angle: 2.399963}, analysis.Wandering},
		{"slow torus", spiral{angle: 1e-3}, analysis.Wandering},
		{"approach of a circle", spiral{angle: 2.399963, circle: 0.4, share: 2e-3}, analysis.Wandering},
		{"chaos", henon{}, analysis.Wandering},
	} {
		at := starts
		if c.name == "chaos" {
			at = mat.NewDense(3, 2, []float64{0.1, 0.1, 0.2, -0.1, 0, 0.05})
		}
		set, err := analysis.Attractors(t.Context(), c.d, at, analysis.DefaultAttractorConfig())
		if err != nil {
			t.Fatal(err)
		}
		for i, assignment := range set.Assignments {
			if assignment != c.want {
				t.Errorf("%s: start %d is assigned %d, want %d", c.name, i, assignment, c.want)
			}
		}
		var warning *analysis.SettlingWarning
		if warned := errors.As(errors.Join(set.Warnings...), &warning); warned != (set.Settling > 0) || warned && (warning.Settling != 3 || warning.Steps != 1000) ||
			set.Settling+set.Wandering != 3 {
			t.Errorf("%s: %d settle, %d wander, warnings %v", c.name, set.Settling, set.Wandering, set.Warnings)
		}
	}
}

func TestAttractorErrors(t *testing.T) {
	starts := mat.NewDense(1, 1, []float64{0.5})
	config := analysis.DefaultAttractorConfig()
	for name, call := range map[string]func() error{
		"config": func() error {
			_, err := analysis.Attractors(t.Context(), logistic{2}, starts, analysis.AttractorConfig{})
			return err
		},
		"nil":   func() error { _, err := analysis.Attractors(t.Context(), logistic{2}, nil, config); return err },
		"units": func() error { _, err := analysis.Attractors(t.Context(), henon{}, starts, config); return err },
		"NaN": func() error {
			_, err := analysis.Attractors(t.Context(), logistic{2}, mat.NewDense(1, 1, []float64{math.NaN()}), config)
			return err
		},
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A unit that excites itself with weight 2 has two stable fixed points and an unstable one between them.
func ExampleAttractors() {
	parameters, _ := graph.ParametersFrom(vanilla(1, graph.Tanh), embedded(1), map[string][]float64{"R": {2}, "W": {1}, "b1": {0}, "b2": {0}})
	network, err := parameters.Autonomous()
	if err != nil {
		fmt.Println(err)
		return
	}
	starts := mat.NewDense(5, 1, []float64{-3, -0.1, 0.2, 0.5, 2})
	set, err := analysis.Attractors(context.Background(), network, starts, analysis.DefaultAttractorConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, attractor := range set.Attractors {
		fmt.Printf("period %d at %.4f from %d starts\n", attractor.Period, attractor.States.At(0, 0), attractor.Starts)
	}
	// Output:
	// period 1 at 0.9575 from 3 starts
	// period 1 at -0.9575 from 2 starts
}

func BenchmarkAttractors(b *testing.B) {
	const n, starts, steps = 200, 600, 200
	chaotic, _ := randomNetwork(b, n, 2, 1)
	settling, _ := hopfield(b, n, 1, 1.5)
	points := mat.NewDense(starts, n, nil)
	random := rand.New(rand.NewPCG(2, 2))
	points.Apply(func(_, _ int, _ float64) float64 { return random.NormFloat64() }, points)
	config := analysis.DefaultAttractorConfig()
	config.Steps = steps
	for _, c := range []struct {
		name string
		d    analysis.Dynamics
	}{{"chaotic", chaotic}, {"settling", settling}} {
		b.Run(fmt.Sprintf("kind=%s/units=%d/starts=%d/steps=%d", c.name, n, starts, steps), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := analysis.Attractors(b.Context(), c.d, points, config); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
