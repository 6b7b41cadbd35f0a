package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// curvature is the lower triangle of J^T J at a state, N x N, in some precision.
type curvature[T precision] struct {
	matrix matrix[T]
	known  bool // whether it is that of the state
}

// denseSteps solves for damped steps by Cholesky's factorisation.
type denseSteps struct {
	dynamics    Dynamics
	jacobian    *mat.Dense // N x N, of r: that of F minus the identity
	single      *factorisation[float32]
	double      *factorisation[float64] // made when it is needed
	image, rest []float64               // N
	correction  []float64               // N
}

func newDenseSteps(d Dynamics) *denseSteps {
	n := d.Units()
	return &denseSteps{
		dynamics: d, jacobian: mat.NewDense(n, n, nil), single: newFactorisation[float32](n),
		image: make([]float64, n), rest: make([]float64, n), correction: make([]float64, n),
	}
}

// solve sets the step of a descent to the solution of (J^T J + mu I) step = -gradient. It is not solved if rounding has made
// the matrix indefinite.
//
// A factor in float32, which takes half of the time, does until refinement no longer makes up for its rounding.
func (s *denseSteps) solve(a *descent) {
	s.dynamics.Jacobian(s.jacobian, a.state)
	for i := range a.state {
		s.jacobian.Set(i, i, s.jacobian.At(i, i)-1)
	}
	if !a.fine {
		if a.solved = s.roughly(a); a.solved {
			return
		}
		a.fine = true
	}
	if s.double == nil {
		s.double = newFactorisation[float64](len(a.state))
	}
	if a.solved = s.double.factorise(&a.double, s.jacobian, a.damping); a.solved {
		floats.ScaleTo(s.rest, -1, a.gradient)
		s.double.solve(a.step, s.rest)
	}
}

// refinedAccuracy is the residual of a step with a factor in float32, over that of none. With 1e-6, one search in a hundred
// goes another way than with float64.
const refinedAccuracy = 1e-8

// roughly is solve with a factor in float32. It returns false if the step does not become accurate enough.
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 3.5.3, for iterative improvement.
func (s *denseSteps) roughly(a *descent) bool {
	if !s.single.factorise(&a.single, s.jacobian, a.damping) {
		return false
	}
	clear(a.step)
	floats.ScaleTo(s.rest, -1, a.gradient)
	goal := refinedAccuracy * floats.Norm(a.gradient, 2)
	for range 3 {
		s.single.solve(s.correction, s.rest)
		floats.Add(a.step, s.correction)
		if s.missing(a) <= goal {
			return true
		}
	}
	return false
}

// missing sets rest to -gradient - (J^T J + mu I) step and returns its length.
func (s *denseSteps) missing(a *descent) float64 {
	vector := func(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
	jacobian := s.jacobian.RawMatrix()
	blas64.Gemv(blas.NoTrans, 1, jacobian, vector(a.step), 0, vector(s.image))
	floats.ScaleTo(s.rest, -1, a.gradient)
	floats.AddScaled(s.rest, -a.damping, a.step)
	blas64.Gemv(blas.Trans, -1, jacobian, vector(s.image), 1, vector(s.rest))
	return floats.Norm(s.rest, 2)
}

// factorisation solves with J^T J + mu I in memory of its own.
type factorisation[T precision] struct {
	jacobian   matrix[T] // N x N
	transposed matrix[T] // N x N, only for Gonum's own products
	damped     matrix[T] // N x N, lower triangle of J^T J + mu I, then its Cholesky factor
	vector     []T       // N
	cholesky   *cholesky[T]
}

func newFactorisation[T precision](n int) *factorisation[T] {
	f := &factorisation[T]{jacobian: newMatrix[T](n, n), damped: newMatrix[T](n, n), vector: make([]T, n), cholesky: newCholesky[T](n)}
	if stock[T]() {
		f.transposed = newMatrix[T](n, n)
	}
	return f
}

// factorise prepares solve, with J^T J from c where it is known. It returns false if the matrix is not positive definite in this precision.
func (f *factorisation[T]) factorise(c *curvature[T], jacobian *mat.Dense, damping float64) bool {
	n := len(f.vector)
	if !c.known {
		for i := range n {
			to := f.jacobian.row(i)
			for j, value := range jacobian.RawRowView(i) {
				to[j] = T(value)
			}
		}
		if c.matrix.Data == nil {
			c.matrix = newMatrix[T](n, n)
		}
		if f.transposed.Data != nil {
			transposeMatrix(f.transposed, f.jacobian)
			selfProductMatrix(c.matrix, f.transposed)
		} else {
			columnProduct(c.matrix, f.jacobian)
		}
		c.known = true
	}
	for i := range n {
		row := f.damped.row(i)
		copy(row[:i+1], c.matrix.row(i))
		row[i] += T(damping)
	}
	return f.cholesky.factorise(f.damped)
}

// solve sets to to the solution of (J^T J + mu I) to = right.
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
