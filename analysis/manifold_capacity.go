package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// AutomaticComponents lets [ManifoldGeometry] choose the number of common components of the centres itself.
const AutomaticComponents = -1

// ManifoldConfig says how [ManifoldGeometry] measures. Start from [DefaultManifoldConfig].
type ManifoldConfig struct {
	// Draws is the number of Gaussian vectors for each manifold, at least 20. With 300, the standard error of a capacity
	// is 1 to 3 %, less for manifolds of radius below 0.1.
	Draws int
	// Margin is kappa, the least distance of a manifold from the separating plane in units of the norm of its centre
	// (and of weights with |w|^2 = N); 0 or more.
	Margin float64
	// SubtractMean makes the mean of the centres the origin. Without it, the origin stays where it is in the points.
	SubtractMean bool
	// CommonComponents is how many leading principal components of the centres' directions are projected out of
	// everything, 0 to P-1. Components that many centres share help no random dichotomy, and without their removal the
	// capacity comes out too high. AutomaticComponents takes the number up to P/2 that leaves the least mean |cosine|
	// between centres, as long as every centre keeps a thousandth of its norm; that is 0 for two or three manifolds. Through
	// time it is one number, see [ChooseCommonComponents].
	CommonComponents int
	// LeastDistinct is the number of different points below which a manifold is an error, at least 1. One or two points, such as
	// the answers to two noiseless trials, have a capacity that says nothing about the network's variability.
	LeastDistinct int
}

// leastDraws leaves the regression on the two known means enough freedom.
const leastDraws = 20

// DefaultManifoldConfig returns 300 draws, margin 0, the mean subtracted, common components removed automatically, at least 3
// different points.
func DefaultManifoldConfig() ManifoldConfig {
	return ManifoldConfig{Draws: 300, Margin: 0, SubtractMean: true, CommonComponents: AutomaticComponents, LeastDistinct: 3}
}

// Validate returns all errors of c, each with its field, value and allowed range.
func (c ManifoldConfig) Validate() error {
	var faults []error
	if c.Draws < leastDraws {
		faults = append(faults, fmt.Errorf("analysis: Draws = %d; at least %d", c.Draws, leastDraws))
	}
	if !(c.Margin >= 0) || math.IsInf(c.Margin, 1) {
		faults = append(faults, fmt.Errorf("analysis: Margin = %v; a finite number of at least 0", c.Margin))
	}
	if c.CommonComponents < AutomaticComponents {
		faults = append(faults, fmt.Errorf("analysis: CommonComponents = %d; 0 to the number of manifolds - 1, or AutomaticComponents (%d)",
			c.CommonComponents, AutomaticComponents))
	}
	if c.LeastDistinct < 1 {
		faults = append(faults, fmt.Errorf("analysis: LeastDistinct = %d; at least 1", c.LeastDistinct))
	}
	return errors.Join(faults...)
}

// Manifold is the geometry of the samples of one group. Lengths are in units of the norm of its centre.
type Manifold struct {
	Group    int // its number in groups
	Samples  int // M
	Spanned  int // D, dimensions that its samples span around their mean: at most min(M-1, N)
	Unsolved int // draws whose quadratic programme ended above the tolerance; they still count

	Capacity      float64 // alpha_M, manifolds per dimension, in (0, 2] at margin 0
	CapacityError float64 // standard error of Capacity over the draws
	Radius        float64 // R_M, of the anchor points
	Dimension     float64 // D_M, of the anchor points, at most D

	CentreNorm       float64 // distance of the centre from the origin, in units of the largest coordinate of all points
	VarianceRadius   float64 // sqrt(tr C), C the covariance of the samples with divisor M
	Participation    float64 // tr(C)^2 / tr(C^2), as [EffectiveDimensionality]; 0 for a point
	AlignedVariation float64 // standard deviation of the samples along the centre; the theory assumes that all deviations are orthogonal to it
}

// ManifoldResult is the geometry of all manifolds.
type ManifoldResult struct {
	Manifolds []Manifold // P, by ascending group

	Capacity      float64 // harmonic mean, 1 / mean(1 / alpha_M): the capacity of the mixture
	CapacityError float64 // its standard error over the draws
	Radius        float64 // mean of R_M
	Dimension     float64 // mean of D_M

	CommonComponents    int     // components that were projected out
	CentreCorrelation   float64 // mean |cosine| between centres; 0 for one manifold
	ResidualCorrelation float64 // the same once the common components are removed

	Warnings []error // doubts, e.g. [*FewManifoldsWarning], [*SparseManifoldsWarning]
}

