// Package analysis measures hidden states: how many dimensions they fill, what a linear readout finds in them, and how
// these measures spread over realisations.
//
// # Shapes
//
//	S samples    one a row
//	N units      one a column
//	T steps      matrices of S x N, see [data.Trajectory]
//	K clusters   groups of samples around one centre; every cluster has one class
//
// Class numbers and cluster ids are ints, one for each sample.
//
// # Stance
//
// Every measure is a pure function: it reads its arguments, changes none of them and returns new values. Nothing is
// printed. Data on which a measure has no meaning (no variance, one class, NaN) are errors; statistical doubt (more
// units than samples, a fit that stopped early, two realisations) is a warning that travels with the result in a field
// Warnings, for the caller to show beside the number.
//
// Every result is float64; only what steers the search of a regression is float32. Matrix products go through
// [gonum.org/v1/gonum/blas/blas64] and blas32, so that a faster implementation registered with blas64.Use and blas32.Use
// speeds up every measure. Randomness comes only from the *rand.Rand that a function takes. Functions that can take long
// take a context: once it is done, they stop within a step or an iteration and return its error.
//
// # Measures, one per file
//
//   - [EffectiveDimensionality], [EffectiveDimensionalityThroughTime]: the participation ratio of the variances.
//   - [PrincipalComponents], [Snapshots]: projections on the directions of largest variance, signs aligned through time.
//   - [FitLogistic]: logistic regression of classes, as scikit-learn defines it.
//   - [HeldOutSplits], [HeldOutAccuracy]: how well a readout learned on some clusters serves clusters it never saw;
//     [HeldOutFolds], [HeldOutSampleAccuracy]: likewise with samples, where there are no clusters.
//   - [FitGamma], [DimensionalityBand], [AccuracyBand]: median and central interval over realisations.
//   - [Accuracy], [AccuracyOfLogits]: the fraction of correct answers.
//   - [ClassDistances]: distances between and within classes and clusters.
//   - [TwoNN], [LikelihoodDimension], [DimensionOverScales]: the intrinsic dimension, from nearest neighbours.
//   - [VarianceAlong], [AcrossDirections]: what lies in the span of some directions, such as a readout, and across it.
//   - [RandomLinearExpansion], [RandomTanhExpansion]: baselines for a network's states.
//   - [ManifoldGeometry]: capacity, radius and dimension of classes or clusters by mean-field theory.
//   - [LyapunovSpectrum], [LocalLyapunov]: how fast disturbances grow, in the long run and along trajectories.
//   - [FixedPoints], [StabilityOf], [Attractors]: where a network without input rests, and where its states end.
//   - [TwoMeans], [AdjustedRand], [Discriminability]: groups found without labels, and how far apart two classes are.
//   - [Bootstrap], [ShareInterval], [RankCorrelation]: the uncertainty of an estimate over realisations, and trends.
package analysis
