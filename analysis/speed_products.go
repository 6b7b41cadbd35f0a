package analysis

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// solveMost bounds the pairs of products that conjugate gradients spend on a step: an unfinished step helps too.
const solveMost = 60

// speedProducts multiplies with the Jacobians J of r(h) = F(h) - h at many states, without forming them.
type speedProducts struct {
	ctx                            context.Context // once done, steps remain unfinished
	dynamics                       Dynamics
	push, pull                     func(to, vectors *mat.Dense) // of F
	rest, direction, image, normal *mat.Dense                   // K x N, of conjugate gradients
}

// at moves to states, K x N.
func (p *speedProducts) at(states *mat.Dense) { p.push, p.pull = linearise(p.dynamics, states) }

// times sets every row of to to J times the same row of from, K x N.
func (p *speedProducts) times(to, from *mat.Dense) {
	p.push(to, from)
	to.Sub(to, from)
}

// transposed sets every row of to to J^T times the same row of from, K x N.
func (p *speedProducts) transposed(to, from *mat.Dense) {
	p.pull(to, from)
	to.Sub(to, from)
}

// solve sets the step of every descent to the solution of (J^T J + mu I) step = -gradient by conjugate gradients, up to a
// residual of its accuracy times that of the gradient. The states are those of at. Where that takes too long, the step remains
// unfinished. A descent is not solved if rounding has made the matrix indefinite.
//
// Source: Steihaug 1983, doi:10.1137/0720042, without its bound on the step: the damping takes its place.
func (p *speedProducts) solve(descents []*descent) {
	n := p.dynamics.Units()
	p.reserve(len(descents), n)
	sizes, running := make([]float64, len(descents)), make([]int, len(descents))
	for row, a := range descents {
		rest := p.rest.RawRowView(row)
		clear(a.step)
		floats.ScaleTo(rest, -1, a.gradient)
		p.direction.SetRow(row, rest)
		sizes[row], running[row] = floats.Dot(rest, rest), row
		a.solved = true
	}
	for range min(n, solveMost) {
		if p.ctx.Err() != nil {
			return
		}
		p.times(p.image, p.direction)
		p.transposed(p.normal, p.image)
		kept := running[:0]
		for _, row := range running {
			a, direction, normal, rest := descents[row], p.direction.RawRowView(row), p.normal.RawRowView(row), p.rest.RawRowView(row)
			floats.AddScaled(normal, a.damping, direction)
			curvature := floats.Dot(direction, normal)
			if !(curvature > 0) || math.IsInf(curvature, 1) {
				a.solved = false
				clear(direction)
				continue
			}
			length, before := sizes[row]/curvature, sizes[row]
			floats.AddScaled(a.step, length, direction)
			floats.AddScaled(rest, -length, normal)
			if sizes[row] = floats.Dot(rest, rest); math.Sqrt(sizes[row]) <= a.accuracy()*floats.Norm(a.gradient, 2) {
				clear(direction)
				continue
			}
			floats.Scale(sizes[row]/before, direction)
			floats.Add(direction, rest)
			kept = append(kept, row)
		}
		if running = kept; len(running) == 0 {
			return
		}
	}
}

// reserve allocates memory for conjugate gradients with k vectors of length n.
func (p *speedProducts) reserve(k, n int) {
	if p.rest != nil && p.rest.RawMatrix().Rows == k {
		return
	}
	for _, block := range []**mat.Dense{&p.rest, &p.direction, &p.image, &p.normal} {
		*block = mat.NewDense(k, n, nil)
	}
}
