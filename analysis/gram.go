package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// gramBlock is the side of the tiles in which the upper triangle of a symmetric product is computed. General products
// on tiles are used instead of Syrk because fast implementations usually replace only the general product.
const gramBlock = 104

// centred returns points minus the mean of each column, S x N, with the means (N). The deviations are scaled by the
// factor that is returned, so that their largest is 1 and no square overflows; the factor is 0 if all deviations are 0.
// The means are summed relative to the first row: a constant column has the deviation 0, not a rounding error.
func centred(points *mat.Dense) (deviations blas64.General, means []float64, factor float64) {
	rows, columns := points.Dims()
	first := points.RawRowView(0)
	means = make([]float64, columns)
	for i := 1; i < rows; i++ {
		for j, x := range points.RawRowView(i) {
			means[j] += (x - first[j]) / float64(rows)
		}
	}
	deviations = blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: make([]float64, rows*columns)}
	largest := 0.0
	for i := range rows {
		to := deviations.Data[i*columns:][:columns]
		for j, x := range points.RawRowView(i) {
			deviation := (x - first[j]) - means[j]
			to[j] = deviation
			largest = math.Max(largest, math.Abs(deviation))
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

// gramInto sets the upper triangle of gram to a^T a, columns x columns; below the diagonal, gram holds nothing of use.
func gramInto(gram, a blas64.General) {
	for i := 0; i < a.Cols; i += gramBlock {
		width := min(gramBlock, a.Cols-i)
		left := columnsOf(a, i, width)
		for j := i; j < a.Cols; j += gramBlock {
			height := min(gramBlock, a.Cols-j)
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, left, columnsOf(a, j, height), 0, tile(gram, i, j, width, height))
		}
	}
}

// outerGramInto sets the upper triangle of gram to a a^T, rows x rows.
func outerGramInto(gram, a blas64.General) {
	for i := 0; i < a.Rows; i += gramBlock {
		width := min(gramBlock, a.Rows-i)
		left := tile(a, i, 0, width, a.Cols)
		for j := i; j < a.Rows; j += gramBlock {
			height := min(gramBlock, a.Rows-j)
			blas64.Gemm(blas.NoTrans, blas.Trans, 1, left, tile(a, j, 0, height, a.Cols), 0, tile(gram, i, j, width, height))
		}
	}
}

// columnsOf returns the count columns of a from first on, sharing its memory.
func columnsOf(a blas64.General, first, count int) blas64.General {
	return tile(a, 0, first, a.Rows, count)
}

// tile returns the rows x columns part of a whose first element is (i, j), sharing its memory.
func tile(a blas64.General, i, j, rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: a.Stride, Data: a.Data[i*a.Stride+j : (i+rows-1)*a.Stride+j+columns]}
}

// smallerGram returns the upper triangle of deviations^T deviations, or of deviations deviations^T if that is smaller.
// Both have the same eigenvalues above 0, the same trace and the same sum of squares.
func smallerGram(deviations blas64.General) blas64.General {
	side := min(deviations.Rows, deviations.Cols)
	gram := blas64.General{Rows: side, Cols: side, Stride: side, Data: make([]float64, side*side)}
	if deviations.Cols <= deviations.Rows {
		gramInto(gram, deviations)
	} else {
		outerGramInto(gram, deviations)
	}
	return gram
}
