package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// ErrEqualDistances says that the neighbours of every sample are equally far away, as on a simplex, so that their distances
// say nothing about a dimension.
var ErrEqualDistances = errors.New("analysis: the nearest neighbours of every sample are equally far; " +
	"record samples drawn at random, not from a grid")

// TooFewDistinctError says that a measure of neighbours has too few points once identical samples count as one.
type TooFewDistinctError struct {
	Measure  string // what was to be measured
	Samples  int    // samples given
	Distinct int    // different points among them
	Least    int    // different points needed
}

// Error returns the numbers and the fix on one line.
func (e *TooFewDistinctError) Error() string {
	return fmt.Sprintf("analysis: %s of %d samples that are only %d different points; give at least %d different ones",
		e.Measure, e.Samples, e.Distinct, e.Least)
}

// DuplicatesWarning travels with a measure of neighbours that counted identical samples as one point.
type DuplicatesWarning struct {
	Duplicates int // samples left out, each equal to one that was kept
	Samples    int // samples given
}

// Error returns the numbers and the fix on one line.
func (w *DuplicatesWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d samples repeat another and were left out; "+
		"distances of 0 say nothing of a dimension, record them in more digits or drop them", w.Duplicates, w.Samples)
}

// neighbourhoods holds the nearest points of every distinct point.
type neighbourhoods struct {
	distances  blas64.General // distinct points x k, each row ascending and above 0, in a unit common to all
	indices    []int          // distinct points x k, row by row: which points these are
	duplicates int            // samples left out because they repeat another
	points     *mat.Dense     // distinct points x N
	unit       float64        // distances are those of points times unit
}

// checkNoise returns a [*NoiseError] if half of the points are no farther from their nearest neighbour than rounding takes
// them.
func (n *neighbourhoods) checkNoise() error {
	floor := noiseFloor(n.points)
	if floor == 0 {
		return nil
	}
	nearest := make([]float64, n.distances.Rows)
	for i := range nearest {
		nearest[i] = n.distances.Data[i*n.distances.Stride]
	}
	slices.Sort(nearest)
	// The difference of two states has twice the variance of one.
	size := nearest[len(nearest)/2] / n.unit / math.Sqrt(2*float64(n.points.RawMatrix().Cols))
	if size < floor {
		return &NoiseError{What: "distances to the nearest sample", Deviation: size, Floor: floor}
	}
	return nil
}

// warnings returns the doubts that the search left.
func (n *neighbourhoods) warnings() []error {
	if n.duplicates == 0 {
		return nil
	}
	return []error{&DuplicatesWarning{Duplicates: n.duplicates, Samples: n.duplicates + n.distances.Rows}}
}

// dependence returns the factor by which the standard error of the mean of values, one for each point, exceeds that of
// independent values, at least 1,
//
//	sqrt(sum_{i ~ j} u_i u_j / sum_i u_i^2),  u_i = values_i - mean
//
// where i ~ j if one is among the k neighbours of the other or i = j: neighbours share distances, so that values computed
// from these are correlated, and other points are nearly independent.
//
// Source: Conley 1999, doi:10.1016/S0304-4076(98)00084-0, spatial covariance, with neighbours as the cut-off.
func (n *neighbourhoods) dependence(values []float64) float64 {
	return dependenceOf(n.products(values, stat.Mean(values, nil)))
}

// products returns the sum of squares of values around a mean and the sum of products of neighbours around it.
func (n *neighbourhoods) products(values []float64, mean float64) (alone, together float64) {
	k := n.distances.Cols
	for i, value := range values {
		alone += (value - mean) * (value - mean)
		for _, j := range n.indices[i*k:][:k] {
			product := 2 * (value - mean) * (values[j] - mean)
			if slices.Contains(n.indices[j*k:][:k], i) {
				product /= 2 // the pair comes up again from its other side
			}
			together += product
		}
	}
	return alone, together
}

// dependenceOf returns the factor of [neighbourhoods.dependence] from the sums of products.
func dependenceOf(alone, together float64) float64 {
	if together <= 0 {
		return 1
	}
	return math.Sqrt(1 + together/alone)
}

// nearestNeighbours returns the k points nearest to every distinct point and their Euclidean distances. Products of the
// centred points give these,
//
//	|x_i - x_j|^2 = |x_i|^2 + |x_j|^2 - 2 x_i . x_j
//
// except for points with a neighbour so close that the rounding of this may exceed [neighbourCancellation]: there the
// products only choose candidates, with a margin for rounding, and the distances are sums of squared differences. Groups
// of such points, such as the states around a fixed point, are first centred separately and searched again.
//
// points is S x N; identical rows count as one. It takes S^2 numbers of memory. Errors: [*TooFewSamplesError] below k + 1
// samples, [*NotFiniteError], [ErrZeroVariance], [*TooFewDistinctError].
func nearestNeighbours(ctx context.Context, measure string, points *mat.Dense, k int) (*neighbourhoods, error) {
	if points == nil || points.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: measure, Samples: 0, Least: k + 1}
	}
	samples, _ := points.Dims()
	if samples < k+1 {
		return nil, &TooFewSamplesError{Measure: measure, Samples: samples, Least: k + 1}
	}
	if err := checkFinite(points); err != nil {
		return nil, err
	}
	points = distinctRows(points)
	distinct, _ := points.Dims()
	if distinct == 1 {
		return nil, ErrZeroVariance
	}
	if distinct < k+1 {
		return nil, &TooFewDistinctError{Measure: measure, Samples: samples, Distinct: distinct, Least: k + 1}
	}
	found := &neighbourhoods{distances: newGeneral(distinct, k), indices: make([]int, distinct*k), duplicates: samples - distinct}
	all := allRows(distinct)
	search := &neighbourSearch{ctx: ctx, points: points, found: found, k: k}
	search.among(all, all)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found.points, found.unit = points, search.unit
	return found, nil
}

// distinctRows returns points with the first of each set of identical rows, in their order; points itself if all differ
// and their differences cannot overflow.
func distinctRows(points *mat.Dense) *mat.Dense {
	rows, _ := points.Dims()
	order := allRows(rows)
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(points.RawRowView(a), points.RawRowView(b)) })
	kept := order[:1:1]
	for at := 1; at < rows; at++ {
		if !slices.Equal(points.RawRowView(order[at]), points.RawRowView(order[at-1])) {
			kept = append(kept, order[at])
		}
	}
	huge := mat.Max(points) > math.MaxFloat64/8 || mat.Min(points) < -math.MaxFloat64/8
	if len(kept) == rows && !huge {
		return points
	}
	slices.Sort(kept)
	distinct := mat.DenseCopyOf(rowsOf(points, kept))
	if huge {
		distinct.Scale(0x1p-8, distinct)
	}
	return distinct
}
