package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// choleskyPanel is the number of columns that are factorised at a time.
const choleskyPanel = 32

// cholesky factorises symmetric matrices in memory of its own.
type cholesky struct {
	inverse blas64.General // choleskyPanel x choleskyPanel, of a block of the diagonal, transposed
	panel   blas64.General // N x choleskyPanel
}

func newCholesky(n int) *cholesky {
	return &cholesky{newGeneral(choleskyPanel, choleskyPanel), newGeneral(n, choleskyPanel)}
}

// factorise replaces the lower triangle of a, N x N, by its factor L, a = L L^T. Above the diagonal it leaves nothing of
// use. It returns false if a is not positive definite.
//
// Nearly all of it is products of matrices, which a registered BLAS does much faster than the triangular solves of LAPACK's dpotrf.
func (c *cholesky) factorise(a blas64.General) bool {
	n := a.Rows
	for first := 0; first < n; first += choleskyPanel {
		width := min(choleskyPanel, n-first)
		if first > 0 {
			done := tile(a, first, 0, n-first, first)
			blas64.Gemm(blas.NoTrans, blas.Trans, -1, done, top(done, width), 1, tile(a, first, first, n-first, width))
		}
		block := tile(a, first, first, width, width)
		if !factoriseBlock(block) {
			return false
		}
		below := n - first - width
		if below == 0 {
			return true
		}
		inverse := tile(c.inverse, 0, 0, width, width)
		invertTransposed(inverse, block)
		under, solved := tile(a, first+width, first, below, width), tile(c.panel, 0, 0, below, width)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, under, inverse, 0, solved)
		for i := range below {
			copy(rowOf(under, i), rowOf(solved, i))
		}
	}
	return true
}

// factoriseBlock is factorise of few columns.
func factoriseBlock(a blas64.General) bool {
	for i := range a.Rows {
		row := rowOf(a, i)
		for j := range i {
			other := rowOf(a, j)
			row[j] = (row[j] - floats.Dot(row[:j], other[:j])) / other[j]
		}
		square := row[i] - floats.Dot(row[:i], row[:i])
		if !(square > 0) || math.IsInf(square, 1) {
			return false
		}
		row[i] = math.Sqrt(square)
	}
	return true
}

// invertTransposed sets to to the transpose of the inverse of a lower triangle.
func invertTransposed(to, lower blas64.General) {
	for j := range lower.Rows {
		// Column j of the inverse is row j of to.
		column := rowOf(to, j)
		clear(column[:j])
		column[j] = 1 / lower.Data[j*lower.Stride+j]
		for i := j + 1; i < lower.Rows; i++ {
			row := rowOf(lower, i)
			column[i] = -floats.Dot(row[j:i], column[j:i]) / row[i]
		}
	}
}
