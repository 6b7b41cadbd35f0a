package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"github.com/unfurl-rnn/unfurl/data"
)

// TwoNNMethod says how TwoNN estimates the dimension from the ratios of distances.
type TwoNNMethod string

const (
	// TwoNNLikelihood is the maximum-likelihood estimator without bias, of Denti et al. 2022.
	TwoNNLikelihood TwoNNMethod = "likelihood"
	// TwoNNRegression is the line through the origin, of Facco et al. 2017.
	TwoNNRegression TwoNNMethod = "regression"
)

// TwoNNConfig says how [TwoNN] estimates. The zero value is not a default: start from [DefaultTwoNNConfig].
type TwoNNConfig struct {
	Method  TwoNNMethod
	Discard float64 // fraction of the largest ratios to leave out, in [0, 1); above 0 for the regression
	Level   float64 // probability of the interval, in (0, 1)
}

// DefaultTwoNNConfig returns the likelihood of all ratios and an interval of 0.95. The likelihood is the default because
// it has no bias when the ratios follow their law, uses each of them at its proper weight and has an interval; the
// regression fits a cumulative distribution, whose points depend on one another, as if they were independent, and its
// spread is larger by a tenth.
func DefaultTwoNNConfig() TwoNNConfig {
	return TwoNNConfig{Method: TwoNNLikelihood, Discard: 0, Level: 0.95}
}

// PublishedTwoNNConfig returns the regression of Facco et al. 2017 without the largest tenth of the ratios, as in
// skdim.id.TwoNN(discard_fraction=0.1), and an interval of 0.95.
func PublishedTwoNNConfig() TwoNNConfig {
	return TwoNNConfig{Method: TwoNNRegression, Discard: 0.1, Level: 0.95}
}

// Validate returns all errors of the configuration, joined, or nil.
func (c TwoNNConfig) Validate() error {
	var faults []error
	if c.Method != TwoNNLikelihood && c.Method != TwoNNRegression {
		faults = append(faults, fmt.Errorf("analysis: Method = %q: must be %q or %q", c.Method, TwoNNLikelihood, TwoNNRegression))
	}
	if !(c.Discard >= 0 && c.Discard < 1) {
		faults = append(faults, fmt.Errorf("analysis: Discard = %v: must be at least 0 and below 1", c.Discard))
	}
	if c.Method == TwoNNRegression && c.Discard == 0 {
		faults = append(faults, errors.New("analysis: Discard = 0: must be above 0 for the regression, where the largest ratio has an infinite ordinate"))
	}
	if !(c.Level > 0 && c.Level < 1) {
		faults = append(faults, fmt.Errorf("analysis: Level = %v: must be above 0 and below 1", c.Level))
	}
	return errors.Join(faults...)
}

// TwoNNResult is an intrinsic dimension with its uncertainty and a test of what it assumes.
type TwoNNResult struct {
	Dimension float64 // above 0, in dimensions
	Lo, Hi    float64 // interval of Level around it, in dimensions
	// Dependence, at least 1, is by how much the interval was widened, on the logarithm, because samples share
	// neighbours; the published interval is Dimension (Lo/Dimension)^(1/Dependence), and so for Hi.
	Dependence float64
	Ratios     int // ratios used
	Discarded  int // largest ratios left out

	// Distance is the largest difference, in [0, 1], between the distribution of all ratios and Pareto(1, d), d being
	// the likelihood estimate from all of them whatever the Method: a test of the law, not of one estimator.
	Distance float64
	// PValue is the probability of a larger Distance if the law holds, in [0, 1], corrected for d being fitted.
	PValue float64

	Warnings []error // doubts, e.g. [*DuplicatesWarning]
}

