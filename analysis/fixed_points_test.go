package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// TestFixedPointsOfPatterns finds all nine fixed points of the network of two orthogonal patterns. With m1, m2 the overlaps
// of a state with these, u = m1 + m2 and v = m1 - m2 decouple: u = tanh(beta u), v = tanh(beta v), each 0 or +-m*; the
// eigenvalues that are not 0 are beta (1 - u^2) and beta (1 - v^2).
//
// Source: the equations of Hopfield 1984, doi:10.1073/pnas.81.10.3088, in discrete time, solved by hand.
func TestFixedPointsOfPatterns(t *testing.T) {
	const n, beta, starts = 64, 1.6, 120
	d, patterns := hopfield(t, n, 2, beta)
	random := rand.New(rand.NewPCG(4, 1))
	points := mat.NewDense(starts, n, nil)
	for i := range starts {
		a, b := 2.4*random.Float64()-1.2, 2.4*random.Float64()-1.2
		for j := range n {
			points.Set(i, j, a*patterns[0][j]+b*patterns[1][j]+0.2*random.NormFloat64())
		}
	}
	set, err := analysis.FixedPoints(t.Context(), d, points, analysis.DefaultFixedPointConfig())
	if err != nil {
		t.Fatal(err)
	}
	m, counts, reached := magnetisation(beta), [3]int{}, 0
	for i, point := range set.Points {
		if !point.Fixed {
			t.Errorf("point %d: a slow point of q = %g where the map has none", i, point.Speed)
			continue
		}
		m1, m2 := 0.0, 0.0
		for j, x := range point.State {
			m1 += x * patterns[0][j] / n
			m2 += x * patterns[1][j] / n
		}
		want, unstable := [2]float64{}, 0
		for k, overlap := range []float64{m1 + m2, m1 - m2} {
			nearest := m * math.Round(overlap/m)
			if math.Abs(overlap-nearest) > 1e-8 || math.Abs(nearest) > 1.1*m {
				t.Errorf("point %d: overlap %v is not 0 or +-%v", i, overlap, m)
			}
			want[k] = beta * (1 - nearest*nearest)
			if want[k] > 1 {
				unstable++
			}
		}
		counts[unstable]++
		reached += point.Starts
		if math.Abs(point.Radius-max(want[0], want[1])) > 1e-6 || math.Abs(real(point.Eigenvalues[1])-min(want[0], want[1])) > 1e-6 ||
			point.Unstable != unstable || point.Stable() != (unstable == 0) {
			t.Errorf("point %d: eigenvalues %v, want %v", i, point.Eigenvalues[:2], want)
		}
		if i > 0 && point.Starts > set.Points[i-1].Starts {
			t.Errorf("point %d has more starts than the one before", i)
		}
	}
	if counts != [3]int{4, 4, 1} || len(set.Fixed()) != 9 {
		t.Errorf("%v points with 0, 1 and 2 unstable directions, want 4, 4 and 1", counts)
	}
	assigned := 0
	for _, a := range set.Assignments {
		if a >= 0 {
			assigned++
		}
	}
	if assigned != reached {
		t.Errorf("%d starts are assigned but points count %d", assigned, reached)
	}
	if assigned < starts*9/10 {
		t.Errorf("only %d of %d searches arrived", assigned, starts)
	}
}

// TestFurtherStarts: from states at the four attractors of the network above, the further starts alone find the four saddles
// between neighbours and the maximum in the middle, and nothing else.
func TestFurtherStarts(t *testing.T) {
	const n, beta = 64, 1.6
	d, patterns := hopfield(t, n, 2, beta)
	points := mat.NewDense(20, n, nil)
	random := rand.New(rand.NewPCG(4, 1))
	for i := range 20 {
		for j := range n {
			points.Set(i, j, float64(i%4/2*2-1)*patterns[i%2][j]+0.05*random.NormFloat64())
		}
	}
	for _, c := range []struct {
		further int
		want    [3]int
	}{{0, [3]int{4, 0, 0}}, {1, [3]int{4, 4, 1}}} {
		config := analysis.DefaultFixedPointConfig()
		config.Further = c.further
		set, err := analysis.FixedPoints(t.Context(), d, points, config)
		if err != nil {
			t.Fatal(err)
		}
		counts := [3]int{}
		for _, point := range set.Points {
			counts[point.Unstable]++
			if (point.Starts > 0) != point.Stable() {
				t.Errorf("a point with %d unstable directions has %d of the given starts", point.Unstable, point.Starts)
			}
		}
		if counts != c.want || len(set.Fixed()) != len(set.Points) || len(set.Assignments) != 20 {
			t.Errorf("%d further starts: %v points with 0, 1 and 2 unstable directions, want %v", c.further, counts, c.want)
		}
	}
}

