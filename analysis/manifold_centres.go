package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// leastCentre is the norm of a centre, in units of the largest coordinate, below which it counts as 0.
const leastCentre = 1e-9

// CentreAtOriginError says that the centre of a manifold lies at the origin, so that the theory has no length to measure
// its radius by. A single manifold does so whenever the mean of the centres is the origin.
type CentreAtOriginError struct {
	Group     int // the manifold
	Manifolds int // number of manifolds
	Removed   int // common components that were removed
}

// Error returns the manifold and the fix on one line.
func (e *CentreAtOriginError) Error() string {
	switch {
	case e.Manifolds == 1:
		return fmt.Sprintf("analysis: only one manifold, group %d, whose centre is then the origin; "+
			"give samples of at least two groups, or leave the origin where it is", e.Group)
	case e.Removed > 0:
		return fmt.Sprintf("analysis: centre of group %d lies at the origin once %d common components are removed; remove fewer",
			e.Group, e.Removed)
	}
	return fmt.Sprintf("analysis: centre of group %d lies at the origin, as far from everything as from nothing; "+
		"group the samples otherwise or shift the origin", e.Group)
}

// manifolds holds points by group, shifted and with the common components of the centres removed.
type manifolds struct {
	groups  []int          // P, ascending
	members [][]int        // P: rows of points of each
	points  blas64.General // S x N, scaled to a largest coordinate of about 1
	centres blas64.General // P x N, mean of the points of each group

	removed                  int     // common components
	correlation, uncorrelate float64 // mean |cosine| between centres, before and after removal
}

// groupManifolds sorts points, which are finite, by group and centres them as config says.
func groupManifolds(points *mat.Dense, groups []int, config ManifoldConfig) (*manifolds, error) {
	samples, units := points.Dims()
	m := &manifolds{groups: slices.Compact(slices.Sorted(slices.Values(groups))), points: newGeneral(samples, units)}
	number := make([]int, samples)
	m.members = make([][]int, len(m.groups))
	for i, group := range groups {
		number[i], _ = slices.BinarySearch(m.groups, group)
		m.members[number[i]] = append(m.members[number[i]], i)
	}
	if err := m.checkDistinct(points, config.LeastDistinct); err != nil {
		return nil, err
	}
	m.fill(points)
	m.centres = groupMeans(m.points, number)
	if config.SubtractMean {
		m.subtractMean(number)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if len(m.groups) > 1 {
		if err := m.removeCommon(config.CommonComponents); err != nil {
			return nil, err
		}
	}
	return m, m.check()
}

// checkDistinct returns a [*TooFewDistinctError] for the first manifold of fewer than least different points.
func (m *manifolds) checkDistinct(points *mat.Dense, least int) error {
	for p, members := range m.members {
		if least == 1 {
			return nil
		}
		different := 0
		for i, row := range members {
			if different == least {
				break
			}
			if !slices.ContainsFunc(members[:i], func(other int) bool { return slices.Equal(points.RawRowView(row), points.RawRowView(other)) }) {
				different++
			}
		}
		if different < least {
			return &TooFewDistinctError{Measure: fmt.Sprintf("manifold geometry of group %d", m.groups[p]), Samples: len(members), Distinct: different, Least: least}
		}
	}
	return nil
}

// fill copies points, scaled by a power of two so that their largest coordinate is between 1/2 and 1.
func (m *manifolds) fill(points *mat.Dense) {
	largest := 0.0
	for i := range m.points.Rows {
		row := points.RawRowView(i)
		copy(rowOf(m.points, i), row)
		largest = max(largest, largestMagnitude(row))
	}
	if largest > 0 {
		_, exponent := math.Frexp(largest)
		// Two steps, since the factor for the smallest numbers is itself too large for a float64.
		half := exponent / 2
		floats.Scale(math.Ldexp(1, -half), m.points.Data)
		floats.Scale(math.Ldexp(1, half-exponent), m.points.Data)
	}
}

// subtractMean shifts points and centres so that the mean of the centres is 0, and scales them to size 1 again: the
// points may be small relative to their mean.
func (m *manifolds) subtractMean(number []int) {
	mean := make([]float64, m.centres.Cols)
	for p := range m.groups {
		floats.Add(mean, rowOf(m.centres, p))
	}
	floats.Scale(1/float64(len(m.groups)), mean)
	largest := 0.0
	for i := range m.points.Rows {
		floats.Sub(rowOf(m.points, i), mean)
		largest = max(largest, largestMagnitude(rowOf(m.points, i)))
	}
	// Differences this small are rounding of the mean; identical points stay identical points.
	if largest < 1e-14 {
		clear(m.points.Data)
	} else {
		floats.Scale(1/largest, m.points.Data)
	}
	m.centres = groupMeans(m.points, number)
}

// check returns a [*CentreAtOriginError] for the first centre that is 0.
func (m *manifolds) check() error {
	for p, group := range m.groups {
		if floats.Norm(rowOf(m.centres, p), 2) < leastCentre {
			return &CentreAtOriginError{Group: group, Manifolds: len(m.groups), Removed: m.removed}
		}
	}
	return nil
}

// largestMagnitude returns the largest |value|, as floats.Norm(values, math.Inf(1)) does at ten times the cost: these are
// finite.
func largestMagnitude(values []float64) float64 {
	largest := 0.0
	for _, value := range values {
		largest = max(largest, max(value, -value))
	}
	return largest
}
