package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/unfurl-rnn/unfurl/data"
)

// LikelihoodDimensionConfig says how [LikelihoodDimension] estimates. The zero value is not a default: start from
// [DefaultLikelihoodDimensionConfig].
type LikelihoodDimensionConfig struct {
	Neighbours int // k, nearest neighbours of each sample, at least 2
}

// DefaultLikelihoodDimensionConfig returns 20 neighbours, the default of skdim.id.MLE and the upper end of the range that
// Levina and Bickel average over.
func DefaultLikelihoodDimensionConfig() LikelihoodDimensionConfig {
	return LikelihoodDimensionConfig{Neighbours: 20}
}

// Validate returns what is wrong with the configuration, or nil.
func (c LikelihoodDimensionConfig) Validate() error {
	if c.Neighbours < 2 {
		return fmt.Errorf("analysis: Neighbours = %d: must be at least 2", c.Neighbours)
	}
	return nil
}

// LikelihoodDimensionResult is an intrinsic dimension with its uncertainty.
type LikelihoodDimensionResult struct {
	Dimension     float64 // above 0, in dimensions
	StandardError float64 // of Dimension, at least 0
	Samples       int     // different points used
	Warnings      []error // doubts, e.g. [*DuplicatesWarning]
}

// LikelihoodDimension returns the intrinsic dimension of points by maximum likelihood from the distances r_i1 <= ... <=
// r_ik to the k nearest neighbours of each, as if these were a Poisson process of uniform density around it,
//
//	1/m_i = 1/(k - 1) sum_{j<k} log(r_ik / r_ij),    1/d = mean_i 1/m_i
//
// The inverses are averaged, which maximises the likelihood of one d for all samples, instead of the m_i, whose mean is
// too high at small k. Each 1/m_i has expectation 1/d, so that k - 1 is the right divisor here; k - 2 removes the bias
// of a single m_i.
//
// StandardError is that of the mean of 1/m_i times d^2, with the correlation of samples that are neighbours: their
// neighbourhoods overlap. Treating them as independent would make it too small by a factor of 1.2 to 1.5. It covers draws
// of points, not the bias below.
//
// points is S x N, one sample a row, at least k + 1 different ones; rotating, shifting and scaling do not change d. It
// is too low where k neighbours reach far, more so than [TwoNN]: for S = 600 points uniform in a cube, k = 20 gives about
// 1.91 at 2, 4.4 at 5, 7.8 at 10 and 13.5 at 20 dimensions (skdim.id.MLE of scikit-dimension 0.5.0, mean of 40 draws).
//
// Errors: those of config, [*TooFewSamplesError] below k + 1 samples, [*NotFiniteError], [ErrZeroVariance],
// [*TooFewDistinctError], [ErrEqualDistances], [*NoiseError] where neighbours are no farther than rounding.
//
// Source: Levina, Bickel 2004, Maximum likelihood estimation of intrinsic dimension, NIPS 17, equation 8; MacKay,
// Ghahramani 2005, Comments on it: the average of the inverses.
//
// Differs: skdim.id.MLE lowers k to the number of samples; here too few samples are an error. Duplicates count as one
// point, where skdim.id.MLE divides by their distance 0.
func LikelihoodDimension(ctx context.Context, points *mat.Dense, config LikelihoodDimensionConfig) (*LikelihoodDimensionResult, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	k := config.Neighbours
	found, err := nearestNeighbours(ctx, fmt.Sprintf("likelihood dimension with %d neighbours", k), points, k)
	if err == nil {
		err = found.checkNoise()
	}
	if err != nil {
		return nil, err
	}
	return likelihoodOf([]*neighbourhoods{found})
}

// likelihoodOf returns the dimension from the neighbours in one set of points or several.
func likelihoodOf(parts []*neighbourhoods) (*LikelihoodDimensionResult, error) {
	var inverses []float64
	result := &LikelihoodDimensionResult{}
	duplicates := 0
	for _, found := range parts {
		for i := range found.distances.Rows {
			inverses = append(inverses, meanLogRatio(rowOf(found.distances, i)))
		}
		duplicates += found.duplicates
	}
	mean, deviation := stat.MeanStdDev(inverses, nil)
	if mean <= 0 {
		return nil, ErrEqualDistances
	}
	alone, together, rest := 0.0, 0.0, inverses
	for _, found := range parts {
		own, shared := found.products(rest[:found.distances.Rows], mean)
		alone, together, rest = alone+own, together+shared, rest[found.distances.Rows:]
	}
	result.Dimension, result.Samples = 1/mean, len(inverses)
	result.StandardError = dependenceOf(alone, together) * deviation / (mean * mean * math.Sqrt(float64(len(inverses))))
	if duplicates > 0 {
		result.Warnings = append(result.Warnings, &DuplicatesWarning{Duplicates: duplicates, Samples: duplicates + len(inverses)})
	}
	return result, nil
}

