package meanfield

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// field is the Gaussian field that J passes on, with the statistics of many copies of one unit as its law: row p of states drives row
// p of the field, eta_p = J h_p, and
//
//	<eta_p eta_q> = g^2 <h_p h_q>,   rows p, q: a time and an input each
//
// is all that is left of J when there are infinitely many units. Rows are drawn one after the other, each given the earlier ones.
type field struct {
	coupling float64
	noise    [][]float64 // of M standard normal values: one for each row
	states   [][]float64 // of M copies each
	overlaps [][]float64 // overlaps[p][q], q <= p: mean of states[p] * states[q]
	factor   [][]float64 // lower triangle: covariance of the field = factor factor'
}

// add appends a row of states and its overlaps with all rows so far.
func (f *field) add(state []float64) {
	f.states = append(f.states, state)
	row := make([]float64, len(f.states))
	for q, other := range f.states {
		row[q] = floats.Dot(state, other) / float64(len(state))
	}
	f.overlaps = append(f.overlaps, row)
}

// draw writes factor times the next row of the field into to and returns the row that drives it.
func (f *field) draw(to []float64, factor float64) (driving []float64) {
	f.extend()
	row := len(f.factor) - 1
	clear(to)
	for q, weight := range f.factor[row] {
		if weight != 0 {
			floats.AddScaled(to, factor*weight, f.noise[q])
		}
	}
	return f.states[row]
}

// leastPivot is the share of a field's variance below which the earlier rows count as determining it. Fields that change slowly make
// the factor so ill-conditioned that a smaller share lets rounding errors grow over hundreds of steps.
const leastPivot = 1e-8

// extend appends the next row of the Cholesky factor.
func (f *field) extend() {
	index, square := len(f.factor), f.coupling*f.coupling
	row := make([]float64, index+1)
	for q, earlier := range f.factor {
		if earlier[q] != 0 {
			row[q] = (square*f.overlaps[index][q] - floats.Dot(row[:q], earlier[:q])) / earlier[q]
		}
	}
	variance := square * f.overlaps[index][index]
	if left := variance - floats.Dot(row[:index], row[:index]); left > leastPivot*variance {
		row[index] = math.Sqrt(left)
	}
	f.factor = append(f.factor, row)
}
