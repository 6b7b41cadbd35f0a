package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
)

// choleskyPanel is the number of columns that are factorised at a time.
const choleskyPanel = 32

// cholesky factorises symmetric matrices in its own memory.
type cholesky[T precision] struct {
	inverse matrix[T] // choleskyPanel x choleskyPanel, of a block of the diagonal, transposed
	panel   matrix[T] // N x choleskyPanel
}

func newCholesky[T precision](n int) *cholesky[T] {
	return &cholesky[T]{newMatrix[T](choleskyPanel, choleskyPanel), newMatrix[T](n, choleskyPanel)}
}

// factorise replaces the lower triangle of a, N x N, by its factor L, a = L L^T. Afterwards a is undefined above the diagonal.
// It returns false if a is not positive definite.
//
// Nearly all of the work is matrix products, which a registered BLAS does much faster than the triangular solves of LAPACK's dpotrf.
func (c *cholesky[T]) factorise(a matrix[T]) bool {
	n := a.Rows
	for first := 0; first < n; first += choleskyPanel {
		width := min(choleskyPanel, n-first)
		if first > 0 {
			done := a.tile(first, 0, n-first, first)
			product(blas.NoTrans, blas.Trans, -1, done, done.top(width), 1, a.tile(first, first, n-first, width))
		}
		block := a.tile(first, first, width, width)
		if !factoriseBlock(block) {
			return false
		}
		below := n - first - width
		if below == 0 {
			return true
		}
		inverse := c.inverse.tile(0, 0, width, width)
		invertTransposed(inverse, block)
		under, solved := a.tile(first+width, first, below, width), c.panel.tile(0, 0, below, width)
		product(blas.NoTrans, blas.NoTrans, 1, under, inverse, 0, solved)
		for i := range below {
			copy(under.row(i), solved.row(i))
		}
	}
	return true
}

// factoriseBlock is factorise for few columns, whose rows are too short for BLAS calls.
func factoriseBlock[T precision](a matrix[T]) bool {
	for i := range a.Rows {
		row := a.row(i)
		for j := range i {
			other := a.row(j)
			row[j] = (row[j] - shortDot(row[:j], other[:j])) / other[j]
		}
		square := row[i] - shortDot(row[:i], row[:i])
		if !(square > 0) || math.IsInf(float64(square), 1) {
			return false
		}
		row[i] = T(math.Sqrt(float64(square)))
	}
	return true
}

// invertTransposed sets to to the transpose of the inverse of a lower triangle.
func invertTransposed[T precision](to, lower matrix[T]) {
	for j := range lower.Rows {
		// Column j of the inverse is row j of to.
		column := to.row(j)
		clear(column[:j])
		column[j] = 1 / lower.Data[j*lower.Stride+j]
		for i := j + 1; i < lower.Rows; i++ {
			row := lower.row(i)
			column[i] = -shortDot(row[j:i], column[j:i]) / row[i]
		}
	}
}

func shortDot[T precision](x, y []T) (sum T) {
	y = y[:len(x)]
	var even, odd T
	k := 0
	for ; k+2 <= len(x); k += 2 {
		even += x[k] * y[k]
		odd += x[k+1] * y[k+1]
	}
	if k < len(x) {
		even += x[k] * y[k]
	}
	return even + odd
}
