package data

import (
	"fmt"
	"math/rand/v2"
)

// UserPoints is a fixed set of points to sample from, whereas [Clusters] generates fresh ones.
//
// Its methods only read it, so goroutines may share it if each uses its own stream.
type UserPoints struct {
	points  *Points
	members strata // rows of each of K clusters
}

var _ Source = (*UserPoints)(nil)

// NewUserPoints returns a set of the given points; it keeps points, which must not change afterwards.
//
// Errors: those of [Points.Validate].
func NewUserPoints(points *Points) (*UserPoints, error) {
	if err := points.Validate(); err != nil {
		return nil, err
	}
	return &UserPoints{points: points, members: newStrata(points.Clusters)}, nil
}

// Points returns all points of the set, S x D. They belong to the set: do not change them.
func (u *UserPoints) Points() *Points { return u.points }

// Len returns the number of points of the set.
func (u *UserPoints) Len() int { return u.points.Len() }

// Dimension returns D.
func (u *UserPoints) Dimension() int {
	_, dimension := u.points.Inputs.Dims()
	return dimension
}

// ClassCount returns C.
func (u *UserPoints) ClassCount() int { return u.points.Classes }

// ClusterCount returns K.
func (u *UserPoints) ClusterCount() int { return len(u.members) }

// Sample returns count rows of the set (count x D) in random order, spread over the clusters as evenly as
// [Clusters.Sample] does. Within one call a cluster's rows are drawn without replacement until all have been used; only if its
// share is larger than the cluster does drawing start again. Calls are independent, so the same stream gives the same rows whatever
// was drawn before.
//
// A small cluster therefore contributes as many rows as a large one: its rows occur more often.
//
// Panics if count is not positive. Mutates: advances rng.
func (u *UserPoints) Sample(count int, rng *rand.Rand) *Points {
	points := NewPoints(count, u.Dimension(), u.points.Classes)
	u.SampleInto(points, rng)
	return points
}

// SampleInto fills dst with rows of the set, as many as it has, exactly as [UserPoints.Sample] does, and allocates nothing except,
// once, dst.FileRows. Panics if dst has another dimension. Mutates: all of dst; advances rng.
func (u *UserPoints) SampleInto(dst *Points, rng *rand.Rand) {
	dst.mustFit(u.Dimension())
	// dst.Clusters holds row numbers until the end. This avoids scratch memory, for which sharing would need a lock.
	chosen := dst.Clusters
	u.members.sample(chosen, rng)
	u.copyRows(dst, chosen)
}

// FillDistinct fills dst with distinct rows of the set in random order, spread over the clusters as evenly as their sizes allow.
// Measures use such points, since a repeated point is not a second observation.
//
// Panics if dst has another dimension, or more rows than the set. Mutates: all of dst; advances rng.
func (u *UserPoints) FillDistinct(dst *Points, rng *rand.Rand) {
	dst.mustFit(u.Dimension())
	if dst.Len() > u.Len() {
		panic("data: more distinct points are asked for than there are")
	}
	u.copyRows(dst, u.members.distinct(dst.Len(), rng))
}

// copyRows fills dst with the given rows of the set, as many as dst has.
func (u *UserPoints) copyRows(dst *Points, rows []int) {
	dst.Classes, dst.Origin = u.points.Classes, u.points.Origin
	if dst.FileRows = dst.FileRows[:0]; u.points.FileRows == nil {
		dst.FileRows = nil
	}
	for sample, row := range rows {
		copy(dst.Inputs.RawRowView(sample), u.points.Inputs.RawRowView(row))
		dst.Labels[sample] = u.points.Labels[row]
		if u.points.FileRows != nil {
			dst.FileRows = append(dst.FileRows, u.points.FileRows[row])
		}
		dst.Clusters[sample] = u.points.Clusters[row] // last: rows may be dst.Clusters
	}
}

// Partition returns disjoint parts of the set, one for each fraction, drawn at random within every cluster, so that
// each part has about its fraction of every cluster, and at least one row of it. Fractions are above 0 and sum to at most 1;
// remaining rows belong to no part. Typical: Partition([]float64{0.7, 0.15, 0.15}, rng) for training, validation and measures.
//
// Of a cluster with n rows, part i gets the rows between round(n F_i) and round(n F_i+1) of a random order, where F are the
// cumulative fractions; a part that would get none takes one of the remaining rows, or of the largest part.
//
// Errors: fractions out of range ([*FieldError]); a cluster with fewer rows than there are parts
// ([*PartitionError]). Mutates: advances rng.
func (u *UserPoints) Partition(fractions []float64, rng *rand.Rand) ([]*UserPoints, error) {
	rows, err := u.members.partition(fractions, u.points.ClusterName, rng)
	if err != nil {
		return nil, err
	}
	parts := make([]*UserPoints, len(fractions))
	for part := range parts {
		set, err := NewUserPoints(u.points.Rows(rows[part]))
		if err != nil {
			return nil, fmt.Errorf("data: part %d: %w", part, err)
		}
		parts[part] = set
	}
	return parts, nil
}
