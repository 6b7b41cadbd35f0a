package analysis

import (
	"context"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// EffectiveDimensionality returns the participation ratio of the variances of points along their principal components,
//
//	ED = (sum_i lambda_i)^2 / sum_i lambda_i^2 = tr(C)^2 / tr(C^2)
//
// where C is the covariance of the columns and lambda_i are its eigenvalues; the second form needs no eigenvalues. It is
// 1 if the points lie on a line and n if they fill n directions with equal variance; rotating, shifting and scaling the
// points does not change it.
//
// points is S x N, one sample a row; at least 2 rows. ED is in [1, min(N, S-1)], in dimensions. With S <= N samples it
// is biased downwards, see [FewSamplesWarning].
//
// Errors: [*TooFewSamplesError] below 2 samples, [*NotFiniteError], [ErrZeroVariance].
//
// Source: Farrell et al. 2019, equation for ED; Rajan, Abbott, Sompolinsky 2010; Litwin-Kumar et al. 2017,
// doi:10.1016/j.neuron.2017.01.030.
func EffectiveDimensionality(points *mat.Dense) (float64, error) {
	return new(participation).ratio(points)
}

// participation computes effective dimensionalities one after another in the same memory.
type participation struct {
	deviations blas64.General // S x N
	means      []float64      // N
	gram       blas64.General // of the smaller side
}

// ratio returns [EffectiveDimensionality] of points.
func (p *participation) ratio(points *mat.Dense) (float64, error) {
	if err := checkCovariance("effective dimensionality", points); err != nil {
		return 0, err
	}
	if rows, columns := points.Dims(); p.deviations.Rows != rows || p.deviations.Cols != columns {
		side := min(rows, columns)
		p.deviations, p.means, p.gram = newGeneral(rows, columns), make([]float64, columns), newGeneral(side, side)
	}
	if factor := centre(p.deviations, p.means, points); factor == 0 {
		return 0, ErrZeroVariance
	}
	smallerGramInto(p.gram, p.deviations)
	gram := p.gram
	trace, squares := 0.0, 0.0
	for i := range gram.Rows {
		diagonal := gram.Data[i*gram.Stride+i]
		trace += diagonal
		squares += diagonal * diagonal
		left := rowOf(gram, i)[:i]
		squares += 2 * floats.Dot(left, left)
	}
	return trace * trace / squares, nil
}

// DimensionalityCurve is the effective dimensionality through time.
type DimensionalityCurve struct {
	Values   []float64 // T, in dimensions: Values[t] belongs to the states at t
	Warnings []error   // doubts, e.g. [*FewSamplesWarning]
}

// EffectiveDimensionalityThroughTime returns [EffectiveDimensionality] of the hidden states at every t.
//
// States that differ by rounding only are a [*NoiseError], which is [ErrZeroVariance] to errors.Is.
//
// It has a [*FewSamplesWarning] if there are not more samples than units. Errors are those of EffectiveDimensionality
// inside an [*AtStep], and those of the trajectory's own Validate.
func EffectiveDimensionalityThroughTime(ctx context.Context, trajectory *data.Trajectory) (*DimensionalityCurve, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	curve := &DimensionalityCurve{Values: make([]float64, len(trajectory.H))}
	var scratch participation
	for t, states := range trajectory.H {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		value, err := scratch.ratio(states)
		if err == nil {
			err = CheckNoise(states)
		}
		if err != nil {
			return nil, &AtStep{Step: t, Err: err}
		}
		curve.Values[t] = value
	}
	curve.Warnings = covarianceWarnings(trajectory.H[0])
	return curve, nil
}

// checkCovariance returns an error if points have no covariance: fewer than 2 rows, no columns, NaN or Inf.
func checkCovariance(measure string, points *mat.Dense) error {
	if points == nil || points.IsEmpty() {
		return &TooFewSamplesError{Measure: measure, Samples: 0, Least: 2}
	}
	if rows, _ := points.Dims(); rows < 2 {
		return &TooFewSamplesError{Measure: measure, Samples: rows, Least: 2}
	}
	return checkFinite(points)
}

// covarianceWarnings returns the doubts about a covariance of points.
func covarianceWarnings(points *mat.Dense) []error {
	if samples, units := points.Dims(); samples <= units {
		return []error{&FewSamplesWarning{Samples: samples, Units: units}}
	}
	return nil
}
