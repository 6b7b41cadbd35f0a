package analysis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// DimensionOverScales returns the likelihood dimension of points for several numbers of neighbours: few neighbours see a small scale,
// many a large one. A dimension that stays the same over scales is that of a manifold; one that grows as the scale shrinks is that of
// noise around it, and one that falls towards many neighbours says that these reach its edges.
//
// It is [LikelihoodDimensionWithin] for each of neighbours, at least 2 each, with one search; every number of neighbours sees the same
// clusters, those with more different samples than the largest. Between clusters, give their means, see [ClusterMeans], and equal
// clusters.
//
// Like every estimate from neighbours it is too low in many dimensions, the more so the fewer samples a cluster has: compare it with
// itself, before and after training, or with points of known dimension and as many samples.
//
// Errors: [*TooFewNeighboursError]; those of LikelihoodDimensionWithin.
func DimensionOverScales(ctx context.Context, points *mat.Dense, clusters, neighbours []int) ([]*LikelihoodDimensionResult, error) {
	if len(neighbours) == 0 {
		return nil, &TooFewNeighboursError{}
	}
	for _, k := range neighbours {
		if k < 2 {
			return nil, &TooFewNeighboursError{Neighbours: k}
		}
	}
	most := slices.Max(neighbours)
	parts, left, err := neighboursWithin(ctx, fmt.Sprintf("likelihood dimension with up to %d neighbours within a cluster", most), points, clusters, most)
	if err != nil {
		return nil, err
	}
	results := make([]*LikelihoodDimensionResult, len(neighbours))
	for i, k := range neighbours {
		nearest := make([]*neighbourhoods, len(parts))
		for j, found := range parts {
			nearest[j] = found.nearest(k)
		}
		if results[i], err = likelihoodOf(nearest); err != nil {
			return nil, err
		}
		if left > 0 {
			results[i].Warnings = append(results[i].Warnings, &LeftOutClustersWarning{Clusters: left, OfClusters: len(parts) + left, Least: most + 1})
		}
	}
	return results, nil
}

// TooFewNeighboursError says that a dimension is asked for with too few neighbours.
type TooFewNeighboursError struct{ Neighbours int }

// Error returns the number and the fix on one line.
func (e *TooFewNeighboursError) Error() string {
	return fmt.Sprintf("analysis: a dimension from %d neighbours; ask for numbers of neighbours of 2 or more", e.Neighbours)
}

// neighboursWithin returns the nearest neighbours of each sample among those of its own cluster, one set for each cluster, and how many
// clusters were left out because they have too few different samples. Errors: see [LikelihoodDimensionWithin].
func neighboursWithin(ctx context.Context, measure string, points *mat.Dense, clusters []int, k int) (parts []*neighbourhoods, left int, err error) {
	if points == nil || points.IsEmpty() {
		return nil, 0, &TooFewSamplesError{Measure: measure, Samples: 0, Least: k + 1}
	}
	if samples, _ := points.Dims(); len(clusters) != samples {
		return nil, 0, &ShapeError{What: "cluster ids", Got: len(clusters), Want: samples}
	}
	if err := checkFinite(points); err != nil {
		return nil, 0, err
	}
	var first error
	for _, rows := range rowsByCluster(clusters) {
		found, err := nearestNeighbours(ctx, measure, rowsOf(points, rows), k)
		if err == nil {
			err = found.checkNoise()
		}
		var few *TooFewSamplesError
		switch {
		case err == nil:
			parts = append(parts, found)
			continue
		case !collapsed(err) && !errors.As(err, &few):
			return nil, 0, err
		case first == nil:
			first = err
		}
		left++
	}
	if len(parts) == 0 {
		return nil, 0, first
	}
	return parts, left, nil
}

// nearest returns the k nearest of the neighbours, at most as many as there are.
func (n *neighbourhoods) nearest(k int) *neighbourhoods {
	all := n.distances.Cols
	few := &neighbourhoods{distances: n.distances, indices: make([]int, 0, n.distances.Rows*k), duplicates: n.duplicates, points: n.points, unit: n.unit}
	few.distances.Cols = k
	for i := range n.distances.Rows {
		few.indices = append(few.indices, n.indices[i*all:][:k]...)
	}
	return few
}

// ClusterMeans returns the mean of the points of each cluster, K x N, in the order of their ids.
//
// Errors: [*TooFewSamplesError] without a sample, [*ShapeError], [*NotFiniteError].
func ClusterMeans(points *mat.Dense, clusters []int) (*mat.Dense, error) {
	if points == nil || points.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: "means of clusters", Samples: 0, Least: 1}
	}
	samples, units := points.Dims()
	if len(clusters) != samples {
		return nil, &ShapeError{What: "cluster ids", Got: len(clusters), Want: samples}
	}
	if err := checkFinite(points); err != nil {
		return nil, err
	}
	groups := rowsByCluster(clusters)
	means := mat.NewDense(len(groups), units, nil)
	for i, rows := range groups {
		mean := means.RawRowView(i)
		for _, row := range rows {
			for j, value := range points.RawRowView(row) {
				mean[j] += value / float64(len(rows))
			}
		}
	}
	return means, nil
}
