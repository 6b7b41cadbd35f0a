package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// FixedPointConfig says how long to look for fixed points and what counts as one.
type FixedPointConfig struct {
	// MaximumIterations is the largest number of damped Newton steps from each start, at least 1.
	MaximumIterations int
	// Tolerance is the speed q below which a point is a fixed point, at least 0. With 0, no point is.
	Tolerance float64
	// SlowTolerance is the speed q below which a local minimum of q is a slow point, at least Tolerance; other minima are
	// dropped.
	SlowTolerance float64
	// GradientTolerance is the largest component of the gradient of q, relative to the square root of 2q, at which a point
	// is a minimum, above 0.
	GradientTolerance float64
	// MergeDistance is the distance below which two points are one, as root mean square over units, above 0.
	MergeDistance float64
	// Restarts is how often a search that found no fixed or slow point is repeated from further along the trajectory of its
	// start: after 20 steps, then 40 more, then 80 more. At least 0.
	Restarts int
	// Further sets the number of further searches, without Restarts: each unit adds up to three quarters as many as there are
	// starts, see [FixedPoints]. At least 0.
	Further int
	// Ends is the result of [Attractors], or nil. The last state of each start that came to rest, and of at most as many settling ones
	// as there are starts, begins one more search, without Restarts. These searches are not counted, and only their fixed points are
	// listed.
	Ends *AttractorSet
}

// DefaultFixedPointConfig returns at most 200 iterations, 3 restarts, Further 1, fixed points below q = 1e-20 and slow points below
// 1e-4, minima at a relative gradient of 1e-5 and a merge distance of 1e-4, for units of size 1.
func DefaultFixedPointConfig() FixedPointConfig {
	return FixedPointConfig{MaximumIterations: 200, Tolerance: 1e-20, SlowTolerance: 1e-4, GradientTolerance: 1e-5, MergeDistance: 1e-4, Restarts: 3, Further: 1}
}

// Validate joins a [*data.FieldError] for every field that is out of its range.
func (c FixedPointConfig) Validate() error {
	var faults data.Faults
	faults.Check(c.MaximumIterations >= 1, "MaximumIterations", c.MaximumIterations, "1 or more")
	faults.Check(c.Tolerance >= 0 && !math.IsInf(c.Tolerance, 1), "Tolerance", c.Tolerance, "a finite number, 0 or more")
	faults.Check(c.SlowTolerance >= c.Tolerance && !math.IsInf(c.SlowTolerance, 1), "SlowTolerance", c.SlowTolerance, "a finite number, not below Tolerance")
	faults.Check(c.GradientTolerance > 0, "GradientTolerance", c.GradientTolerance, "above 0")
	faults.Check(c.MergeDistance > 0 && !math.IsInf(c.MergeDistance, 1), "MergeDistance", c.MergeDistance, "a finite number above 0")
	faults.Check(c.Restarts >= 0, "Restarts", c.Restarts, "0 or more")
	faults.Check(c.Further >= 0, "Further", c.Further, "0 or more")
	return data.Within("analysis.FixedPointConfig", faults.Join())
}

// What [FixedPointSet] assigns to starts that reach no point on its list.
const (
	// TooFast is a start that ended in a local minimum of the speed that is not a slow point, or was about to: its speed, above
	// ten times SlowTolerance, would not have become slow by MaximumIterations at the rate of its last 20 steps.
	TooFast = -1
	// NotConverged is a start that was still on its way after MaximumIterations, or met a state that is not finite.
	NotConverged = -2
)

// FixedPoint is a fixed point or a slow point of dynamics.
type FixedPoint struct {
	State  []float64 // N
	Speed  float64   // q = |F(h) - h|^2 / 2
	Fixed  bool      // q is below Tolerance: a fixed point, otherwise a slow point
	Starts int       // given starts whose search ended here: the basin of the search, not of the dynamics; 0 where only further searches did
	*Stability
}

// FixedPointSet is what a search for fixed points found.
type FixedPointSet struct {
	Points      []FixedPoint // fixed points, the one with most starts first, then slow points likewise
	Assignments []int        // S, for each start the index of its point, [TooFast] or [NotConverged]
	Warnings    []error      // doubts: [*SearchWarning], [*RestMissedWarning]
}

// Fixed returns the fixed points without the slow points.
func (s *FixedPointSet) Fixed() []FixedPoint {
	return s.Points[:len(s.Points)-countIf(s.Points, func(p FixedPoint) bool { return !p.Fixed })]
}

// SearchWarning travels with fixed points when some searches had to stop early.
type SearchWarning struct {
	Stopped int // searches from given starts that had not converged
	Starts  int // given starts
}

// Error returns the numbers and the fix on one line.
func (w *SearchWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d searches for fixed points had not converged when they were stopped; "+
		"the points they were on the way to are missing unless others found them", w.Stopped, w.Starts)
}

