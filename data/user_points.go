package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// UserPoints is a fixed set of points to sample from, where [Clusters] makes fresh ones.
//
// Its methods only read it, so it may be shared between goroutines that bring their own streams.
type UserPoints struct {
	points  *Points
	members [][]int // K lists of rows
}

// NewUserPoints returns the set that holds the given points; it keeps points, which must not change afterwards.
//
// Errors: those of [Points.Validate].
func NewUserPoints(points *Points) (*UserPoints, error) {
	if err := points.Validate(); err != nil {
		return nil, err
	}
	set := &UserPoints{points: points}
	set.members = make([][]int, slices.Max(points.Clusters)+1)
	for row, cluster := range points.Clusters {
		set.members[cluster] = append(set.members[cluster], row)
	}
	return set, nil
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
// [Clusters.Sample] does. Within one call a cluster's rows are drawn without replacement until all were used; only
// when its share is larger than the cluster does it start again. Calls do not depend on one another, so the same
// stream gives the same rows whatever was drawn before.
//
// A small cluster therefore gives as many rows as a large one: its rows come more often.
//
// Panics if count is not positive. Mutates: advances rng.
func (u *UserPoints) Sample(count int, rng *rand.Rand) *Points {
	points := NewPoints(count, u.Dimension(), u.points.Classes)
	u.SampleInto(points, rng)
	return points
}

// SampleInto fills dst with rows of the set, as many as it has, exactly as [UserPoints.Sample] does, and allocates
// nothing but, once, the room for dst.FileRows. Panics if dst has another dimension. Mutates: all of dst; advances rng.
func (u *UserPoints) SampleInto(dst *Points, rng *rand.Rand) {
	dst.mustFit(u.Dimension())
	// dst.Clusters holds row numbers until the end, which saves scratch memory and with it the lock that sharing
	// would need.
	chosen := dst.Clusters
	count, kinds := len(chosen), len(u.members)
	filled, extra := 0, count%kinds
	for kind, members := range u.members {
		share := count / kinds
		if extra > 0 && rng.IntN(kinds-kind) < extra {
			share++
			extra--
		}
		// Selecting without repetition from what is left of the share keeps each row's count within one of the others.
		for ; share >= len(members); share -= len(members) {
			filled += copy(chosen[filled:], members)
		}
		start := filled
		filled += selectSubset(chosen[start:start+share], len(members), rng)
		for i := start; i < filled; i++ {
			chosen[i] = members[chosen[i]]
		}
	}
	shuffle(chosen, rng)
	u.copyRows(dst, chosen)
}

// DistinctInto fills dst with rows of the set in random order, none of them twice, as evenly over the clusters as their
// sizes allow. Measures are taken on such points, since a point that comes twice is no second observation.
//
// Panics if dst has another dimension, or more rows than the set. Mutates: all of dst; advances rng.
func (u *UserPoints) DistinctInto(dst *Points, rng *rand.Rand) {
	dst.mustFit(u.Dimension())
	if dst.Len() > u.Len() {
		panic("data: more distinct points are asked for than there are")
	}
	var chosen []int
	for kind, share := range u.evenShares(dst.Len(), rng) {
		subset := make([]int, share)
		selectSubset(subset, len(u.members[kind]), rng)
		for _, member := range subset {
			chosen = append(chosen, u.members[kind][member])
		}
	}
	shuffle(chosen, rng)
	u.copyRows(dst, chosen)
}

// copyRows fills dst with the given rows of the set, as many as it has.
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

// evenShares returns how many rows of each cluster make count rows together: all of the small ones and equally many of
// the others, up to one that is left to chance.
func (u *UserPoints) evenShares(count int, rng *rand.Rand) []int {
	order := make([]int, len(u.members))
	for kind := range order {
		order[kind] = kind
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(u.members[a]) - len(u.members[b]) })
	shares := make([]int, len(order))
	for i, kind := range order {
		kinds := len(order) - i
		share := count / kinds
		if rng.IntN(kinds) < count%kinds {
			share++
		}
		shares[kind] = min(share, len(u.members[kind]))
		count -= shares[kind]
	}
	return shares
}

// Partition returns disjoint parts of the set, one for each fraction, drawn at random within every cluster, so that
// each part has about its fraction of every cluster, and at least one row of it. Fractions are above 0 and add up to at
// most 1; rows left over belong to no part. Typical: Partition([]float64{0.7, 0.15, 0.15}, rng) for training,
// validation and measures.
//
// Of a cluster with n rows, part i gets the rows between round(n F_i) and round(n F_i+1) of a random order, F being
// the cumulative fractions; a part that would get none takes one of those left over, or of the largest part.
//
// Errors: fractions out of range ([*FieldError]); a cluster with fewer rows than there are parts
// ([*PartitionError]). Mutates: advances rng.
func (u *UserPoints) Partition(fractions []float64, rng *rand.Rand) ([]*UserPoints, error) {
	edges := make([]float64, len(fractions)+1)
	for i, fraction := range fractions {
		if !(fraction > 0 && fraction <= 1) {
			return nil, &FieldError{Field: fmt.Sprintf("fractions[%d]", i), Value: fraction, Allowed: "above 0 and at most 1"}
		}
		edges[i+1] = edges[i] + fraction
	}
	if len(fractions) == 0 {
		return nil, &FieldError{Field: "fractions", Value: fractions, Allowed: "at least one number"}
	}
	// 1e-9 forgives the rounding of fractions such as 0.7 + 0.2 + 0.1.
	if last := edges[len(fractions)]; last > 1+1e-9 {
		return nil, &FieldError{Field: "sum of fractions", Value: last, Allowed: "at most 1"}
	}
	if err := u.checkPartition(len(fractions)); err != nil {
		return nil, err
	}
	rows := make([][]int, len(fractions))
	for _, members := range u.members {
		order := slices.Clone(members)
		shuffle(order, rng)
		for part, share := range partShares(edges, len(order)) {
			rows[part] = append(rows[part], order[:share]...)
			order = order[share:]
		}
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

// checkPartition returns a [*PartitionError] if a cluster has fewer rows than there are parts.
func (u *UserPoints) checkPartition(parts int) error {
	var fault *PartitionError
	for cluster, members := range u.members {
		if len(members) >= parts {
			continue
		}
		if fault == nil {
			fault = &PartitionError{Parts: parts, Cluster: cluster, Name: u.points.ClusterName(cluster), Rows: len(members), Clusters: len(u.members)}
		}
		fault.Small++
	}
	if fault == nil {
		return nil
	}
	return fault
}

// partShares returns how many of a cluster's rows each part gets, at least one, for the cumulative fractions edges.
func partShares(edges []float64, rows int) []int {
	shares := make([]int, len(edges)-1)
	left := rows
	for part := range shares {
		from := int(math.Round(edges[part] * float64(rows)))
		to := min(int(math.Round(edges[part+1]*float64(rows))), rows)
		shares[part] = to - from
		left -= shares[part]
	}
	for part, share := range shares {
		if share > 0 {
			continue
		}
		if left > 0 {
			left--
		} else {
			largest := slices.Index(shares, slices.Max(shares))
			shares[largest]--
		}
		shares[part] = 1
	}
	return shares
}