// TestFixedPointsSlow has a unit just past the bifurcation at which two of its fixed points meet and vanish: what is left
// there is a slow point. The bifurcation is at 1 - h^2 = 1/2, b = artanh(h) - 2h, h = -1/sqrt(2).
func TestFixedPointsSlow(t *testing.T) {
	const past = 0.01
	h := -math.Sqrt2 / 2
	d := network(t, graph.Tanh, mat.NewDense(1, 1, []float64{2}), []float64{math.Atanh(h) - 2*h + past})
	starts := mat.NewDense(3, 1, []float64{-0.9, -0.6, 0.9})
	config := analysis.DefaultFixedPointConfig()
	set, err := analysis.FixedPoints(t.Context(), d, starts, config)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Points) != 2 || len(set.Fixed()) != 1 || set.Points[1].Fixed || set.Points[1].Starts != 2 {
		t.Fatalf("found %+v", set.Points)
	}
	// To first order F moves by past (1 - h^2) there.
	slow := set.Points[1]
	if want := past * past / 8; math.Abs(slow.Speed-want) > 0.1*want || math.Abs(slow.State[0]-h) > 0.02 {
		t.Errorf("slow point at %v with q = %g, want %v and %g", slow.State[0], slow.Speed, h, want)
	}
	config.SlowTolerance = 1e-6
	// With restarts, the searches follow the dynamics past the slow point.
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	if len(set.Points) != 1 || set.Points[0].Starts != 3 {
		t.Errorf("with restarts: %+v, %v", set.Points, set.Assignments)
	}
	config.Restarts = 0
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	if len(set.Points) != 1 || set.Assignments[0] != analysis.TooFast || set.Assignments[2] != 0 {
		t.Errorf("with a lower tolerance: %+v, %v", set.Points, set.Assignments)
	}
	config.MaximumIterations = 1
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	var warning *analysis.SearchWarning
	if !errors.As(errors.Join(set.Warnings...), &warning) || warning.Stopped < 2 || set.Assignments[0] != analysis.NotConverged {
		t.Errorf("after one iteration: %v, %v", set.Assignments, set.Warnings)
	}
}

// TestFixedPointsHenon computes both by the quadratic formula: x = (b - 1 +- sqrt((1-b)^2 + 4a)) / (2a); both are saddles.
func TestFixedPointsHenon(t *testing.T) {
	starts := mat.NewDense(3, 2, []float64{0.5, 0.1, -1, -0.3, 0.7, 0.2})
	set, err := analysis.FixedPoints(t.Context(), henon{}, starts, analysis.DefaultFixedPointConfig())
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Points) != 2 {
		t.Fatalf("found %+v", set.Points)
	}
	for i, sign := range []float64{1, -1} {
		want := (-0.7 + sign*math.Sqrt(0.49+5.6)) / 2.8
		if point := set.Points[i]; math.Abs(point.State[0]-want) > 1e-9 || point.Unstable != 1 {
			t.Errorf("point at %v with %d unstable directions, want %v and a saddle", point.State, point.Unstable, want)
		}
	}
}

func TestFixedPointErrors(t *testing.T) {
	starts := mat.NewDense(1, 1, []float64{0.5})
	config := analysis.DefaultFixedPointConfig()
	for name, call := range map[string]func() error{
		"config": func() error {
			_, err := analysis.FixedPoints(t.Context(), logistic{2}, starts, analysis.FixedPointConfig{Tolerance: -1})
			return err
		},
		"nil":   func() error { _, err := analysis.FixedPoints(t.Context(), logistic{2}, nil, config); return err },
		"units": func() error { _, err := analysis.FixedPoints(t.Context(), henon{}, starts, config); return err },
		"stability": func() error {
			_, err := analysis.StabilityOf(t.Context(), logistic{2}, mat.NewDense(1, 1, []float64{math.Inf(1)}))
			return err
		},
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// A start on which the map overflows is not an error but a search that does not converge.
	set, err := analysis.FixedPoints(t.Context(), logistic{2}, mat.NewDense(1, 1, []float64{1e300}), config)
	if err != nil || set.Assignments[0] != analysis.NotConverged {
		t.Errorf("overflow: %+v, %v", set, err)
	}
}

// The unstable point between two stable ones is found as well.
func ExampleFixedPoints() {
	parameters, _ := graph.ParametersFrom(vanilla(1, graph.Tanh), embedded(1), map[string][]float64{"R": {2}, "W": {1}, "b1": {0}, "b2": {0}})
	network, err := parameters.Autonomous()
	if err != nil {
		fmt.Println(err)
		return
	}
	starts := mat.NewDense(6, 1, []float64{-1, -0.9, -0.8, 0.9, 1, 0.1})
	set, err := analysis.FixedPoints(context.Background(), network, starts, analysis.DefaultFixedPointConfig())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, point := range set.Points {
		fmt.Printf("%.4f, eigenvalue %.4f, stable: %v\n", math.Round(1e4*point.State[0])/1e4+0, real(point.Eigenvalues[0]), point.Stable())
	}
	// Output:
	// -0.9575, eigenvalue 0.1664, stable: true
	// 0.9575, eigenvalue 0.1664, stable: true
	// 0.0000, eigenvalue 2.0000, stable: false
}

func BenchmarkFixedPoints(b *testing.B) {
	const n, starts = 200, 32
	chaotic, _ := randomNetwork(b, n, 1.5, 1)
	settling, _ := hopfield(b, n, 1, 1.5)
	points := mat.NewDense(starts, n, nil)
	random := rand.New(rand.NewPCG(2, 2))
	points.Apply(func(_, _ int, _ float64) float64 { return 0.5 * random.NormFloat64() }, points)
	for _, c := range []struct {
		name string
		d    analysis.Dynamics
	}{{"chaotic", chaotic}, {"settling", settling}} {
		b.Run(fmt.Sprintf("kind=%s/units=%d/starts=%d", c.name, n, starts), func(b *testing.B) {
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				set, err := analysis.FixedPoints(b.Context(), c.d, points, analysis.DefaultFixedPointConfig())
				if err != nil {
					b.Fatal(err)
				}
				found = len(set.Points)
			}
			b.ReportMetric(float64(found), "points")
		})
	}
}