// TwoNN returns the intrinsic dimension d of points from the ratio mu = r2 / r1 of the distances to the second and the
// first neighbour. Where the density is uniform up to the second neighbour, mu follows Pareto(1, d), whatever the density,
//
//	P(mu > x) = x^-d    so that log mu is exponential with rate d
//
// The likelihood estimate from the n smallest of S ratios, and the regression over the same ones, are
//
//	d = (n - 1) / (sum_{i<=n} log mu_(i) + (S - n) log mu_(n))
//	d = sum_i x_i y_i / sum_i x_i^2,  x_i = log mu_(i),  y_i = -log(1 - i/S)
//
// Ratios that are discarded count as at least mu_(n), which keeps the first estimate unbiased. For independent ratios its
// interval is exact: d times the denominator is Gamma(n). That of the regression holds to first order in the spacings of
// exponential order statistics (Renyi 1953). But ratios are not independent: two samples that are nearest to each other
// share a distance, and the spread over draws of points is 1.1 to 1.4 times what these intervals say. Both are widened by
// the correlation of neighbours that the ratios show. PValue is not corrected for it: of 100 draws of 600 points uniform in
// cubes and on spheres of 1 to 20 dimensions, 5 to 11 % had one below 0.05 (NumPy 2.4, neighbours by scikit-learn 1.9).
//
// points is S x N, one sample a row, at least 3 different ones; rotating, shifting and scaling do not change d. Both
// estimators are too low where neighbours are far from each other: for S = 600 points uniform in a cube they return about
// 1.97 at 2, 4.6 at 5, 8.5 at 10 and 14.8 at 20 dimensions (skdim.id.TwoNN of scikit-dimension 0.5.0, mean of 40 draws);
// noise of the size of the distance to neighbours raises them.
//
// Errors: those of config, [*TooFewSamplesError] below 3 samples, [*NotFiniteError], [ErrZeroVariance],
// [*TooFewDistinctError], [ErrEqualDistances], [*NoiseError] where neighbours are no farther than rounding.
//
// Source: Facco, d'Errico, Rodriguez, Laio 2017, doi:10.1038/s41598-017-11873-y (law and regression); Denti, Doimo,
// Laio, Mira 2022, doi:10.1038/s41598-022-20991-1 (likelihood, interval); Stephens 1974, doi:10.1080/01621459.1974.10480196
// (distance with fitted rate).
//
// Differs: the published interval treats the ratios as independent. skdim.id.TwoNN drops every sample that has a
// duplicate; here one of each remains.
func TwoNN(ctx context.Context, points *mat.Dense, config TwoNNConfig) (*TwoNNResult, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	found, err := nearestNeighbours(ctx, "TwoNN dimension", points, 2)
	if err == nil {
		err = found.checkNoise()
	}
	if err != nil {
		return nil, err
	}
	total := found.distances.Rows
	logs := make([]float64, total)
	for i := range logs {
		pair := rowOf(found.distances, i)
		logs[i] = math.Log(pair[1] / pair[0])
	}
	dependence := found.dependence(logs)
	slices.Sort(logs)
	kept := int(float64(total) * (1 - config.Discard))
	if config.Method == TwoNNRegression {
		kept = min(kept, total-1) // also where Discard rounds to none
	}
	if kept < 2 {
		return nil, fmt.Errorf("analysis: Discard = %v leaves %d of %d ratios; discard fewer or record more samples", config.Discard, kept, total)
	}
	if logs[kept-1] <= 0 {
		return nil, ErrEqualDistances
	}
	result := &TwoNNResult{Ratios: kept, Discarded: total - kept, Dependence: dependence, Warnings: found.warnings()}
	if config.Method == TwoNNLikelihood {
		result.likelihood(logs, config.Level)
	} else {
		result.regression(logs, config.Level)
	}
	result.Lo = result.Dimension * math.Pow(result.Lo/result.Dimension, dependence)
	result.Hi = result.Dimension * math.Pow(result.Hi/result.Dimension, dependence)
	result.Distance = exponentialDistance(logs)
	result.PValue = exponentialPValue(result.Distance, total)
	return result, nil
}

// likelihood sets the dimension and its interval from sorted logarithms of ratios, taken as independent.
func (r *TwoNNResult) likelihood(logs []float64, level float64) {
	n := float64(r.Ratios)
	sum := floats.Sum(logs[:r.Ratios]) + float64(r.Discarded)*logs[r.Ratios-1]
	r.Dimension = (n - 1) / sum
	outside := (1 - level) / 2
	r.Lo = mathext.GammaIncRegInv(n, outside) / sum
	r.Hi = mathext.GammaIncRegCompInv(n, outside) / sum
}

// regression sets the dimension and its interval from sorted logarithms of ratios, taken as independent.
func (r *TwoNNResult) regression(logs []float64, level float64) {
	total := float64(len(logs))
	ordinates := make([]float64, r.Ratios)
	for i := range ordinates {
		ordinates[i] = -math.Log(1 - float64(i+1)/total)
	}
	x := logs[:r.Ratios]
	r.Dimension = floats.Dot(x, ordinates) / floats.Dot(x, x)

	// At d = 1 the i-th smallest is E_i = sum_{m<=i} Z_m / (S - m + 1) with independent exponential Z. The estimate
	// A / B = E.y / E.E has the derivative y_i / B - 2 A E_i / B^2 there, taken at the mean of E.
	expected := make([]float64, r.Ratios)
	sum := 0.0
	for i := range expected {
		sum += 1 / (total - float64(i))
		expected[i] = sum
	}
	a, b := floats.Dot(expected, ordinates), floats.Dot(expected, expected)
	variance, weight := 0.0, 0.0
	for i := r.Ratios - 1; i >= 0; i-- {
		weight += ordinates[i]/b - 2*a*expected[i]/(b*b)
		effect := weight / (total - float64(i))
		variance += effect * effect
	}
	// On the logarithm, where the spread does not depend on d.
	width := math.Exp(mathext.NormalQuantile((1+level)/2) * math.Sqrt(variance) * b / a)
	r.Lo, r.Hi = r.Dimension/width, r.Dimension*width
}

