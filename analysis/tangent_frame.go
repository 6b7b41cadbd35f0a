package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// framePanel is the number of rows that are made orthogonal among themselves at a time, after two products against
	// all rows before them. On 20 and 200 rows of 200 columns, 8 is as fast as 16 and faster than 32; with 200 rows,
	// Householder's reflections (mat.QR with QTo) take twice as long.
	framePanel = 8
	// frameCollapse is the share of a row at which, once the rows before it are projected out, nothing of it is left: the
	// rounding of the row itself, about sqrt(N) 2^-53.
	frameCollapse = 1e-13
)

// frame makes rows orthonormal in its own memory.
type frame struct {
	shares blas64.General // projections of a panel on the rows before it
}

func newFrame(rows int) *frame { return &frame{shares: newGeneral(framePanel, rows)} }

// orthonormalise replaces the rows of a, K x N with K <= N, by orthonormal rows of which the first k span what the first
// k rows of a span, for every k, and adds the logarithm of the length of each row, less its projections on the rows
// before it, to logs: that is the logarithm of the diagonal of R in a^T = Q R. A row of which no more than a share, least, is
// left gets -Inf and is replaced by a row orthogonal to those before. It returns the number of these, or -1 if a length is not
// finite: a and logs are then undefined.
//
// It is the Gram-Schmidt procedure done twice, by panels, so that most of the work is matrix products.
//
// Source: Daniel, Gragg, Kaufman, Stewart (1976), doi:10.2307/2005398, for "twice is enough".
func (f *frame) orthonormalise(a *mat.Dense, logs []float64, least float64) (collapsed int) {
	raw := a.RawMatrix()
	for first := 0; first < raw.Rows; first += framePanel {
		height := min(framePanel, raw.Rows-first)
		panel := tile(raw, first, 0, height, raw.Cols)
		var before [framePanel]float64
		for i := range height {
			before[i] = floats.Norm(rowOf(panel, i), 2)
			if math.IsNaN(before[i]) || math.IsInf(before[i], 0) {
				return -1
			}
		}
		if first > 0 {
			done := top(raw, first)
			shares := tile(f.shares, 0, 0, height, first)
			for range 2 {
				blas64.Gemm(blas.NoTrans, blas.Trans, 1, panel, done, 0, shares)
				blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, shares, done, 1, panel)
			}
		}
		for i := range height {
			row := rowOf(panel, i)
			for range 2 {
				for j := range i {
					other := rowOf(panel, j)
					floats.AddScaled(row, -floats.Dot(row, other), other)
				}
			}
			length := floats.Norm(row, 2)
			if !(length > least*before[i]) {
				collapsed++
				logs[first+i] = math.Inf(-1)
				replace(raw, first+i)
				continue
			}
			logs[first+i] += math.Log(length)
			floats.Scale(1/length, row)
		}
	}
	return collapsed
}

// replace sets row i to a unit vector orthogonal to the rows before it, which are orthonormal.
func replace(a blas64.General, i int) {
	row := rowOf(a, i)
	for attempt := 0; ; attempt++ {
		for j := range row {
			row[j] = scattered(i + attempt*a.Rows + j*(a.Rows+1))
		}
		before := floats.Norm(row, 2)
		for range 2 {
			for j := range i {
				other := rowOf(a, j)
				floats.AddScaled(row, -floats.Dot(row, other), other)
			}
		}
		// i < N, so some vector is left over; scattered ones are in general position.
		if length := floats.Norm(row, 2); length > 1e-6*before {
			floats.Scale(1/length, row)
			return
		}
	}
}

// scatteredFrame returns orthonormal rows in general position, the same for the same shape. Directions along the
// axes would not do: they may belong to subspaces that the dynamics never leave.
func scatteredFrame(rows, columns int) *mat.Dense {
	a := mat.NewDense(rows, columns, nil)
	raw := a.RawMatrix()
	for i := range rows {
		replace(raw, i)
	}
	return a
}

// scattered returns the k-th number of a fixed pseudo-random sequence in (-1, 1).
//
// Source: SplitMix64's finaliser (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
func scattered(k int) float64 {
	z := (uint64(k) + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return (float64(z>>11)+0.5)/(1<<52) - 1
}
