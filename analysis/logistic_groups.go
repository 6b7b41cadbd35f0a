package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// groupCorrection turns the shared [metric] into that of one readout where the readouts differ most: in the weight of
// whole groups of samples that lie close together, such as clusters, of which every readout leaves out others. With the
// weighted means m_k of the groups,
//
//	H_p = H + sum_k d_kp m_k m_k^T = L (I + V^T D_p V) L^T,  V_k = L^-1 m_k
//
// where d_kp is how much larger the curvature of group k is for readout p than in H. H_p stays positive definite because
// H contains at least the sum of m_k m_k^T with the group's whole curvature. Its inverse is
//
//	L^-T (I - V^T B_p V) L^-1,  B_p = (I + D_p V V^T)^-1 D_p
type groupCorrection struct {
	groups     [][]int        // rows of each group
	totals     []float64      // curvature of each group in the shared metric
	means      blas64.General // groups x M
	vectors    blas64.General // V, groups x M
	transposed blas64.General // V^T, M x groups
	gram       blas64.General // V V^T, groups x groups
	scores     blas64.General // columns x groups
}

// groupBend is B of one readout, as the factors of I + D V V^T and as D.
type groupBend struct {
	factors     blas64.General // groups x groups, L below the diagonal and U from it on
	pivots      []int
	differences []float64 // D
}

// newGroupCorrection returns a correction for groups of points with width parameters, for columns of readouts.
func newGroupCorrection(groups [][]int, width, columns int) *groupCorrection {
	count := len(groups)
	return &groupCorrection{
		groups:     groups,
		totals:     make([]float64, count),
		means:      newGeneral(count, width),
		vectors:    newGeneral(count, width),
		transposed: newGeneral(width, count),
		gram:       newGeneral(count, count),
		scores:     newGeneral(columns, count),
	}
}

// newBend returns room for the B of one readout.
func (g *groupCorrection) newBend() *groupBend {
	count := len(g.groups)
	return &groupBend{factors: newGeneral(count, count), pivots: make([]int, count), differences: make([]float64, count)}
}

// set computes V from the metric of the rows of x with the given curvatures.
func (g *groupCorrection) set(m *metric, x blas64.General, curvatures []float64) {
	for k, rows := range g.groups {
		mean := rowOf(g.means, k)
		clear(mean)
		g.totals[k] = 0
		for _, row := range rows {
			floats.AddScaled(mean, curvatures[row], rowOf(x, row))
			g.totals[k] += curvatures[row]
		}
		if g.totals[k] > 0 {
			floats.Scale(1/g.totals[k], mean)
		}
	}
	multiply(g.vectors, g.means, m.upper, false)
	transposeInto(g.transposed, g.vectors)
	selfProduct(g.gram, g.vectors)
	mirror(g.gram)
}

// setBend computes B for a readout with the given curvatures: the factors of I + D V V^T by Gauss with the largest
// pivot of each column.
func (g *groupCorrection) setBend(b *groupBend, curvatures []float64) {
	count := len(g.groups)
	for i, rows := range g.groups {
		difference := -g.totals[i]
		for _, row := range rows {
			difference += curvatures[row]
		}
		b.differences[i] = difference
		floats.ScaleTo(rowOf(b.factors, i), difference, rowOf(g.gram, i))
		b.factors.Data[i*b.factors.Stride+i]++
	}
	for column := range count {
		best := column
		for i := column + 1; i < count; i++ {
			if math.Abs(b.factors.Data[i*b.factors.Stride+column]) > math.Abs(b.factors.Data[best*b.factors.Stride+column]) {
				best = i
			}
		}
		b.pivots[column] = best
		line := rowOf(b.factors, column)
		if best != column {
			other := rowOf(b.factors, best)
			for j := range line {
				line[j], other[j] = other[j], line[j]
			}
		}
		if line[column] == 0 { // rounding only; any number keeps the search going
			line[column] = 1
		}
		for i := column + 1; i < count; i++ {
			other := rowOf(b.factors, i)
			if other[column] == 0 {
				continue
			}
			other[column] /= line[column]
			floats.AddScaled(other[column+1:], -other[column], line[column+1:])
		}
	}
}

// apply replaces v (groups) by -B v.
func (b *groupBend) apply(v []float64) {
	for i := range v {
		v[i] *= -b.differences[i]
	}
	for i, pivot := range b.pivots {
		v[i], v[pivot] = v[pivot], v[i]
	}
	for i := range v {
		v[i] -= floats.Dot(rowOf(b.factors, i)[:i], v[:i])
	}
	for i := len(v) - 1; i >= 0; i-- {
		row := rowOf(b.factors, i)
		v[i] = (v[i] - floats.Dot(row[i+1:], v[i+1:])) / row[i]
	}
}