// exponentialDistance returns the Kolmogorov-Smirnov distance of sorted values from the exponential of their mean.
func exponentialDistance(sorted []float64) float64 {
	n := float64(len(sorted))
	mean := floats.Sum(sorted) / n
	distance := 0.0
	for i, value := range sorted {
		below := -math.Expm1(-value / mean)
		distance = max(distance, float64(i+1)/n-below, below-float64(i)/n)
	}
	return distance
}

// exponentialNull is the law of Stephens' (D - 0.2/n)(sqrt n + 0.26 + 0.5/sqrt n), D the distance of n exponential
// values with fitted mean: the quantiles that 100 000 samples of n = 600 by numpy.random.default_rng(0).exponential of
// NumPy 2.4 exceed with the probability given next to them. Those of n = 100 differ by at most 0.013, of n = 20 by
// 0.04 (p of 0.46 for 0.5) and from p = 0.2 down by 0.02, and Stephens' own are 0.990 at 0.1, 1.094 at 0.05 and 1.298 at 0.01.
var exponentialNull = []struct{ statistic, p float64 }{
	{0.25, 1}, {0.3959, 0.99}, {0.4602, 0.95}, {0.5016, 0.9}, {0.5836, 0.75}, {0.6985, 0.5}, {0.8052, 0.3}, {0.8786, 0.2},
	{0.9269, 0.15}, {0.9901, 0.1}, {1.0915, 0.05}, {1.1844, 0.025}, {1.2956, 0.01}, {1.3691, 0.005}, {1.5409, 0.001}, {1.7369, 0.0001},
}

// exponentialPValue returns the probability of a distance above this one between n exponential values and the
// exponential of their mean, by interpolating the logarithm of [exponentialNull]; 0 stands for all below 1e-4.
func exponentialPValue(distance float64, n int) float64 {
	root := math.Sqrt(float64(n))
	statistic := (distance - 0.2/float64(n)) * (root + 0.26 + 0.5/root)
	if statistic <= exponentialNull[0].statistic {
		return 1
	}
	for i, right := range exponentialNull[1:] {
		if left := exponentialNull[i]; statistic <= right.statistic {
			share := (statistic - left.statistic) / (right.statistic - left.statistic)
			return left.p * math.Pow(right.p/left.p, share)
		}
	}
	return 0
}

// TwoNNCurve is the TwoNN dimension through time, each slice of length T.
type TwoNNCurve struct {
	Values    []float64 // in dimensions; 0 where the samples are the same point or too few different ones
	Lo, Hi    []float64 // interval of Level around each value; 0 where the value is
	Distances []float64 // of the ratios from their law, see [TwoNNResult]; 0 where the value is
	PValues   []float64 // of Distances; 1 where the value is 0
	Warnings  []error   // doubts inside an [*AtStep]: [*DuplicatesWarning], [ErrZeroVariance], [*TooFewDistinctError]
}

// TwoNNThroughTime returns [TwoNN] of the hidden states at every t.
//
// Where the network has collapsed, the samples are one point or fewer than 3, which have dimension 0: the value is 0 and
// a warning says so. Other errors are those of TwoNN inside an [*AtStep], and those of the trajectory's own Validate.
//
// Differs: [EffectiveDimensionalityThroughTime] stops at a collapsed step.
func TwoNNThroughTime(ctx context.Context, trajectory *data.Trajectory, config TwoNNConfig) (*TwoNNCurve, error) {
	if err := errors.Join(config.Validate(), trajectory.Validate()); err != nil {
		return nil, err
	}
	steps := len(trajectory.H)
	curve := &TwoNNCurve{Values: make([]float64, steps), Lo: make([]float64, steps), Hi: make([]float64, steps),
		Distances: make([]float64, steps), PValues: make([]float64, steps)}
	for t, states := range trajectory.H {
		result, err := TwoNN(ctx, states, config)
		if collapsed(err) {
			curve.PValues[t] = 1
			curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: err})
			continue
		}
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		curve.Values[t], curve.Lo[t], curve.Hi[t] = result.Dimension, result.Lo, result.Hi
		curve.Distances[t], curve.PValues[t] = result.Distance, result.PValue
		for _, warning := range result.Warnings {
			curve.Warnings = append(curve.Warnings, &AtStep{Step: t, Err: warning})
		}
	}
	return curve, nil
}

// collapsed reports whether err says that the samples are too few different points to have a dimension.
func collapsed(err error) bool {
	var few *TooFewDistinctError
	return errors.Is(err, ErrZeroVariance) || errors.As(err, &few)
}