// FixedPoints minimises the speed
//
//	q(h) = |F(h) - h|^2 / 2
//
// from every row of starts, S x N, by Newton or Gauss-Newton steps with Levenberg-Marquardt damping. It returns the fixed points and
// slow points found, including unstable ones, each once, with the eigenvalues of the Jacobian there. States of the network's own
// trajectories are good starts, except for the saddles between attractors, which states seldom visit: config.Further adds starts half
// way between pairs of stable points found, the nearest pairs first, up to half as many as were given, and a quarter as many of the
// given ones with Gaussian noise of half their root mean square deviation from their mean. Searches can end in minima of q that are
// not fixed points although the dynamics would have taken the start to one, or in a slow point on the way to it; Restarts address
// the first case, and config.Ends, where the dynamics come to rest, addresses both.
//
// All searches run side by side, so that d, ideally an [AllStepper] and a [Lineariser], receives many states at once. Up to
// 1500 units, a step costs a product and a factorisation of N x N matrices; above, at most 60 pairs of products with the
// Jacobians unless d is not a Lineariser. Where d is a [Layer], minima that are not fixed points are found in half of the steps.
//
// It is deterministic and calls d from one goroutine.
//
// Errors: those of Validate and of [StabilityOf], [*TooFewSamplesError], [*ShapeError], [*NotFiniteError] for starts and for
// config.Ends.
//
// Source: Sussillo and Barak 2013, doi:10.1162/NECO_a_00409; damping by Nielsen 1999, IMM-REP-1999-05; the choice of the step
// by Fletcher and Xu 1987, doi:10.1093/imanum/7.3.371.
//
// Differs: from FixedPointFinder (Golub and Sussillo 2018, doi:10.21105/joss.01003), which minimises by Adam and therefore
// reaches only points of small gradient; it drops points far from the starts, which Newton steps can reach too. Noise on
// visited states is as in its examples (0.5, for units of size 1); starts between stable points are ours.
func FixedPoints(ctx context.Context, d Dynamics, starts *mat.Dense, config FixedPointConfig) (*FixedPointSet, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := checkStarts("fixed points", d, starts); err != nil {
		return nil, err
	}
	search, found := newSpeedSearch(ctx, d, config), &foundPoints{dynamics: d, config: config}
	ends := search.along(starts)
	atRest, err := search.fromEnds(len(ends))
	if err != nil {
		return nil, err
	}
	owners, err := found.add(ctx, slices.Concat(ends, atRest))
	if err != nil {
		return nil, err
	}
	if further := furtherStarts(starts, found.points, config.Further); further != nil {
		if _, err := found.add(ctx, search.minimise(further)); err != nil {
			return nil, err
		}
	}
	set := &FixedPointSet{Assignments: owners[:len(ends)]}
	if missed := found.missed(config.Ends); missed != nil {
		set.Warnings = append(set.Warnings, missed)
	}
	stopped := 0
	for i, end := range ends {
		switch {
		case owners[i] >= 0:
			found.points[owners[i]].Starts++
		case end.converged:
			set.Assignments[i] = TooFast
		default:
			set.Assignments[i] = NotConverged
			stopped++
		}
	}
	if stopped > 0 {
		set.Warnings = append(set.Warnings, &SearchWarning{Stopped: stopped, Starts: len(ends)})
	}
	set.rank(found.points)
	return set, nil
}

// rank lists the points in order and renumbers the assignments.
func (s *FixedPointSet) rank(points []FixedPoint) {
	ranks := make([]int, len(points))
	for i := range ranks {
		ranks[i] = i
	}
	slices.SortStableFunc(ranks, func(i, j int) int {
		if points[i].Fixed != points[j].Fixed {
			return cmp.Compare(points[i].Speed, points[j].Speed)
		}
		return cmp.Compare(points[j].Starts, points[i].Starts)
	})
	place := make([]int, len(points))
	for to, from := range ranks {
		place[from] = to
		s.Points = append(s.Points, points[from])
	}
	for i, owner := range s.Assignments {
		if owner >= 0 {
			s.Assignments[i] = place[owner]
		}
	}
}

// foundPoints collects where searches end.
type foundPoints struct {
	dynamics Dynamics
	config   FixedPointConfig
	points   []FixedPoint
}

// add lists the fixed and slow points at which searches ended, each once, with its stability, and returns the index of each
// search's point, -1 for none.
func (f *foundPoints) add(ctx context.Context, ends []*descent) (owners []int, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	owners = make([]int, len(ends))
	var order []int
	for i, end := range ends {
		owners[i] = -1
		if end.found() {
			order = append(order, i)
		}
	}
	// The slowest first, so that it stands for those near it.
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(ends[i].speed, ends[j].speed) })
	units := f.dynamics.Units()
	limit, known := f.config.MergeDistance*math.Sqrt(float64(units)), len(f.points)
	for _, i := range order {
		owners[i] = slices.IndexFunc(f.points, func(p FixedPoint) bool { return floats.Distance(p.State, ends[i].state, 2) <= limit })
		if owners[i] < 0 {
			owners[i] = len(f.points)
			f.points = append(f.points, FixedPoint{State: ends[i].state, Speed: ends[i].speed, Fixed: ends[i].speed <= f.config.Tolerance})
		}
	}
	for i := known; i < len(f.points); i++ {
		at := mat.NewDense(1, units, slices.Clone(f.points[i].State))
		if f.points[i].Stability, err = StabilityOf(ctx, f.dynamics, at); err != nil {
			return nil, err
		}
	}
	return owners, nil
}

func countIf[T any](list []T, condition func(T) bool) (count int) {
	for _, v := range list {
		if condition(v) {
			count++
		}
	}
	return count
}
