package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/floats"
)

// productPanel is the height of the panels in which a symmetric product is computed, each up to its part of the
// diagonal. General products are used because fast implementations usually replace only these.
const productPanel = 24

// stockBLAS reports whether blas64 is Gonum's own. Its general product cuts thin matrices into short pieces and starts
// goroutines for them; the sums over whole rows below are several times faster on our shapes. Any other implementation
// is expected to have a product that is better than that.
func stockBLAS() bool {
	_, stock := blas64.Implementation().(gonum.Implementation)
	return stock
}

// newGeneral returns a matrix of zeros.
func newGeneral(rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: make([]float64, rows*columns)}
}

// rowOf returns row i of a, sharing its memory.
func rowOf(a blas64.General, i int) []float64 { return a.Data[i*a.Stride:][:a.Cols] }

// top returns the first rows of a, sharing its memory.
func top(a blas64.General, rows int) blas64.General {
	a.Rows = rows
	return a
}

// tile returns the rows x columns part of a whose first element is (i, j), sharing its memory.
func tile(a blas64.General, i, j, rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: a.Stride, Data: a.Data[i*a.Stride+j : (i+rows-1)*a.Stride+j+columns]}
}

// multiply sets to to a b, or adds a b to it. a has few rows, of which many elements may be 0.
func multiply(to, a, b blas64.General, add bool) {
	if to.Rows == 0 {
		return
	}
	if !stockBLAS() {
		beta := 0.0
		if add {
			beta = 1
		}
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, beta, to)
		return
	}
	if !add {
		for i := range to.Rows {
			clear(rowOf(to, i))
		}
	}
	// Each row of b serves all rows of a while it is in the first cache.
	for k := range a.Cols {
		for i := range a.Rows {
			if factor := a.Data[i*a.Stride+k]; factor != 0 {
				floats.AddScaled(rowOf(to, i), factor, rowOf(b, k))
			}
		}
	}
}

// selfProduct sets the lower triangle of to to a a^T, rows x rows; above the diagonal, to holds nothing of use.
func selfProduct(to, a blas64.General) {
	if stockBLAS() {
		for i := range a.Rows {
			row := rowOf(to, i)
			for j := range i + 1 {
				row[j] = floats.Dot(rowOf(a, i), rowOf(a, j))
			}
		}
		return
	}
	for i := 0; i < a.Rows; i += productPanel {
		height := min(productPanel, a.Rows-i)
		left, right := tile(a, i, 0, height, a.Cols), top(a, i+height)
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, left, right, 0, tile(to, i, 0, height, i+height))
	}
}

// transposeInto sets to to the transpose of a, in squares that fit into the first cache.
func transposeInto(to, a blas64.General) {
	const side = 16
	for i := 0; i < a.Rows; i += side {
		for j := 0; j < a.Cols; j += side {
			rows, columns := min(side, a.Rows-i), min(side, a.Cols-j)
			for column := j; column < j+columns; column++ {
				line := to.Data[column*to.Stride+i:][:rows]
				at := i*a.Stride + column
				for k := range line {
					line[k] = a.Data[at]
					at += a.Stride
				}
			}
		}
	}
}

// mirror copies the lower triangle of a, which is square, to the upper one.
func mirror(a blas64.General) {
	for i := range a.Rows {
		for j := range i {
			a.Data[j*a.Stride+i] = a.Data[i*a.Stride+j]
		}
	}
}
