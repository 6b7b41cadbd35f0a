package analysis

import (
	"errors"

	"gonum.org/v1/gonum/mat"
)

// VarianceAlong returns how much of the variance of points lies in the span of some directions, such as the weights of a readout,
// and how much lies across it,
//
//	along = tr(P C P),  across = tr(C) - along
//
// where C is the covariance of the columns and P projects onto the span. The two add up to the total variance; rotating points and
// directions together, and scaling or mixing the directions, does not change them.
//
// points is S x N, one sample a row, at least 2 rows; directions is D x N, one a row, of any rank. Both values are 0 or more, in the
// squared unit of the points.
//
// Errors: [*TooFewSamplesError] below 2 samples, [*NotFiniteError], [*ShapeError] for directions of another length.
func VarianceAlong(points, directions *mat.Dense) (along, across float64, err error) {
	if err := checkCovariance("variance along directions", points); err != nil {
		return 0, 0, err
	}
	samples, units := points.Dims()
	if _, length := directions.Dims(); length != units {
		return 0, 0, &ShapeError{What: "entries of a direction", Got: length, Want: units}
	}
	if err := checkFinite(directions); err != nil {
		return 0, 0, err
	}
	deviations, _, factor := centred(points)
	if factor == 0 {
		return 0, 0, nil
	}
	scale := 1 / (factor * factor * float64(samples-1))
	total := 0.0
	for _, value := range deviations.Data {
		total += value * value
	}
	basis := spanOf(directions)
	if basis == nil {
		return 0, total * scale, nil
	}
	var within mat.Dense
	within.Mul(mat.NewDense(samples, units, deviations.Data), basis)
	for _, value := range within.RawMatrix().Data {
		along += value * value
	}
	return along * scale, max(0, total-along) * scale, nil
}

// AcrossDirections returns points without what lies in the span of some directions: x - P x, S x N.
//
// points is S x N, directions is D x N, one a row, of any rank.
//
// Errors: [*TooFewSamplesError] without a sample, [*NotFiniteError], [*ShapeError] for directions of another length.
func AcrossDirections(points, directions *mat.Dense) (*mat.Dense, error) {
	if points == nil || points.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: "points across directions", Samples: 0, Least: 1}
	}
	_, units := points.Dims()
	if _, length := directions.Dims(); length != units {
		return nil, &ShapeError{What: "entries of a direction", Got: length, Want: units}
	}
	if err := errors.Join(checkFinite(points), checkFinite(directions)); err != nil {
		return nil, err
	}
	across := mat.DenseCopyOf(points)
	if basis := spanOf(directions); basis != nil {
		var within, along mat.Dense
		within.Mul(points, basis)
		along.Mul(&within, basis.T())
		across.Sub(across, &along)
	}
	return across, nil
}

// spanOf returns an orthonormal basis of the span of rows, N x rank, nil where all are 0.
func spanOf(rows *mat.Dense) *mat.Dense {
	var factors mat.SVD
	if !factors.Factorize(rows, mat.SVDThin) {
		return nil
	}
	values := factors.Values(nil)
	count, units := rows.Dims()
	rank := 0
	for _, value := range values {
		if value > values[0]*float64(max(count, units))*0x1p-52 {
			rank++
		}
	}
	if rank == 0 {
		return nil
	}
	var basis mat.Dense
	factors.VTo(&basis)
	return mat.DenseCopyOf(basis.Slice(0, units, 0, rank))
}
