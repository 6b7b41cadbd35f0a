package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// centred returns points minus the mean of each column, S x N, with the means (N). The deviations are scaled by the
// factor that is returned, so that their largest is between 1/2 and 1 and no square overflows; the factor is 0 if all
// deviations are 0. The means are summed relative to the first row: a constant column has the deviation 0, not a
// rounding error.
func centred(points *mat.Dense) (deviations blas64.General, means []float64, factor float64) {
	rows, columns := points.Dims()
	first := points.RawRowView(0)
	means = make([]float64, columns)
	for i := 1; i < rows; i++ {
		for j, x := range points.RawRowView(i) {
			means[j] += x - first[j]
		}
	}
	for j := range means {
		means[j] /= float64(rows)
	}
	deviations = newGeneral(rows, columns)
	largest := 0.0
	for i := range rows {
		to := rowOf(deviations, i)
		for j, x := range points.RawRowView(i) {
			deviation := (x - first[j]) - means[j]
			to[j] = deviation
			if size := math.Abs(deviation); size > largest {
				largest = size
			}
		}
	}
	for j := range means {
		means[j] += first[j]
	}
	if largest == 0 {
		return deviations, means, 0
	}
	// A power of two scales without rounding.
	_, exponent := math.Frexp(largest)
	factor = math.Ldexp(1, -exponent)
	if factor != 1 {
		for i := range deviations.Data {
			deviations.Data[i] *= factor
		}
	}
	return deviations, means, factor
}

// smallerGram returns the lower triangle of deviations^T deviations, or of deviations deviations^T if that is smaller.
// Both have the same eigenvalues above 0, the same trace and the same sum of squares.
func smallerGram(deviations blas64.General) blas64.General {
	if deviations.Cols <= deviations.Rows {
		if !stockBLAS() {
			return columnProduct(deviations)
		}
		transposed := newGeneral(deviations.Cols, deviations.Rows)
		transposeInto(transposed, deviations)
		deviations = transposed
	}
	gram := newGeneral(deviations.Rows, deviations.Rows)
	selfProduct(gram, deviations)
	return gram
}

// columnProduct returns the lower triangle of deviations^T deviations by panels, each up to its part of the diagonal,
// without the detour over a transposed copy.
func columnProduct(deviations blas64.General) blas64.General {
	gram := newGeneral(deviations.Cols, deviations.Cols)
	for i := 0; i < deviations.Cols; i += productPanel {
		height := min(productPanel, deviations.Cols-i)
		left, right := tile(deviations, 0, i, deviations.Rows, height), tile(deviations, 0, 0, deviations.Rows, i+height)
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, left, right, 0, tile(gram, i, 0, height, i+height))
	}
	return gram
}
