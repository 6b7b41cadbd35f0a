package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Tolerances of the projection on a cone; its columns have length 1.
const (
	coneTolerance  = 1e-10 // largest violation of a constraint, in units of the largest |target|
	leastPivot     = 1e-13 // squared distance below which a column lies in the span of the others
	coneIterations = 20    // iterations of the exact search for each column, far more than are ever needed
)

// cone solves, for many targets b,
//
//	minimise  lambda^T G lambda / 2 + b^T lambda   over lambda >= 0
//
// where G is the Gram matrix of M columns S of length 1. With b = S^T T this finds the V = T + S lambda nearest to T
// that has V.S_i >= 0 for all i: the gradient G lambda + b is V.S, and G lambda is how far T had to move. With b = S^T T
// - kappa_i it finds the V nearest to T that has V.S_i >= kappa_i.
//
// It is Lawson and Hanson's active-set method, which reaches the exact solution in finitely many steps, except that it makes several
// columns active at a time, half as many as already are: at least one of them stays, as theirs does, since the direction to the
// minimum over all of them is one of descent. The Cholesky factor of the active part of G is kept and updated as columns come and go.
//
// Source: Lawson and Hanson 1974, chapter 23 (non-negative least squares).
type cone struct {
	gram     blas64.General // M x M, full
	lambda   []float64      // M
	gradient []float64      // M: G lambda + b
	active   []int          // columns whose lambda may be above 0
	inactive []bool         // M: not in active
	blocked  []bool         // M: tried without success since the last progress
	violated []int          // scratch of pushViolated
	added    []int          // columns that it made active last
	factor   []float64      // lower Cholesky factor of the active part of gram, row i at i * M
	solution []float64      // M: scratch
}

// newCone returns a cone of the columns that have this Gram matrix, which is full and has a diagonal of 1.
func newCone(gram blas64.General) *cone {
	m := gram.Rows
	return &cone{
		gram: gram, lambda: make([]float64, m), gradient: make([]float64, m), active: make([]int, 0, m),
		inactive: make([]bool, m), blocked: make([]bool, m), factor: make([]float64, m*m), solution: make([]float64, m),
	}
}

// solve sets lambda and gradient to the solution for b. It returns false if it gave up before the tolerance, which only
// rounding can cause.
func (c *cone) solve(b []float64) bool {
	copy(c.gradient, b)
	clear(c.lambda)
	c.active = c.active[:0]
	for i := range c.inactive {
		c.inactive[i], c.blocked[i] = true, false
	}
	if floats.Min(b) >= 0 {
		return true
	}
	size := largestMagnitude(b)
	for range coneIterations * len(b) {
		if !c.pushViolated(coneTolerance * size) {
			return true
		}
		tried := c.added
		c.settle(b)
		for _, i := range tried {
			if !c.inactive[i] {
				clear(c.blocked)
				break
			}
		}
	}
	return false
}

// pushViolated makes the columns of the most violated constraints active, of those whose gradient is below -least: the more are
// active, the more it adds. It returns false if there are none. They are few, so they are kept in order as they are found.
func (c *cone) pushViolated(least float64) bool {
	c.violated, c.added = c.violated[:0], c.added[:0]
	most := 1 + len(c.active)/2
	for i, w := range c.gradient {
		if !(w < -least && c.inactive[i] && !c.blocked[i]) {
			continue
		}
		at := len(c.violated)
		if at == most {
			if at--; w >= c.gradient[c.violated[at]] {
				continue
			}
		} else {
			c.violated = append(c.violated, i)
		}
		for ; at > 0 && w < c.gradient[c.violated[at-1]]; at-- {
			c.violated[at] = c.violated[at-1]
		}
		c.violated[at] = i
	}
	if len(c.violated) == 0 {
		return false
	}
	for _, i := range c.violated {
		c.blocked[i] = true
		if c.push(i) {
			c.added = append(c.added, i)
		}
	}
	return true
}

// settle moves lambda to the minimum over the active columns; those that would fall below 0 leave.
func (c *cone) settle(b []float64) {
	for len(c.active) > 0 {
		c.resolve(b)
		step, leaves := 1.0, -1
		for at, i := range c.active {
			if z := c.solution[at]; z <= 0 {
				to := 0.0 // of a column that has just become active
				if x := c.lambda[i]; x > 0 {
					to = x / (x - z)
				}
				if leaves < 0 || to < step {
					step, leaves = to, at
				}
			}
		}
		if leaves < 0 {
			for at, i := range c.active {
				c.lambda[i] = c.solution[at]
			}
			break
		}
		for at, i := range c.active {
			c.lambda[i] += step * (c.solution[at] - c.lambda[i])
		}
		c.lambda[c.active[leaves]] = 0
		for at := len(c.active) - 1; at >= 0; at-- {
			if c.lambda[c.active[at]] <= 0 && c.solution[at] <= 0 {
				c.pop(at)
			}
		}
	}
	copy(c.gradient, b)
	for _, i := range c.active {
		floats.AddScaled(c.gradient, c.lambda[i], rowOf(c.gram, i))
	}
}

// push makes column i active. It returns false, and changes nothing, if the column lies in the span of the active ones.
func (c *cone) push(i int) bool {
	m, n := c.gram.Rows, len(c.active)
	row := c.factor[n*m:][:n+1]
	from := rowOf(c.gram, i)
	for k, j := range c.active {
		row[k] = (from[j] - floats.Dot(row[:k], c.factor[k*m:][:k])) / c.factor[k*m+k]
	}
	pivot := from[i] - floats.Dot(row[:n], row[:n])
	if pivot < leastPivot {
		return false
	}
	row[n] = math.Sqrt(pivot)
	c.active = append(c.active, i)
	c.inactive[i] = false
	return true
}

// pop makes the column at this place of active inactive and rotates the rows below it back to triangular form.
func (c *cone) pop(at int) {
	m, last := c.gram.Rows, len(c.active)-1
	c.lambda[c.active[at]] = 0
	c.inactive[c.active[at]] = true
	copy(c.active[at:], c.active[at+1:])
	c.active = c.active[:last]
	for i := at; i < last; i++ {
		copy(c.factor[i*m:][:i+2], c.factor[(i+1)*m:][:i+2])
	}
	for k := at; k < last; k++ {
		diagonal, beside := c.factor[k*m+k], c.factor[k*m+k+1]
		length := math.Hypot(diagonal, beside)
		cosine, sine := diagonal/length, beside/length
		c.factor[k*m+k] = length
		for i := k + 1; i < last; i++ {
			left, right := c.factor[i*m+k], c.factor[i*m+k+1]
			c.factor[i*m+k], c.factor[i*m+k+1] = cosine*left+sine*right, cosine*right-sine*left
		}
	}
}

// resolve sets solution to the minimum over the active columns, whatever its signs.
func (c *cone) resolve(b []float64) {
	m, n := c.gram.Rows, len(c.active)
	z := c.solution[:n]
	for k, i := range c.active {
		z[k] = (-b[i] - floats.Dot(z[:k], c.factor[k*m:][:k])) / c.factor[k*m+k]
	}
	for k := n - 1; k >= 0; k-- {
		z[k] /= c.factor[k*m+k]
		floats.AddScaled(z[:k], -z[k], c.factor[k*m:][:k])
	}
}
