package analysis

import (
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
