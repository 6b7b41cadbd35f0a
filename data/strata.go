package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// strata are the rows of a fixed set of samples, by cluster or condition: draws from them are spread over the kinds.
type strata [][]int // K lists of rows

// newStrata returns the rows of each kind. kinds has one for each row, 0..K-1, all of which occur.
func newStrata(kinds []int) strata {
	s := make(strata, slices.Max(kinds)+1)
	for row, kind := range kinds {
		s[kind] = append(s[kind], row)
	}
	return s
}

// sample fills chosen with rows in random order, spread over the kinds as evenly as their number allows. Within one call a kind's
// rows are drawn without replacement until all have been used.
func (s strata) sample(chosen []int, rng *rand.Rand) {
	count, kinds := len(chosen), len(s)
	filled, extra := 0, count%kinds
	for kind, members := range s {
		share := count / kinds
		if extra > 0 && rng.IntN(kinds-kind) < extra {
			share++
			extra--
		}
		// Selecting without repetition from the rest of the share keeps each row's count within one of the others.
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
}

// distinct returns count distinct rows in random order, spread over the kinds as evenly as their sizes allow.
func (s strata) distinct(count int, rng *rand.Rand) []int {
	var chosen []int
	for kind, share := range s.evenShares(count, rng) {
		subset := make([]int, share)
		selectSubset(subset, len(s[kind]), rng)
		for _, member := range subset {
			chosen = append(chosen, s[kind][member])
		}
	}
	shuffle(chosen, rng)
	return chosen
}

// evenShares returns the number of rows of each kind, count in total: all rows of small kinds and equally many of the others, up to
// one row that is chosen at random.
func (s strata) evenShares(count int, rng *rand.Rand) []int {
	order := make([]int, len(s))
	for kind := range order {
		order[kind] = kind
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(s[a]) - len(s[b]) })
	shares := make([]int, len(order))
	for i, kind := range order {
		kinds := len(order) - i
		share := count / kinds
		if rng.IntN(kinds) < count%kinds {
			share++
		}
		shares[kind] = min(share, len(s[kind]))
		count -= shares[kind]
	}
	return shares
}

// partition returns the rows of disjoint parts, as described at [UserPoints.Partition]. name returns the name of a kind in the file.
func (s strata) partition(fractions []float64, name func(int) string, rng *rand.Rand) ([][]int, error) {
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
	// 1e-9 allows for the rounding of fractions such as 0.7 + 0.2 + 0.1.
	if last := edges[len(fractions)]; last > 1+1e-9 {
		return nil, &FieldError{Field: "sum of fractions", Value: last, Allowed: "at most 1"}
	}
	if err := s.checkPartition(len(fractions), name); err != nil {
		return nil, err
	}
	rows := make([][]int, len(fractions))
	for _, members := range s {
		order := slices.Clone(members)
		shuffle(order, rng)
		for part, share := range partShares(edges, len(order)) {
			rows[part] = append(rows[part], order[:share]...)
			order = order[share:]
		}
	}
	return rows, nil
}

// checkPartition returns a [*PartitionError] if a cluster has fewer rows than there are parts.
func (s strata) checkPartition(parts int, name func(int) string) error {
	var fault *PartitionError
	for cluster, members := range s {
		if len(members) >= parts {
			continue
		}
		if fault == nil {
			fault = &PartitionError{Parts: parts, Cluster: cluster, Name: name(cluster), Rows: len(members), Clusters: len(s)}
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
