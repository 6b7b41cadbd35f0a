package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// TestFixedPointsAtRest has a unit just past the bifurcation at which a stable and an unstable point of it vanish, as in
// TestFixedPointsSlow, beside two units with two stable points each, all uncoupled: h = tanh(2h + b) and +-m, m = tanh(2m). Searches stop at
// the slow points that all starts pass; the four stable points are where the starts come to rest.
func TestFixedPointsAtRest(t *testing.T) {
	const past = 0.01
	turn := -math.Sqrt2 / 2
	bias := math.Atanh(turn) - 2*turn + past
	d := network(t, graph.Tanh, mat.NewDense(3, 3, []float64{2, 0, 0, 0, 2, 0, 0, 0, 2}), []float64{bias, 0, 0})
	starts := mat.NewDense(8, 3, []float64{
		-0.9, 0.9, 0.8, -0.8, -0.9, 0.7, -0.7, 0.9, -0.8, -0.9, -0.7, -0.9,
		-0.6, 0.9, 0.9, -0.9, -0.9, 0.9, -0.8, 0.7, -0.9, -0.7, -0.8, -0.8})
	config := analysis.DefaultFixedPointConfig()
	set, err := analysis.FixedPoints(t.Context(), d, starts, config)
	if err != nil {
		t.Fatal(err)
	}
	if fixed := len(set.Fixed()); fixed != 0 || len(set.Points) < 4 {
		t.Fatalf("from the starts alone: %d fixed points of %d, want 0", fixed, len(set.Points))
	}
	slow := set.Assignments
	ends, err := analysis.Attractors(t.Context(), d, starts, analysis.DefaultAttractorConfig())
	if err != nil {
		t.Fatal(err)
	}
	config.Ends = ends
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	h, m := 1.0, magnetisation(2)
	for range 1000 {
		h = math.Tanh(2*h + bias)
	}
	for _, want := range [][]float64{{h, m, m}, {h, m, -m}, {h, -m, m}, {h, -m, -m}} {
		if !stableAt(set, want, 1e-9) {
			t.Errorf("no stable point at %v", want)
		}
	}
	for i, point := range set.Assignments {
		if slow[i] < 0 || point < 0 || set.Points[point].Fixed {
			t.Errorf("start %d is assigned to %d: resting states change where its own search ends", i, point)
		}
	}
	if len(set.Warnings) > 0 {
		t.Errorf("warnings %v", set.Warnings)
	}
	// A settling state leads to its point, but causes no warning where it leads nowhere.
	config.Ends = &analysis.AttractorSet{Assignments: []int{analysis.Settling, analysis.Settling}, Settling: 2, Final: mat.NewDense(2, 3, []float64{h, m - 0.1, m, turn, -m, m})}
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	if !stableAt(set, []float64{h, m, m}, 1e-9) || len(set.Warnings) > 0 || len(set.Assignments) != 8 {
		t.Errorf("settling: %d fixed points, warnings %v", len(set.Fixed()), set.Warnings)
	}
	// With one iteration no search arrives, and the points are missing.
	config.MaximumIterations, config.Restarts = 1, 0
	config.Ends = &analysis.AttractorSet{Attractors: []analysis.Attractor{{Period: 1}}, Assignments: []int{0, analysis.Escaped, 0},
		Final: mat.NewDense(3, 3, []float64{h - 1e-3, m, m, math.NaN(), 0, 0, h, -m - 1e-3, m})}
	if set, err = analysis.FixedPoints(t.Context(), d, starts, config); err != nil {
		t.Fatal(err)
	}
	var missed *analysis.RestMissedWarning
	if !errors.As(errors.Join(set.Warnings...), &missed) || missed.Missed != 2 || missed.Resting != 2 {
		t.Errorf("one iteration: warnings %v", set.Warnings)
	}
	config.Ends.Final = mat.NewDense(3, 2, nil)
	if _, err := analysis.FixedPoints(t.Context(), d, starts, config); err == nil {
		t.Error("resting states of 2 units: no error")
	}
}

// TestReachedPointsAreFound: in random networks of 20 units, every point at which iteration alone brings a start to rest is on the list
// of fixed points, and stable.
func TestReachedPointsAreFound(t *testing.T) {
	const units, samples = 20, 60
	reached, missedWithout := 0, 0
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 20))
		weights, bias := mat.NewDense(units, units, nil), make([]float64, units)
		for i := range units { // half of it symmetric, which makes for rest rather than cycles
			bias[i] = 0.1 * random.NormFloat64()
			for j := range i + 1 {
				a, b := random.NormFloat64(), random.NormFloat64()
				weights.Set(i, j, 1.2*(a+0.3*b)/math.Sqrt(units))
				weights.Set(j, i, 1.2*(a-0.3*b)/math.Sqrt(units))
			}
			weights.Set(i, i, 1)
		}
		d := network(t, graph.Tanh, weights, bias)
		starts := gaussian(samples, units, random)
		ends, err := analysis.Attractors(t.Context(), d, starts, analysis.DefaultAttractorConfig())
		if err != nil {
			t.Fatal(err)
		}
		few := mat.DenseCopyOf(starts.Slice(0, 24, 0, units)) // as many as are searched in a run
		config := analysis.DefaultFixedPointConfig()
		without, err := analysis.FixedPoints(t.Context(), d, few, config)
		if err != nil {
			t.Fatal(err)
		}
		config.Ends = ends
		set, err := analysis.FixedPoints(t.Context(), d, few, config)
		if err != nil {
			t.Fatal(err)
		}
		var known [][]float64
		next := make([]float64, units)
		for i := range samples {
			state := starts.RawRowView(i)
			moved := math.Inf(1)
			for step := 0; step < 20000 && moved > 1e-13; step++ {
				d.Step(next, state)
				moved = floats.Distance(state, next, math.Inf(1))
				copy(state, next)
			}
			fresh := moved <= 1e-13 // else on a cycle
			for _, other := range known {
				fresh = fresh && floats.Distance(state, other, math.Inf(1)) > 1e-6
			}
			if !fresh {
				continue
			}
			known = append(known, state)
			reached++
			if !stableAt(set, state, 1e-6) {
				t.Errorf("seed %d: a start rests at %.4f, where there is no stable point", seed, state[:3])
			}
			if !stableAt(without, state, 1e-6) {
				missedWithout++
			}
		}
		if len(set.Warnings) > 0 {
			t.Errorf("seed %d: %v", seed, set.Warnings)
		}
	}
	t.Logf("%d points are reached; searches from 24 states alone miss %d", reached, missedWithout)
	if reached < 40 || missedWithout == 0 {
		t.Errorf("%d points are reached, %d of which searches miss: too few to tell", reached, missedWithout)
	}
}

// stableAt reports whether a stable fixed point is within a distance of a state in every unit.
func stableAt(set *analysis.FixedPointSet, state []float64, distance float64) bool {
	for _, p := range set.Fixed() {
		if p.Stable() && floats.Distance(p.State, state, math.Inf(1)) <= distance {
			return true
		}
	}
	return false
}
