package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// metric is an estimate of the second derivative of a readout's objective by its parameters,
//
//	H = sum_i c_i x_i x_i^T + penalty I
//
// (the penalty is not on the intercept), held as its Cholesky factor H = L L^T. Hidden states have variances that differ
// by many orders of magnitude from one principal component to the next, which makes plain gradient methods slow; in the
// coordinates of H all directions are alike.
type metric struct {
	scaled  blas64.General // rows of x times the root of their curvature
	factor  blas64.General // M x M: the lower triangle becomes L, the upper one holds H
	inverse []float64      // M, 1 / L_jj
}

// newMetric returns a metric for samples rows of width parameters.
func newMetric(samples, width int) *metric {
	return &metric{
		scaled:  blas64.General{Rows: samples, Cols: width, Stride: width, Data: make([]float64, samples*width)},
		factor:  blas64.General{Rows: width, Cols: width, Stride: width, Data: make([]float64, width*width)},
		inverse: make([]float64, width),
	}
}

// set computes the metric for the rows of x with the given curvatures; the last column of x belongs to the intercept.
// Rows of curvature 0 are left out.
func (m *metric) set(x blas64.General, curvatures []float64, penalty float64) {
	kept := 0
	for i, curvature := range curvatures {
		if curvature == 0 {
			continue
		}
		floats.ScaleTo(m.scaled.Data[kept*x.Cols:][:x.Cols], math.Sqrt(curvature), x.Data[i*x.Stride:][:x.Cols])
		kept++
	}
	rows := m.scaled
	rows.Rows = kept
	gramInto(m.factor, rows)
	m.factorise(penalty)
}

// factorise replaces the lower triangle by the Cholesky factor of the upper one plus the penalty. Sums of products of
// rows run along memory. A pivot that rounding has made too small is raised: H only has to be near the truth.
func (m *metric) factorise(penalty float64) {
	n, stride, data := m.factor.Rows, m.factor.Stride, m.factor.Data
	for i := range n {
		row := data[i*stride:][:n]
		for j := range i {
			other := data[j*stride:][:n]
			row[j] = (other[i] - floats.Dot(row[:j], other[:j])) * m.inverse[j]
		}
		diagonal := row[i]
		if i < n-1 {
			diagonal += penalty
		}
		pivot := diagonal - floats.Dot(row[:i], row[:i])
		least := 1e-12*diagonal + math.SmallestNonzeroFloat64*1e20
		m.inverse[i] = 1 / math.Sqrt(math.Max(pivot, least))
	}
}

// solveLower replaces v (M) by L^-1 v.
func (m *metric) solveLower(v []float64) {
	stride, data := m.factor.Stride, m.factor.Data
	for i := range v {
		v[i] = (v[i] - floats.Dot(data[i*stride:][:i], v[:i])) * m.inverse[i]
	}
}

// solveUpper replaces v (M) by L^-T v.
func (m *metric) solveUpper(v []float64) {
	stride, data := m.factor.Stride, m.factor.Data
	for i := len(v) - 1; i >= 0; i-- {
		v[i] *= m.inverse[i]
		floats.AddScaled(v[:i], -v[i], data[i*stride:][:i])
	}
}