// FewManifoldsWarning travels with a geometry of few manifolds: the theory holds for many.
type FewManifoldsWarning struct {
	Manifolds int
}

// Error returns the number and what it means on one line.
func (w *FewManifoldsWarning) Error() string {
	return fmt.Sprintf("analysis: geometry of only %d manifolds; capacity then compares manifolds, but is no count of separable ones (below %d)",
		w.Manifolds, fewManifolds)
}

// fewManifolds is the number of manifolds below which there is a warning. At this number, simulated and theoretical capacity of
// random manifolds agree within 10 %.
const fewManifolds = 20

// SparseManifoldsWarning travels with a geometry in which samples are linearly independent: every further sample then
// adds a dimension, and radius, dimension and capacity depend on how many there are.
type SparseManifoldsWarning struct {
	Manifolds int // how many are concerned
	Samples   int // of the smallest
}

// Error returns the numbers and the fix on one line.
func (w *SparseManifoldsWarning) Error() string {
	return fmt.Sprintf("analysis: %d manifolds have no more samples than dimensions (the smallest %d samples); compare only with as many samples, or record more",
		w.Manifolds, w.Samples)
}

// UnsolvedDrawsWarning travels with a geometry for which quadratic programmes ended above the tolerance.
type UnsolvedDrawsWarning struct {
	Unsolved, Draws int
}

// Error returns the numbers on one line.
func (w *UnsolvedDrawsWarning) Error() string {
	return fmt.Sprintf("analysis: %d of %d quadratic programmes stopped early; the manifolds are thinner than rounding allows, treat their capacity as a bound",
		w.Unsolved, w.Draws)
}

// ManifoldGeometry returns capacity, radius and dimension of the point cloud of each group by mean-field theory. With
// the samples of a manifold as S = (s, 1), s in R^D their deviations from the centre over the norm of the centre,
//
//	1/alpha_M = < min_V { |V - T|^2 : V.S + kappa <= 0 for all S } >_T        T ~ N(0, I_{D+1})
//	S~(T)     = (T - V) / lambda, the anchor point: (s~, 1), s~ in the convex hull of the samples
//	R_M^2     = < |s~ - <s~>|^2 >                    D_M = D < t.s~ / (|t| |s~|) >^2
//
// where lambda makes the last coordinate 1, t is T without its last coordinate, and where V = T is allowed, so that T
// costs nothing, s~ is the sample that is farthest along t. alpha_M is the largest number of such manifolds per
// dimension, with random centres, orientations and labels, that a plane through the origin can still separate.
//
// points is S x N, one sample a row; groups has S values, and each value makes a manifold. Any number of manifolds,
// samples and units are allowed: deviations are expressed in the axes of their own manifold, so that no step
// depends on whether there are more samples than units. Two manifolds, with the mean of their centres as the origin, have
// opposite centres of the same norm; nothing is removed from these, since their common component is all they have.
// A manifold whose samples are one point, or that has one sample, has R_M = D_M = 0 and alpha_M = 2 at margin 0, where
// config.LeastDistinct allows it.
//
// Axes shorter than about 1e-6 of the longest are not resolved, nor are anchors in manifolds of a radius below 1e-6.
//
// The averages are over config.Draws vectors T; that of 1/alpha_M is corrected by regression on two functions of T whose
// mean is known, the cost of the centre alone and |t|^2.
//
// random is read Draws * (D+1) times for each manifold. Time grows as Draws * M^2.
//
// Errors: [*TooFewSamplesError] below 2 samples, [*ShapeError], [*NotFiniteError], [*TooFewDistinctError],
// [*CentreAtOriginError] (also for only one manifold with SubtractMean), those of Validate.
//
// Source: Chung, Lee, Sompolinsky 2018, equations 16, 17, 28, 29, doi:10.1103/PhysRevX.8.031003; Cohen, Chung, Lee,
// Sompolinsky 2020, doi:10.1038/s41467-020-14578-5 (correlated centres).
//
// Differs: from the authors' neural_manifolds_replicaMFT in four places. The origin is the mean of the centres rather
// than of the samples, so that groups of different size count equally. Common components are principal components of the
// centres' directions rather than a minimum over Stiefel manifolds from random starts; the search starts from none, where theirs
// removes at least one and therefore fails on two manifolds (its issue 5, where the authors advise removing none). D is
// the rank of the deviations, where theirs counts M for M <= N, one too many. The mean of the cost is corrected as described above.
func ManifoldGeometry(ctx context.Context, points *mat.Dense, groups []int, config ManifoldConfig, random *rand.Rand) (*ManifoldResult, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if err := checkManifolds(points, groups); err != nil {
		return nil, err
	}
	parts, err := groupManifolds(points, groups, config)
	if err != nil {
		return nil, err
	}
	result := &ManifoldResult{
		CommonComponents: parts.removed, CentreCorrelation: parts.correlation, ResidualCorrelation: parts.uncorrelate,
	}
	sparse, unsolved := &SparseManifoldsWarning{Samples: math.MaxInt}, 0
	inverse, variance, count := 0.0, 0.0, float64(len(parts.groups))
	for p := range parts.groups {
		cloud := parts.cloud(p)
		anchors := cloud.anchors(ctx, cloud.targets(config.Draws, random), config.Margin)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		manifold := cloud.manifold
		manifold.Unsolved = anchors.unsolved
		manifold.Capacity, manifold.CapacityError = anchors.capacity(config.Margin)
		manifold.Radius, manifold.Dimension = anchors.radius(), anchors.dimension()
		result.Manifolds = append(result.Manifolds, manifold)
		result.Radius += manifold.Radius / count
		result.Dimension += manifold.Dimension / count
		inverse += 1 / manifold.Capacity / count
		// The error of 1/alpha is error / alpha^2, and these add up in squares.
		variance += math.Pow(manifold.CapacityError/(manifold.Capacity*manifold.Capacity*count), 2)
		unsolved += manifold.Unsolved
		if manifold.Spanned == manifold.Samples-1 {
			sparse.Manifolds++
			sparse.Samples = min(sparse.Samples, manifold.Samples)
		}
	}
	result.Capacity = 1 / inverse
	result.CapacityError = math.Sqrt(variance) * result.Capacity * result.Capacity
	if len(parts.groups) < fewManifolds {
		result.Warnings = append(result.Warnings, &FewManifoldsWarning{Manifolds: len(parts.groups)})
	}
	if sparse.Manifolds > 0 {
		result.Warnings = append(result.Warnings, sparse)
	}
	if unsolved > 0 {
		result.Warnings = append(result.Warnings, &UnsolvedDrawsWarning{Unsolved: unsolved, Draws: config.Draws * len(parts.groups)})
	}
	return result, nil
}

