package analysis

// groupCorrection turns the shared [metric] into that of one readout where the readouts differ most: in the weight of
// whole groups of samples that lie close together, such as clusters, of which each readout leaves out different ones. With the
// weighted means m_k of the groups,
//
//	H_p = H + sum_k d_kp m_k m_k^T = L (I + V^T D_p V) L^T,  V_k = L^-1 m_k
//
// where d_kp is how much larger the curvature of group k is for readout p than in H. H_p stays positive definite because
// H contains at least the sum of m_k m_k^T with the group's whole curvature. Its inverse is
//
//	L^-T (I - V^T B_p V) L^-1,  B_p = (I + D_p V V^T)^-1 D_p
type groupCorrection[T precision] struct {
	groups     [][]int   // rows of each group
	totals     []float64 // curvature of each group in the shared metric
	means      matrix[T] // groups x M
	vectors    matrix[T] // V, groups x M
	transposed matrix[T] // V^T, M x groups
	gram       matrix[T] // V V^T, groups x groups
	scores     matrix[T] // columns x groups
}

// groupBend is B of one readout, as the factors of I + D V V^T and as D.
type groupBend[T precision] struct {
	factors     matrix[T] // groups x groups, L below the diagonal and U from it on
	pivots      []int
	differences []T // D
}

// newGroupCorrection returns a correction for groups of points with width parameters, for columns of readouts.
func newGroupCorrection[T precision](groups [][]int, width, columns int) *groupCorrection[T] {
	count := len(groups)
	return &groupCorrection[T]{
		groups:     groups,
		totals:     make([]float64, count),
		means:      newMatrix[T](count, width),
		vectors:    newMatrix[T](count, width),
		transposed: newMatrix[T](width, count),
		gram:       newMatrix[T](count, count),
		scores:     newMatrix[T](columns, count),
	}
}

// newBend returns memory for the B of one readout.
func (g *groupCorrection[T]) newBend() *groupBend[T] {
	count := len(g.groups)
	return &groupBend[T]{factors: newMatrix[T](count, count), pivots: make([]int, count), differences: make([]T, count)}
}

// set computes V from the metric, which is that of the same curvatures.
func (g *groupCorrection[T]) set(m *metric[T], curvatures []float64) {
	for k, rows := range g.groups {
		mean := g.means.row(k)
		clear(mean)
		g.totals[k] = 0
		for _, row := range rows {
			addScaled(mean, m.roots[row], m.scaled.row(row))
			g.totals[k] += curvatures[row]
		}
		if g.totals[k] > 0 {
			scale(T(1/g.totals[k]), mean)
		}
	}
	multiplyMatrix(g.vectors, g.means, m.upper, false)
	transposeMatrix(g.transposed, g.vectors)
	selfProductMatrix(g.gram, g.vectors)
	mirrorMatrix(g.gram)
}

// setBend computes B for a readout with the given curvatures: the factors of I + D V V^T by Gaussian elimination with
// partial pivoting.
func (g *groupCorrection[T]) setBend(b *groupBend[T], curvatures []float64) {
	count := len(g.groups)
	for i, rows := range g.groups {
		difference := -g.totals[i]
		for _, row := range rows {
			difference += curvatures[row]
		}
		b.differences[i] = T(difference)
		factors := b.factors.row(i)
		for j, product := range g.gram.row(i)[:len(factors)] {
			factors[j] = b.differences[i] * product
		}
		b.factors.Data[i*b.factors.Stride+i]++
	}
	for column := range count {
		best, largest := column, T(-1)
		for i := column; i < count; i++ {
			if size := max(b.factors.Data[i*b.factors.Stride+column], -b.factors.Data[i*b.factors.Stride+column]); size > largest {
				best, largest = i, size
			}
		}
		b.pivots[column] = best
		line := b.factors.row(column)
		if best != column {
			other := b.factors.row(best)
			for j := range line {
				line[j], other[j] = other[j], line[j]
			}
		}
		if line[column] == 0 { // rounding only; any number keeps the search going
			line[column] = 1
		}
		for i := column + 1; i < count; i++ {
			other := b.factors.row(i)
			if other[column] == 0 {
				continue
			}
			other[column] /= line[column]
			addScaled(other[column+1:], -other[column], line[column+1:])
		}
	}
}

// apply replaces v (groups) by -B v.
func (b *groupBend[T]) apply(v []T) {
	for i := range v {
		v[i] *= -b.differences[i]
	}
	for i, pivot := range b.pivots {
		v[i], v[pivot] = v[pivot], v[i]
	}
	for i := range v {
		v[i] -= dot(b.factors.row(i)[:i], v[:i])
	}
	for i := len(v) - 1; i >= 0; i-- {
		row := b.factors.row(i)
		v[i] = (v[i] - dot(row[i+1:], v[i+1:])) / row[i]
	}
}
