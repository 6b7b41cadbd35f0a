package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// metric is an estimate of the second derivative of a readout's objective by its parameters,
//
//	H = sum_i c_i x_i x_i^T + penalty I = L L^T
//
// (the penalty is not on the intercept), held as the inverse of its Cholesky factor L. Hidden states have variances that
// differ by many orders of magnitude from one principal component to the next, which makes plain gradient methods slow;
// in the coordinates of H all directions are alike. The inverse is explicit so that it applies to several readouts as
// one product.
type metric struct {
	scaled   blas64.General // M x S: columns of x^T times the root of their curvature
	roots    []float64      // S
	factor   blas64.General // M x M: the lower triangle of H becomes L
	lower    blas64.General // M x M: L^-1, 0 above the diagonal
	upper    blas64.General // M x M: L^-T, 0 below the diagonal
	diagonal []float64      // M, of H
	scratch  blas64.General // M x M
}

// newMetric returns a metric for samples rows of width parameters.
func newMetric(samples, width int) *metric {
	return &metric{
		scaled:   newGeneral(width, samples),
		roots:    make([]float64, samples),
		factor:   newGeneral(width, width),
		lower:    newGeneral(width, width),
		upper:    newGeneral(width, width),
		diagonal: make([]float64, width),
		scratch:  newGeneral(width, width),
	}
}

// set computes the metric for the columns of transposed (M x S) with the given curvatures; the last row of transposed
// belongs to the intercept.
func (m *metric) set(transposed blas64.General, curvatures []float64, penalty float64) {
	for i, curvature := range curvatures {
		m.roots[i] = math.Sqrt(curvature)
	}
	for j := range transposed.Rows {
		floats.MulTo(rowOf(m.scaled, j), rowOf(transposed, j), m.roots)
	}
	selfProduct(m.factor, m.scaled)
	width := m.factor.Rows
	for j := range width {
		at := &m.factor.Data[j*m.factor.Stride+j]
		if j < width-1 {
			*at += penalty
		}
		m.diagonal[j] = *at
	}
	m.invert(0, width)
	transposeInto(m.upper, m.lower)
}

// factorBlock is the side up to which a block is factorised row by row. Larger blocks are halved, which leaves most of
// the work to products; with Gonum's own products this gains nothing.
const factorBlock = 32

// invert replaces the count rows and columns of factor from first on by their Cholesky factor, and sets those of lower
// to its inverse:
//
//	L = (L1 0; K L2),  L^-1 = (L1^-1 0; -L2^-1 K L1^-1 L2^-1)
func (m *metric) invert(first, count int) {
	if count <= factorBlock || stockBLAS() {
		m.invertRows(first, count)
		return
	}
	half := (count/2 + 7) / 8 * 8
	rest, second := count-half, first+half
	m.invert(first, half)
	coupling := tile(m.factor, second, first, rest, half)
	scratch := tile(m.scratch, 0, 0, rest, half)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, coupling, tile(m.lower, first, first, half, half), 0, scratch)
	blas64.Gemm(blas.NoTrans, blas.Trans, -1, scratch, scratch, 1, tile(m.factor, second, second, rest, rest))
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, scratch, tile(m.lower, first, first, half, half), 0, coupling)
	m.invert(second, rest)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, tile(m.lower, second, second, rest, rest), coupling, 0, tile(m.lower, second, first, rest, half))
}

// invertRows is invert by rows. A pivot that rounding has made too small is raised: H only has to be near the truth.
func (m *metric) invertRows(first, count int) {
	for i := range count {
		row := m.factor.Data[(first+i)*m.factor.Stride+first:][:i+1]
		inverse := m.lower.Data[(first+i)*m.lower.Stride+first:][:i+1]
		clear(inverse)
		for j := range i {
			other := m.factor.Data[(first+j)*m.factor.Stride+first:][:j+1]
			row[j] = (row[j] - floats.Dot(row[:j], other[:j])) / other[j]
			floats.AddScaled(inverse[:j+1], -row[j], m.lower.Data[(first+j)*m.lower.Stride+first:][:j+1])
		}
		pivot := row[i] - floats.Dot(row[:i], row[:i])
		row[i] = math.Sqrt(math.Max(pivot, 1e-12*m.diagonal[first+i]+1e-300))
		inverse[i] = 1
		floats.Scale(1/row[i], inverse)
	}
}
