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
	groups  [][]int        // rows of each group
	totals  []float64      // curvature of each group in the shared metric
	vectors blas64.General // V, groups x M
	gram    blas64.General // V V^T, groups x groups
	work    []float64      // of elimination, groups x 2 groups
	scores  []float64      // V v
	bent    []float64      // B V v
}

// newGroupCorrection returns a correction for groups of points of the given number of parameters.
func newGroupCorrection(groups [][]int, width int) *groupCorrection {
	count := len(groups)
	return &groupCorrection{
		groups:  groups,
		totals:  make([]float64, count),
		vectors: blas64.General{Rows: count, Cols: width, Stride: width, Data: make([]float64, count*width)},
		gram:    blas64.General{Rows: count, Cols: count, Stride: count, Data: make([]float64, count*count)},
		work:    make([]float64, 2*count*count),
		scores:  make([]float64, count),
		bent:    make([]float64, count),
	}
}

// set computes V from the metric of the rows of x with the given curvatures.
func (g *groupCorrection) set(m *metric, x blas64.General, curvatures []float64) {
	for k, rows := range g.groups {
		vector := g.vectors.Data[k*g.vectors.Stride:][:x.Cols]
		clear(vector)
		g.totals[k] = 0
		for _, row := range rows {
			floats.AddScaled(vector, curvatures[row], x.Data[row*x.Stride:][:x.Cols])
			g.totals[k] += curvatures[row]
		}
		if g.totals[k] > 0 {
			floats.Scale(1/g.totals[k], vector)
		}
		m.solveLower(vector)
	}
	for i := range g.gram.Rows {
		for j := range i + 1 {
			product := floats.Dot(g.vectors.Data[i*g.vectors.Stride:][:x.Cols], g.vectors.Data[j*g.vectors.Stride:][:x.Cols])
			g.gram.Data[i*g.gram.Stride+j], g.gram.Data[j*g.gram.Stride+i] = product, product
		}
	}
}

// bendInto sets bend (groups x groups) to B for a readout with the given curvatures.
func (g *groupCorrection) bendInto(bend, curvatures []float64) {
	count := len(g.groups)
	for i, rows := range g.groups {
		difference := -g.totals[i]
		for _, row := range rows {
			difference += curvatures[row]
		}
		line := g.work[i*2*count:][:2*count]
		clear(line)
		floats.ScaleTo(line[:count], difference, g.gram.Data[i*g.gram.Stride:][:count])
		line[i]++
		line[count+i] = difference
	}
	// Gauss and Jordan with the largest pivot of each column.
	for column := range count {
		best := column
		for i := column + 1; i < count; i++ {
			if math.Abs(g.work[i*2*count+column]) > math.Abs(g.work[best*2*count+column]) {
				best = i
			}
		}
		pivotLine, bestLine := g.work[column*2*count:][:2*count], g.work[best*2*count:][:2*count]
		if bestLine[column] == 0 {
			clear(bend)
			return
		}
		if best != column {
			for j := column; j < 2*count; j++ {
				pivotLine[j], bestLine[j] = bestLine[j], pivotLine[j]
			}
		}
		floats.Scale(1/pivotLine[column], pivotLine[column:])
		for i := range count {
			if factor := g.work[i*2*count+column]; i != column && factor != 0 {
				floats.AddScaled(g.work[i*2*count+column:][:2*count-column], -factor, pivotLine[column:])
			}
		}
	}
	for i := range count {
		copy(bend[i*count:][:count], g.work[i*2*count+count:][:count])
	}
}

// apply replaces v (M), which is in the coordinates of L, by (I - V^T B V) v.
func (g *groupCorrection) apply(bend, v []float64) {
	count := len(g.groups)
	for k := range count {
		g.scores[k] = floats.Dot(g.vectors.Data[k*g.vectors.Stride:][:len(v)], v)
	}
	for k := range count {
		bent := floats.Dot(bend[k*count:][:count], g.scores)
		floats.AddScaled(v, -bent, g.vectors.Data[k*g.vectors.Stride:][:len(v)])
	}
}
