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
	// Tolerance is the speed q below which a point is a fixed point, at least 0. With 0 none is.
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
}

// DefaultFixedPointConfig returns at most 200 iterations and 3 restarts, fixed points below q = 1e-20 and slow points below 1e-4, minima at
// a relative gradient of 1e-5 and a merge distance of 1e-4, for units of size 1.
func DefaultFixedPointConfig() FixedPointConfig {
	return FixedPointConfig{MaximumIterations: 200, Tolerance: 1e-20, SlowTolerance: 1e-4, GradientTolerance: 1e-5, MergeDistance: 1e-4, Restarts: 3}
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
	return data.Within("analysis.FixedPointConfig", faults.Join())
}

// What [FixedPointSet] assigns to starts that reach no point on its list.
const (
	// TooFast is a start that ended in a local minimum of the speed that is no slow point, or was about to: its speed, above
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
	Starts int       // starts whose search ended here: the basin of the search, not of the dynamics
	*Stability
}

// FixedPointSet is what a search for fixed points found.
type FixedPointSet struct {
	Points      []FixedPoint // fixed points, the one of most starts first, then slow points likewise
	Assignments []int        // S, for each start the index of its point, [TooFast] or [NotConverged]
	Warnings    []error      // doubts: [*SearchWarning]
}

// Fixed returns the fixed points without the slow points.
func (s *FixedPointSet) Fixed() []FixedPoint {
	return s.Points[:len(s.Points)-countIf(s.Points, func(p FixedPoint) bool { return !p.Fixed })]
}

// SearchWarning travels with fixed points when some searches had to stop early.
type SearchWarning struct {
	Stopped int // searches that had not converged
	Starts  int // all searches
}

// Error returns the numbers and the fix on one line.
func (w *SearchWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d searches for fixed points had not converged; raise MaximumIterations or start elsewhere", w.Stopped, w.Starts)
}

// FixedPoints minimises the speed
//
//	q(h) = |F(h) - h|^2 / 2
//
// from every row of starts, S x N, by Newton or Gauss-Newton steps with the damping of Levenberg and Marquardt, and returns the fixed points
// and slow points found, unstable ones too, each once, with the eigenvalues of the Jacobian there. States of the
// network's own trajectories are good starts. Searches can end in minima of q that are no fixed points although the dynamics
// would have taken the start to one; Restarts are for these. The final states of [Attractors] find every stable point
// that it found.
//
// All searches go on side by side, so that d, best an [AllStepper] and a [Lineariser], takes many states at once. Up to
// 1500 units a step costs a product and a factorisation of N x N matrices; above, at most 60 pairs of products with the
// Jacobians unless d is no Lineariser. Where d is a [Layer], minima that are no fixed points are found in half of the steps.
//
// It is deterministic and calls d from one goroutine.
//
// Errors: those of Validate and of [StabilityOf], [*TooFewSamplesError], [*ShapeError], [*NotFiniteError] for starts.
//
// Source: Sussillo and Barak 2013, doi:10.1162/NECO_a_00409; damping by Nielsen 1999, IMM-REP-1999-05; the choice of the step
// by Fletcher and Xu 1987, doi:10.1093/imanum/7.3.371.
//
// Differs: from FixedPointFinder (Golub and Sussillo 2018, doi:10.21105/joss.01003), which minimises by Adam, and so
// reaches only points of small gradient; it drops points far from the starts, which Newton steps can reach too.
func FixedPoints(ctx context.Context, d Dynamics, starts *mat.Dense, config FixedPointConfig) (*FixedPointSet, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := checkStarts("fixed points", d, starts); err != nil {
		return nil, err
	}
	samples, units := starts.Dims()
	ends := newSpeedSearch(ctx, d, config).along(starts)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	order := []int{}
	set := &FixedPointSet{Assignments: make([]int, samples)}
	stopped := 0
	for i, end := range ends {
		switch {
		case end.found():
			order = append(order, i)
		case end.converged:
			set.Assignments[i] = TooFast
		default:
			set.Assignments[i] = NotConverged
			stopped++
		}
	}
	if stopped > 0 {
		set.Warnings = append(set.Warnings, &SearchWarning{Stopped: stopped, Starts: samples})
	}
	// The slowest first, so that it stands for those near it.
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(ends[i].speed, ends[j].speed) })
	limit := config.MergeDistance * math.Sqrt(float64(units))
	owner := make([]int, samples) // of each start, the index in points
	var points []FixedPoint
	for _, i := range order {
		found := slices.IndexFunc(points, func(p FixedPoint) bool { return floats.Distance(p.State, ends[i].state, 2) <= limit })
		if found < 0 {
			found = len(points)
			points = append(points, FixedPoint{State: ends[i].state, Speed: ends[i].speed, Fixed: ends[i].speed <= config.Tolerance})
		}
		points[found].Starts++
		owner[i] = found
	}
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
		point := points[from]
		stability, err := StabilityOf(ctx, d, mat.NewDense(1, units, slices.Clone(point.State)))
		if err != nil {
			return nil, err
		}
		point.Stability = stability
		set.Points = append(set.Points, point)
	}
	for _, i := range order {
		set.Assignments[i] = place[owner[i]]
	}
	return set, nil
}

func countIf[T any](list []T, condition func(T) bool) (count int) {
	for _, v := range list {
		if condition(v) {
			count++
		}
	}
	return count
}
