package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// curvature is the lower triangle of the second derivative H of the speed at a state, N x N, in some precision.
type curvature[T precision] struct {
	matrix matrix[T]
	known  bool // whether it is that of the state
}

// denseSteps solves for damped steps by Cholesky's factorisation of
//
//	H = J^T J + sum_i r_i d2F_i/dh2 = A^T (S^2 + C) A - A^T S - S A + I,   C = diag(r_i phi''(a_i)) or 0
//
// with A the weights of a [Layer] and S its slopes; for other maps, the Jacobian and the identity, and C is 0.
type denseSteps struct {
	dynamics          Dynamics
	layer             Layer      // nil if dynamics are none
	weights           *mat.Dense // N x N, A
	slopes, bends     []float64  // N, the diagonals of S and C
	single            *factorisation[float32]
	double            *factorisation[float64] // made when it is needed
	image, pull, rest []float64               // N
	correction        []float64               // N
}

func newDenseSteps(d Dynamics) *denseSteps {
	n := d.Units()
	s := &denseSteps{
		dynamics: d, slopes: make([]float64, n), bends: make([]float64, n), single: newFactorisation[float32](n),
		image: make([]float64, n), pull: make([]float64, n), rest: make([]float64, n), correction: make([]float64, n),
	}
	if s.layer, _ = d.(Layer); s.layer != nil {
		s.weights = s.layer.Weights()
		s.single.set(s.weights)
		return s
	}
	s.weights = mat.NewDense(n, n, nil)
	for i := range n {
		s.slopes[i] = 1
	}
	return s
}

// solve sets the step of a descent to the solution of (H + mu I) step = -gradient. It is not solved if the matrix is indefinite.
//
// A factor in float32, which takes half of the time, is used until refinement no longer compensates for its rounding.
func (s *denseSteps) solve(a *descent) {
	if s.layer != nil {
		s.layer.Derivatives(s.slopes, s.bends, a.state)
		floats.Mul(s.bends, a.residual)
		if !a.curved {
			clear(s.bends)
		}
	} else {
		s.dynamics.Jacobian(s.weights, a.state)
	}
	if !a.fine {
		if s.layer == nil {
			s.single.set(s.weights)
		}
		if definite, accurate := s.roughly(a); accurate {
			a.solved = true
			return
		} else if !definite && a.curved {
			a.solved = false
			return
		}
		a.fine = true
	}
	if s.double == nil {
		s.double = newFactorisation[float64](len(a.state))
		s.double.set(s.weights)
	} else if s.layer == nil {
		s.double.set(s.weights)
	}
	if a.solved = s.double.factorise(&a.double, s.slopes, s.bends, a.damping); a.solved {
		floats.ScaleTo(s.rest, -1, a.gradient)
		s.double.solve(a.step, s.rest)
	}
}

// refinedAccuracy is the residual of a step with a factor in float32, relative to that of the zero step, at which refinement ends.
// With 1e-6, one search in a hundred takes a different path from that with float64. After three refinements, [descent.accuracy] suffices.
const refinedAccuracy = 1e-8

// roughly is solve with a factor in float32. It reports whether the matrix is positive definite in this precision and whether the
// step has become accurate enough.
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 3.5.3, for iterative improvement.
func (s *denseSteps) roughly(a *descent) (definite, accurate bool) {
	if !s.single.factorise(&a.single, s.slopes, s.bends, a.damping) {
		return false, false
	}
	clear(a.step)
	floats.ScaleTo(s.rest, -1, a.gradient)
	size, missing := floats.Norm(a.gradient, 2), 0.0
	for range 3 {
		s.single.solve(s.correction, s.rest)
		floats.Add(a.step, s.correction)
		if missing = s.missing(a); missing <= refinedAccuracy*size {
			break
		}
	}
	return true, missing <= a.accuracy()*size
}

