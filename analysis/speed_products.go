package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// denseUnits is the number of units up to which damped steps come from a factorisation at once. Of 500 and 1000,
	// conjugate gradients take a quarter to two thirds of its time.
	denseUnits = 300
	// solveShare bounds the products with which conjugate gradients look for a step, over N: with more, a factorisation
	// is as fast.
	solveShare = 0.5
)

// speedProducts multiplies with the Jacobian J of r(h) = F(h) - h without forming it.
type speedProducts struct {
	dynamics                       Dynamics
	push, pull                     func(to, vectors *mat.Dense) // of F
	rest, direction, image, normal []float64                    // N, of conjugate gradients
}

func newSpeedProducts(d Dynamics) *speedProducts {
	n := d.Units()
	return &speedProducts{
		dynamics: d, rest: make([]float64, n), direction: make([]float64, n), image: make([]float64, n), normal: make([]float64, n),
	}
}

// at moves to a state.
func (p *speedProducts) at(state []float64) {
	p.push, p.pull = linearise(p.dynamics, mat.NewDense(1, len(state), state))
}

// times sets to to J from.
func (p *speedProducts) times(to, from []float64) {
	n := len(to)
	p.push(mat.NewDense(1, n, to), mat.NewDense(1, n, from))
	floats.Sub(to, from)
}

// transposed sets to to J^T from.
func (p *speedProducts) transposed(to, from []float64) {
	n := len(to)
	p.pull(mat.NewDense(1, n, to), mat.NewDense(1, n, from))
	floats.Sub(to, from)
}

// largestColumn returns the largest squared length of the columns of J at a state.
func (p *speedProducts) largestColumn(state []float64) float64 {
	n := len(state)
	jacobian := mat.NewDense(n, n, nil)
	p.dynamics.Jacobian(jacobian, state)
	squares := make([]float64, n)
	for i := range n {
		row := jacobian.RawRowView(i)
		row[i]--
		for j, value := range row {
			squares[j] += value * value
		}
	}
	return floats.Max(squares)
}

// solve sets step to the solution of (J^T J + mu I) step = -gradient by conjugate gradients, up to a residual of accuracy
// times that of the gradient. It returns false if that takes too long.
//
// Source: Steihaug 1983, doi:10.1137/0720042, without its bound on the step: the damping is that.
func (p *speedProducts) solve(step, gradient []float64, damping, accuracy float64) bool {
	clear(step)
	floats.ScaleTo(p.rest, -1, gradient)
	copy(p.direction, p.rest)
	size := floats.Dot(p.rest, p.rest)
	goal := accuracy * accuracy * size
	for range int(solveShare * float64(len(step))) {
		p.times(p.image, p.direction)
		p.transposed(p.normal, p.image)
		floats.AddScaled(p.normal, damping, p.direction)
		curvature := floats.Dot(p.direction, p.normal)
		if !(curvature > 0) || math.IsInf(curvature, 1) {
			return false
		}
		length := size / curvature
		floats.AddScaled(step, length, p.direction)
		floats.AddScaled(p.rest, -length, p.normal)
		before := size
		if size = floats.Dot(p.rest, p.rest); size <= goal {
			return true
		}
		floats.Scale(size/before, p.direction)
		floats.Add(p.direction, p.rest)
	}
	return false
}

// denseCurvature solves for damped steps by Cholesky's factorisation.
type denseCurvature struct {
	dynamics  Dynamics
	known     bool           // whether jacobian and curvature are those of the state
	jacobian  *mat.Dense     // N x N, of r: that of F minus the identity
	curvature blas64.General // N x N, lower triangle of J^T J
	damped    blas64.General // N x N, lower triangle of J^T J + mu I, then its Cholesky factor
	cholesky  *cholesky
}

func newDenseCurvature(d Dynamics) *denseCurvature {
	n := d.Units()
	return &denseCurvature{dynamics: d, jacobian: mat.NewDense(n, n, nil), curvature: newGeneral(n, n), damped: newGeneral(n, n), cholesky: newCholesky(n)}
}

// solve sets step to the solution of (J^T J + mu I) step = -gradient at a state. It returns false if rounding has made the
// matrix indefinite.
func (c *denseCurvature) solve(step, gradient, state []float64, damping float64) bool {
	n := len(state)
	if !c.known {
		c.dynamics.Jacobian(c.jacobian, state)
		for i := range n {
			c.jacobian.Set(i, i, c.jacobian.At(i, i)-1)
		}
		smallerGramInto(c.curvature, c.jacobian.RawMatrix())
		c.known = true
	}
	for i := range n {
		row := rowOf(c.damped, i)
		copy(row[:i+1], rowOf(c.curvature, i))
		row[i] += damping
	}
	if !c.cholesky.factorise(c.damped) {
		return false
	}
	factor := blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: c.damped.Data}
	floats.ScaleTo(step, -1, gradient)
	solution := blas64.Vector{N: n, Inc: 1, Data: step}
	blas64.Trsv(blas.NoTrans, factor, solution)
	blas64.Trsv(blas.Trans, factor, solution)
	return true
}
