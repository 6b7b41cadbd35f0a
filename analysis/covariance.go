package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// centred returns points minus the mean of each column, S x N, with the means (N) and the factor of [centre].
func centred(points *mat.Dense) (deviations blas64.General, means []float64, factor float64) {
	rows, columns := points.Dims()
	deviations, means = newGeneral(rows, columns), make([]float64, columns)
	return deviations, means, centre(deviations, means, points)
}

// Sums of squares between these need no scaling: neither they nor the squares of covariances overflow, and none that
// matters for a sum is denormal.
const leastSquares, mostSquares = 0x1p-200, 0x1p200

// centre sets means (N) to the mean of each column of points and deviations (S x N) to points minus these. The
// deviations are scaled by the power of two that is returned: 1, or the one that brings the largest between 1/2 and 1 where
// squares would overflow or underflow; the factor is 0 if all deviations are 0. The means are summed relative to the first
// row: a constant column has the deviation 0, not a rounding error.
func centre(deviations blas64.General, means []float64, points *mat.Dense) (factor float64) {
	clear(means)
	first := points.RawRowView(0)
	for i := range deviations.Rows {
		to := rowOf(deviations, i)
		floats.SubTo(to, points.RawRowView(i), first)
		floats.Add(means, to)
	}
	for j := range means {
		means[j] /= float64(deviations.Rows)
	}
	squares := 0.0
	for i := range deviations.Rows {
		to := rowOf(deviations, i)
		floats.Sub(to, means)
		squares += floats.Dot(to, to)
	}
	floats.Add(means, first)
	if squares >= leastSquares && squares <= mostSquares {
		return 1
	}
	largest := floats.Norm(deviations.Data, math.Inf(1))
	if largest == 0 {
		return 0
	}
	// A power of two scales without rounding.
	_, exponent := math.Frexp(largest)
	factor = math.Ldexp(1, -exponent)
	floats.Scale(factor, deviations.Data)
	return factor
}

// smallerGram returns the lower triangle of deviations^T deviations, or of deviations deviations^T if that is smaller.
// Both have the same eigenvalues above 0, the same trace and the same sum of squares.
func smallerGram(deviations blas64.General) blas64.General {
	side := min(deviations.Rows, deviations.Cols)
	gram := newGeneral(side, side)
	smallerGramInto(gram, deviations)
	return gram
}

// smallerGramInto is smallerGram into gram, side x side; above the diagonal, gram is undefined.
func smallerGramInto(gram, deviations blas64.General) {
	switch {
	case deviations.Cols > deviations.Rows:
		selfProduct(gram, deviations)
	case stockBLAS():
		transposed := newGeneral(deviations.Cols, deviations.Rows)
		transposeInto(transposed, deviations)
		selfProduct(gram, transposed)
	default:
		columnProduct(matrix[float64](gram), matrix[float64](deviations), matrix[float64](deviations))
	}
}