// ManifoldCurve is the geometry through time.
type ManifoldCurve struct {
	Values   []*ManifoldResult // T: Values[t] belongs to the states at t
	Warnings []error           // doubts about all times and at t = 0; those of later steps are in Values
}

// ManifoldGeometryThroughTime returns [ManifoldGeometry] of the hidden states at every t. groups is usually the
// trajectory's Labels or its Clusters. random is read from step to step. AutomaticComponents is one number for all times, by
// [ChooseCommonComponents].
//
// Errors are those of ManifoldGeometry inside an [*AtStep], and those of the trajectory's own Validate.
func ManifoldGeometryThroughTime(ctx context.Context, trajectory *data.Trajectory, groups []int, config ManifoldConfig, random *rand.Rand) (*ManifoldCurve, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	choice := &CommonChoice{}
	if config.CommonComponents == AutomaticComponents {
		var err error
		if choice, err = ChooseCommonComponents(ctx, trajectory.H, groups, config); err != nil {
			return nil, err
		}
		config.CommonComponents = choice.Components
	}
	curve := &ManifoldCurve{Values: make([]*ManifoldResult, len(trajectory.H))}
	for t, states := range trajectory.H {
		value, err := ManifoldGeometry(ctx, states, groups, config, random)
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		curve.Values[t] = value
	}
	curve.Warnings = append(choice.Warnings, curve.Values[0].Warnings...)
	return curve, nil
}

// cloud returns manifold p in its own axes.
func (m *manifolds) cloud(p int) *pointCloud {
	centre := rowOf(m.centres, p)
	norm := floats.Norm(centre, 2)
	deviations := newGeneral(len(m.members[p]), m.points.Cols)
	along := 0.0
	for i, row := range m.members[p] {
		to := rowOf(deviations, i)
		floats.SubTo(to, rowOf(m.points, row), centre)
		floats.Scale(1/norm, to)
		component := floats.Dot(to, centre) / norm
		along += component * component
	}
	cloud := newPointCloud(deviations)
	cloud.manifold.Group = m.groups[p]
	cloud.manifold.CentreNorm = norm
	cloud.manifold.AlignedVariation = math.Sqrt(along / float64(deviations.Rows))
	return cloud
}
