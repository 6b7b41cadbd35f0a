package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// metric is an estimate of the second derivative of a readout's objective with respect to its parameters,
//
//	H = sum_i c_i x_i x_i^T + penalty I = L L^T
//
// (the penalty is not on the intercept), held as the inverse of its Cholesky factor L. Hidden states have variances that
// differ by many orders of magnitude from one principal component to the next, which makes plain gradient methods slow;
// in the coordinates of H all directions are alike. The inverse is explicit so that it applies to several readouts as
// one product.
type metric[T precision] struct {
	scaled     matrix[T] // S x M: rows of x times the root of their curvature
	transposed matrix[T] // M x S: scaled^T, only for Gonum's own products
	factor     matrix[T] // M x M: the lower triangle of H becomes L
	lower      matrix[T] // M x M: L^-1, 0 above the diagonal
	upper      matrix[T] // M x M: L^-T, 0 below the diagonal
	roots      []T       // S, of the curvatures
	diagonal   []T       // M, of H
	scratch    matrix[T] // M x M
	least      T         // least pivot, as a fraction of the diagonal of H
}

// newMetric returns a metric for samples rows of width parameters.
func newMetric[T precision](samples, width int) *metric[T] {
	m := &metric[T]{
		scaled:   newMatrix[T](samples, width),
		factor:   newMatrix[T](width, width),
		lower:    newMatrix[T](width, width),
		upper:    newMatrix[T](width, width),
		roots:    make([]T, samples),
		diagonal: make([]T, width),
		scratch:  newMatrix[T](width, width),
		least:    1e-12,
	}
	if _, single := any(m.least).(float32); single {
		m.least = 1e-6
	}
	if stock[T]() {
		m.transposed = newMatrix[T](width, samples)
	}
	return m
}

// set computes the metric for the rows of x (S x M) with the given curvatures; the last column of x belongs to the
// intercept.
func (m *metric[T]) set(x blas64.General, curvatures []float64, penalty float64) {
	for i, curvature := range curvatures {
		root, scaled := math.Sqrt(curvature), m.scaled.row(i)
		for j, value := range rowOf(x, i)[:len(scaled)] {
			scaled[j] = T(root * value)
		}
		m.roots[i] = T(root)
	}
	if m.transposed.Rows > 0 {
		transposeMatrix(m.transposed, m.scaled)
		selfProductMatrix(m.factor, m.transposed)
	} else {
		columnProduct(m.factor, m.scaled, m.scaled)
	}
	width := m.factor.Rows
	for j := range width {
		at := &m.factor.Data[j*m.factor.Stride+j]
		if j < width-1 {
			*at += T(penalty)
		}
		m.diagonal[j] = *at
	}
	m.invert(0, width)
	transposeMatrix(m.upper, m.lower)
}

// factorBlock is the side up to which a block is factorised row by row. Larger blocks are halved, which leaves most of
// the work to products; with Gonum's own products this gains nothing.
const factorBlock = 32

// invert replaces the count rows and columns of factor from first on by their Cholesky factor, and sets those of lower
// to its inverse:
//
//	L = (L1 0; K L2),  L^-1 = (L1^-1 0; -L2^-1 K L1^-1 L2^-1)
func (m *metric[T]) invert(first, count int) {
	if count <= factorBlock || stock[T]() {
		m.invertRows(first, count)
		return
	}
	half := (count/2 + 7) / 8 * 8
	rest, second := count-half, first+half
	m.invert(first, half)
	coupling := m.factor.tile(second, first, rest, half)
	scratch := m.scratch.tile(0, 0, rest, half)
	product(blas.NoTrans, blas.Trans, 1, coupling, m.lower.tile(first, first, half, half), 0, scratch)
	product(blas.NoTrans, blas.Trans, -1, scratch, scratch, 1, m.factor.tile(second, second, rest, rest))
	product(blas.NoTrans, blas.NoTrans, 1, scratch, m.lower.tile(first, first, half, half), 0, coupling)
	m.invert(second, rest)
	product(blas.NoTrans, blas.NoTrans, -1, m.lower.tile(second, second, rest, rest), coupling, 0, m.lower.tile(second, first, rest, half))
}

// invertRows is invert by rows. A pivot that rounding has made too small is raised: H only has to be approximate.
func (m *metric[T]) invertRows(first, count int) {
	for i := range count {
		row := m.factor.Data[(first+i)*m.factor.Stride+first:][:i+1]
		inverse := m.lower.Data[(first+i)*m.lower.Stride+first:][:i+1]
		clear(inverse)
		for j := range i {
			other := m.factor.Data[(first+j)*m.factor.Stride+first:][:j+1]
			row[j] = (row[j] - dot(row[:j], other[:j])) / other[j]
			addScaled(inverse[:j+1], -row[j], m.lower.Data[(first+j)*m.lower.Stride+first:][:j+1])
		}
		const tiny = 1e-37 // the diagonal may be 0
		pivot := row[i] - dot(row[:i], row[:i])
		row[i] = T(math.Sqrt(float64(max(pivot, m.least*m.diagonal[first+i]+tiny))))
		inverse[i] = 1
		scale(1/row[i], inverse)
	}
}