// LeftOutClustersWarning travels with a dimension within clusters that left some out: they have too few different samples.
type LeftOutClustersWarning struct {
	Clusters, OfClusters int // how many, of how many
	Least                int // different samples that a cluster needs
}

// Error returns the numbers and the fix on one line.
func (w *LeftOutClustersWarning) Error() string {
	return fmt.Sprintf("analysis: the dimension leaves out %d of %d clusters that have fewer than %d different samples; record more of them or take fewer neighbours",
		w.Clusters, w.OfClusters, w.Least)
}

// LikelihoodDimensionWithin is [LikelihoodDimension] with the k nearest neighbours of each sample among those of its own
// cluster: the one dimension of all clusters. If k is not far below the number of samples of a cluster, it reaches neighbours
// in other clusters, whose distances say how the clusters lie and bring the dimension to near 0 where clusters are tight.
//
// points is S x N; clusters has S values, all equal where there are none. Clusters of fewer than k + 1 different samples
// are left out with a [*LeftOutClustersWarning].
//
// Errors: as LikelihoodDimension; [*ShapeError]; where no cluster is left, that of the first.
func LikelihoodDimensionWithin(ctx context.Context, points *mat.Dense, clusters []int, config LikelihoodDimensionConfig) (*LikelihoodDimensionResult, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	measure := fmt.Sprintf("likelihood dimension with %d neighbours within a cluster", config.Neighbours)
	parts, left, err := neighboursWithin(ctx, measure, points, clusters, config.Neighbours)
	if err != nil {
		return nil, err
	}
	result, err := likelihoodOf(parts)
	if err == nil && left > 0 {
		result.Warnings = append(result.Warnings, &LeftOutClustersWarning{Clusters: left, OfClusters: len(parts) + left, Least: config.Neighbours + 1})
	}
	return result, err
}

// meanLogRatio returns the mean of log(r_k / r_j) over j < k. The ratios are multiplied first, since a logarithm
// costs as much as many products.
func meanLogRatio(distances []float64) float64 {
	last := len(distances) - 1
	farthest := distances[last]
	sum, product := 0.0, 1.0
	for _, length := range distances[:last] {
		ratio := farthest / length
		if ratio > 1e100 {
			sum += math.Log(ratio)
			continue
		}
		product *= ratio
		if product > 1e100 {
			sum += math.Log(product)
			product = 1
		}
	}
	return (sum + math.Log(product)) / float64(last)
}

// LikelihoodDimensionCurve is the likelihood dimension through time, each slice of length T.
type LikelihoodDimensionCurve struct {
	Values         []float64 // in dimensions; 0 where the samples are the same point or too few different ones
	StandardErrors []float64 // of each value; 0 where the value is
	// Warnings are doubts inside an [*AtStep]: [*DuplicatesWarning], [*LeftOutClustersWarning], [ErrZeroVariance],
	// [*TooFewDistinctError].
	Warnings []error
}

// LikelihoodDimensionThroughTime returns [LikelihoodDimensionWithin] of the hidden states at every t, with the trajectory's
// clusters.
//
// Where the network has collapsed, the samples are one point or at most k, whose neighbourhoods have no dimension: the
// value is 0 and a warning says so. Other errors are those of LikelihoodDimensionWithin inside an [*AtStep], and those of the
// trajectory's own Validate.
//
// Differs: [EffectiveDimensionalityThroughTime] stops at a collapsed step.
func LikelihoodDimensionThroughTime(ctx context.Context, trajectory *data.Trajectory, config LikelihoodDimensionConfig) (*LikelihoodDimensionCurve, error) {
	if err := errors.Join(config.Validate(), trajectory.Validate()); err != nil {
		return nil, err
	}
	steps := len(trajectory.H)
	curve := &LikelihoodDimensionCurve{Values: make([]float64, steps), StandardErrors: make([]float64, steps)}
	for t, states := range trajectory.H {
		result, err := LikelihoodDimensionWithin(ctx, states, trajectory.Clusters, config)
		if collapsed(err) {
			curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: err})
			continue
		}
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		curve.Values[t], curve.StandardErrors[t] = result.Dimension, result.StandardError
		for _, warning := range result.Warnings {
			curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: warning})
		}
	}
	return curve, nil
}
