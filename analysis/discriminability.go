package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// ShrinkageError says that a covariance cannot be shrunk by this share.
type ShrinkageError struct{ Shrinkage float64 }

func (e *ShrinkageError) Error() string {
	return fmt.Sprintf("analysis: shrinkage %v; must be above 0 and at most 1", e.Shrinkage)
}

// TwoClassesError says that a measure of two classes got another number of them.
type TwoClassesError struct{ Classes int }

func (e *TwoClassesError) Error() string {
	return fmt.Sprintf("analysis: discriminability of %d classes; it compares two", e.Classes)
}

// Discriminability returns d', how far two classes are apart along the best axis, in standard deviations within them,
//
//	d' = |m_1 - m_0| / sqrt((v_1 + v_0) / 2)
//
// where m and v are mean and variance of the projections on the axis of Fisher's discriminant. Its covariance within classes is
// shrunk by the given share, in (0, 1], towards a multiple of the unit matrix. Axis and d' are of different samples (the even and the odd
// ones, once each way round, and the mean of both), or many units would separate any labels. d' is negative where the axis found
// points the wrong way, +Inf where the projections do not vary.
//
// points is S x N; classes has S values of two kinds, with at least four samples each among the even and the odd rows.
//
// Errors: [*ShapeError], [*NotFiniteError], [*TooFewSamplesError], no two classes, shrinkage out of range, a covariance without variance
// ([ErrZeroVariance]).
//
// Source: Fisher 1936; Green and Swets 1966. The axis is that of scikit-learn's LinearDiscriminantAnalysis(solver='lsqr',
// shrinkage=share) for equally numerous classes.
func Discriminability(points *mat.Dense, classes []int, shrinkage float64) (float64, error) {
	if err := checkCovariance("discriminability", points); err != nil {
		return 0, err
	}
	samples, _ := points.Dims()
	if len(classes) != samples {
		return 0, &ShapeError{What: "classes", Got: len(classes), Want: samples}
	}
	if !(shrinkage > 0 && shrinkage <= 1) {
		return 0, &ShrinkageError{shrinkage}
	}
	class, kinds := numbered(classes)
	if kinds != 2 {
		return 0, &TwoClassesError{kinds}
	}
	var half [2][2][]int // even and odd, by class
	for i, c := range class {
		half[i%2][c] = append(half[i%2][c], i)
	}
	for _, side := range half {
		for _, rows := range side {
			if len(rows) < 4 {
				return 0, &TooFewSamplesError{Measure: "discriminability of a half of a class", Samples: len(rows), Least: 4}
			}
		}
	}
	sum := 0.0
	for side := range 2 {
		axis, err := fisherAxis(points, half[side], shrinkage)
		if err != nil {
			return 0, err
		}
		var mean, variance [2]float64
		for c, rows := range half[1-side] {
			mean[c], variance[c] = projected(points, rows, axis)
		}
		difference := mean[1] - mean[0]
		if difference == 0 {
			continue
		}
		sum += difference / math.Sqrt((variance[0]+variance[1])/2) / 2
	}
	return sum, nil
}

// fisherAxis returns the axis S^-1 (m_1 - m_0) of the rows of two classes, S the shrunk mean of the covariances within them.
func fisherAxis(points *mat.Dense, rows [2][]int, shrinkage float64) ([]float64, error) {
	_, units := points.Dims()
	within, means := mat.NewSymDense(units, nil), [2][]float64{}
	for c, of := range rows {
		chosen := mat.NewDense(len(of), units, nil)
		means[c] = make([]float64, units)
		for i, row := range of {
			chosen.SetRow(i, points.RawRowView(row))
			floats.AddScaled(means[c], 1/float64(len(of)), points.RawRowView(row))
		}
		for i := range of {
			floats.Sub(chosen.RawRowView(i), means[c])
		}
		var outer mat.SymDense
		outer.SymOuterK(1/float64(2*len(of)), chosen.T())
		within.AddSym(within, &outer)
	}
	trace := mat.Trace(within)
	if trace == 0 {
		return nil, ErrZeroVariance
	}
	within.ScaleSym(1-shrinkage, within)
	for i := range units {
		within.SetSym(i, i, within.At(i, i)+shrinkage*trace/float64(units))
	}
	var factor mat.Cholesky
	if !factor.Factorize(within) {
		return nil, ErrZeroVariance
	}
	difference, axis := mat.NewVecDense(units, means[1]), mat.NewVecDense(units, nil)
	floats.Sub(difference.RawVector().Data, means[0])
	if err := factor.SolveVecTo(axis, difference); err != nil {
		return nil, fmt.Errorf("analysis: discriminability: %w", err)
	}
	return axis.RawVector().Data, nil
}

// projected returns mean and variance, with divisor S, of the projections of some rows.
func projected(points *mat.Dense, rows []int, axis []float64) (mean, variance float64) {
	scores := make([]float64, len(rows))
	for i, row := range rows {
		scores[i] = floats.Dot(points.RawRowView(row), axis)
	}
	return stat.PopMeanVariance(scores, nil)
}
