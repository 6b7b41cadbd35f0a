package analysis

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// leastGap is the squared gap of separable points, whitened and of length 1, above which it is not rounding.
const leastGap = 1e-9

// SimulatedCapacity returns the capacity of the manifolds in points by simulation, as a check of what [ManifoldGeometry]
// returns by theory: the number of manifolds over the number of dimensions in which half of all dichotomies are
// separable,
//
//	alpha = P / n_half        P(separable | n_half) = 1/2
//
// A trial at n projects the points on n random Gaussian directions, gives every manifold the label -1 or 1 at random, and
// tests whether a plane through the origin has all of every manifold on the side of its label. trials of these are made
// at each n that a bisection visits; n_half is interpolated between its last two n, with a standard error of about
// 0.6 sqrt(P / trials).
//
// points and groups are as for ManifoldGeometry; the origin is the mean of the centres if subtractMean, and stays
// otherwise. No plane through the mean has all centres on one side, so that labels are then drawn until both occur: two
// manifolds have only the dichotomy that separates them.
//
// It is meant for small problems: a trial solves a non-negative least squares over all samples. If half of the
// dichotomies are not separable even with all N units, the capacity is below P/N and an error says so.
//
// Errors: [*TooFewSamplesError] below 2 samples, [*ShapeError], [*NotFiniteError], [*CentreAtOriginError], trials below
// 1, [*InseparableError].
//
// Source: Cohen, Chung, Lee, Sompolinsky 2020, Methods (simulated capacity), doi:10.1038/s41467-020-14578-5; Cover 1965,
// doi:10.1109/PGEC.1965.264137.
func SimulatedCapacity(ctx context.Context, points *mat.Dense, groups []int, subtractMean bool, trials int, random *rand.Rand) (float64, error) {
	if trials < 1 {
		return 0, fmt.Errorf("analysis: %d trials of dichotomies; at least 1", trials)
	}
	if err := checkCovariance("simulated capacity", points); err != nil {
		return 0, err
	}
	samples, units := points.Dims()
	if len(groups) != samples {
		return 0, &ShapeError{What: "groups", Got: len(groups), Want: samples}
	}
	config := DefaultManifoldConfig()
	config.SubtractMean, config.CommonComponents, config.LeastDistinct = subtractMean, 0, 1
	parts, err := groupManifolds(points, groups, config)
	if err != nil {
		return 0, err
	}
	fraction := func(n int) float64 { return parts.separableFraction(n, trials, subtractMean, random) }
	// With no dimension at all nothing is separable.
	low, high := 0, units
	below, above := 0.0, fraction(units)
	if above < 0.5 {
		return 0, &InseparableError{Manifolds: len(parts.groups), Units: units, Fraction: above}
	}
	for high-low > 1 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		middle := (low + high) / 2
		if separable := fraction(middle); separable < 0.5 {
			low, below = middle, separable
		} else {
			high, above = middle, separable
		}
	}
	half := float64(low) + (0.5-below)/(above-below)
	return float64(len(parts.groups)) / half, nil
}

// InseparableError says that fewer than half of the dichotomies are separable even in all dimensions.
type InseparableError struct {
	Manifolds, Units int
	Fraction         float64 // of the dichotomies that are separable
}

// Error returns the numbers and the fix on one line.
func (e *InseparableError) Error() string {
	return fmt.Sprintf("analysis: only %.2g of the dichotomies of %d manifolds are separable with all %d units, so that the capacity is below %.3g; "+
		"give fewer manifolds or more units", e.Fraction, e.Manifolds, e.Units, float64(e.Manifolds)/float64(e.Units))
}

// separableFraction returns the fraction of trials in which random labels, with both values if both, are separable in n
// random dimensions.
func (m *manifolds) separableFraction(n, trials int, both bool, random *rand.Rand) float64 {
	rows := m.points.Rows
	points := mat.NewDense(rows, m.points.Cols, m.points.Data)
	directions := mat.NewDense(m.points.Cols, n, nil)
	projected := newGeneral(rows, n+1)
	into := mat.NewDense(rows, n, nil)
	gram, b := newGeneral(rows, rows), make([]float64, rows)
	separable := 0
	for range trials {
		raw := directions.RawMatrix()
		for i := range raw.Data {
			raw.Data[i] = random.NormFloat64()
		}
		into.Mul(points, directions)
		whiten(into)
		labels := randomLabels(len(m.members), both, random)
		for p, members := range m.members {
			sign := labels[p]
			for _, i := range members {
				to := rowOf(projected, i)
				copy(to, into.RawRowView(i))
				floats.Scale(sign/floats.Norm(to[:n], 2), to[:n])
				to[n] = 1
				floats.Scale(math.Sqrt2/2, to)
			}
		}
		// The origin lies in the hull of the x if and only if the vector (0, -1) can be moved to 0 by multiples of the (x, 1):
		// otherwise some V = (v, v0) with v.x >= -v0 > 0 is left, and v separates.
		selfProduct(gram, projected)
		mirror(gram)
		for i := range b {
			b[i] = -projected.Data[i*projected.Stride+n]
		}
		solver := newCone(gram)
		solver.solve(b)
		left := -1.0
		for _, i := range solver.active {
			left -= solver.lambda[i] * b[i]
		}
		// left is v0, which is -|V|^2 in [-1, 0].
		if left < -leastGap {
			separable++
		}
	}
	return float64(separable) / float64(trials)
}

// whiten gives the rows of points second moment 1 in all directions, unless they do not span one. This maps
// separable points to separable ones and no others, and widens the gap where the points are long in some directions.
func whiten(points *mat.Dense) {
	var moment mat.SymDense
	moment.SymOuterK(1, points.T())
	var factor mat.Cholesky
	if !factor.Factorize(&moment) {
		return
	}
	var lower mat.TriDense
	factor.LTo(&lower)
	blas64.Trsm(blas.Right, blas.Trans, 1, lower.RawTriangular(), points.RawMatrix())
}

// randomLabels returns labels -1 and 1, of which both occur if both.
func randomLabels(count int, both bool, random *rand.Rand) []float64 {
	labels := make([]float64, count)
	for {
		sum := 0.0
		for i := range labels {
			labels[i] = float64(2*random.IntN(2) - 1)
			sum += labels[i]
		}
		if !both || math.Abs(sum) < float64(count) {
			return labels
		}
	}
}