// missing sets rest to -gradient - (H + mu I) step and returns its length.
func (s *denseSteps) missing(a *descent) float64 {
	vector := func(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
	weights := s.weights.RawMatrix()
	blas64.Gemv(blas.NoTrans, 1, weights, vector(a.step), 0, vector(s.image))
	for i, image := range s.image {
		growth := s.slopes[i]*image - a.step[i] // J step
		s.rest[i] = growth - a.gradient[i] - a.damping*a.step[i]
		s.pull[i] = s.slopes[i]*growth + s.bends[i]*image
	}
	blas64.Gemv(blas.Trans, -1, weights, vector(s.pull), 1, vector(s.rest))
	return floats.Norm(s.rest, 2)
}

// factorisation solves with H + mu I in its own memory.
type factorisation[T precision] struct {
	weights  matrix[T] // N x N, A; for Gonum's own products, A^T
	weighted matrix[T] // N x N, (S^2 + C) A; for Gonum's own products, A^T (S^2 + C)
	damped   matrix[T] // N x N, lower triangle of H + mu I, then its Cholesky factor
	vector   []T       // N
	cholesky *cholesky[T]
}

func newFactorisation[T precision](n int) *factorisation[T] {
	return &factorisation[T]{
		weights: newMatrix[T](n, n), weighted: newMatrix[T](n, n), damped: newMatrix[T](n, n), vector: make([]T, n), cholesky: newCholesky[T](n),
	}
}

// set sets the weights A.
func (f *factorisation[T]) set(weights *mat.Dense) {
	to := f.weights
	if stock[T]() {
		to = f.weighted
	}
	for i := range to.Rows {
		row := to.row(i)
		for j, value := range weights.RawRowView(i) {
			row[j] = T(value)
		}
	}
	if stock[T]() {
		transposeMatrix(f.weights, f.weighted)
	}
}

// factorise prepares solve, with H from c where it is known. It returns false if the matrix is not positive definite in
// this precision.
func (f *factorisation[T]) factorise(c *curvature[T], slopes, bends []float64, damping float64) bool {
	n := len(f.vector)
	if !c.known {
		if c.matrix.Data == nil {
			c.matrix = newMatrix[T](n, n)
		}
		f.curve(c.matrix, slopes, bends)
		c.known = true
	}
	for i := range n {
		row := f.damped.row(i)
		copy(row[:i+1], c.matrix.row(i))
		row[i] += T(damping)
	}
	return f.cholesky.factorise(f.damped)
}

// curve sets the lower triangle of to to H.
func (f *factorisation[T]) curve(to matrix[T], slopes, bends []float64) {
	for i, slope := range slopes {
		f.vector[i] = T(slope*slope + bends[i])
	}
	if stock[T]() {
		for i := range slopes {
			row := f.weighted.row(i)
			for j, value := range f.weights.row(i) {
				row[j] = f.vector[j] * value
			}
		}
		rowProduct(to, f.weighted, f.weights)
	} else {
		for i, factor := range f.vector {
			row := f.weighted.row(i)
			for j, value := range f.weights.row(i) {
				row[j] = factor * value
			}
		}
		columnProduct(to, f.weighted, f.weights)
	}
	for i, slope := range slopes {
		f.vector[i] = T(slope)
	}
	// Square tiles of the matrix at a time, since one of its two factors is read by columns.
	const side = 16
	for first := 0; first < len(slopes); first += side {
		for left := 0; left <= first; left += side {
			for i := first; i < min(first+side, len(slopes)); i++ {
				row, along := to.row(i), f.weights.row(i)
				for j := left; j <= min(left+side-1, i); j++ {
					// A_ij s_i + A_ji s_j, of A or of its transpose
					if across := f.weights.Data[j*f.weights.Stride+i]; stock[T]() {
						row[j] -= along[j]*f.vector[j] + across*f.vector[i]
					} else {
						row[j] -= along[j]*f.vector[i] + across*f.vector[j]
					}
				}
			}
		}
	}
	for i := range slopes {
		to.Data[i*to.Stride+i]++
	}
}

// solve sets to to the solution of (H + mu I) to = right.
func (f *factorisation[T]) solve(to, right []float64) {
	for i, value := range right {
		f.vector[i] = T(value)
	}
	n := len(f.vector)
	switch factor := any(f.damped).(type) {
	case matrix[float32]:
		triangle := blas32.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: factor.Stride, Data: factor.Data}
		vector := blas32.Vector{N: n, Inc: 1, Data: any(f.vector).([]float32)}
		blas32.Trsv(blas.NoTrans, triangle, vector)
		blas32.Trsv(blas.Trans, triangle, vector)
	case matrix[float64]:
		triangle := blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: factor.Stride, Data: factor.Data}
		vector := blas64.Vector{N: n, Inc: 1, Data: any(f.vector).([]float64)}
		blas64.Trsv(blas.NoTrans, triangle, vector)
		blas64.Trsv(blas.Trans, triangle, vector)
	}
	for i, value := range f.vector {
		to[i] = float64(value)
	}
}
