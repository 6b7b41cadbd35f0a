package analysis

import (
	"context"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// speedSearch minimises the speed q(h) = |r|^2/2 of a map, r = F(h) - h, from one start after another.
type speedSearch struct {
	ctx       context.Context // once done, searches end where they are, not converged
	dynamics  Dynamics
	jacobian  *mat.Dense     // N x N, of r: that of F minus the identity
	curvature blas64.General // N x N, lower triangle of J^T J
	damped    blas64.General // N x N, lower triangle of J^T J + mu I, then its Cholesky factor
	residual  []float64      // N, r
	trial     []float64      // N, the state tried
	moved     []float64      // N, r there
	gradient  *mat.VecDense  // N, J^T r
	step      []float64      // N
}

func newSpeedSearch(ctx context.Context, d Dynamics) *speedSearch {
	n := d.Units()
	return &speedSearch{
		ctx: ctx, dynamics: d, jacobian: mat.NewDense(n, n, nil), curvature: newGeneral(n, n), damped: newGeneral(n, n),
		residual: make([]float64, n), trial: make([]float64, n), moved: make([]float64, n),
		gradient: mat.NewVecDense(n, nil), step: make([]float64, n),
	}
}

// speed sets r to F(state) - state and returns q.
func (s *speedSearch) speed(r, state []float64) float64 {
	s.dynamics.Step(r, state)
	floats.Sub(r, state)
	return floats.Dot(r, r) / 2
}

// A search whose speed falls by less than stallShare in stallIterations and is still far above the slow ones has found a
// minimum that is of no use: what is left only sharpens its gradient.
const (
	stallIterations = 20
	stallShare      = 1e-3
	stallDistance   = 10 // times SlowTolerance
)

// restartSteps is the number of steps along the trajectory to the first restart; it doubles with every other.
const restartSteps = 20

// along returns what minimise does from a start or, where that is neither a fixed nor a slow point, from the first of the
// states further along its trajectory from which it is; without one, what it does from the start.
func (s *speedSearch) along(start []float64, config FixedPointConfig) (state []float64, speed float64, converged bool) {
	state, speed, converged = s.minimise(start, config)
	path := newOrbit(s.dynamics, start)
	for attempt := 0; attempt < config.Restarts && !found(speed, converged, config); attempt++ {
		for range restartSteps << attempt {
			if path.advance() != nil {
				return state, speed, converged
			}
		}
		if end, q, small := s.minimise(path.state, config); found(q, small, config) {
			return end, q, small
		}
	}
	return state, speed, converged
}

// found reports whether a search ended at a fixed or slow point.
func found(speed float64, converged bool, config FixedPointConfig) bool {
	return speed <= config.Tolerance || converged && speed <= config.SlowTolerance
}

// minimise returns the minimum of the speed that is reached from a start and its speed. converged is false if the gradient
// is not small there. It stops early in a minimum that is no slow point.
//
// It takes steps (J^T J + mu I) step = -J^T r. The damping mu follows the ratio of the decrease of q to that of its
// model; near a fixed point it vanishes and steps are Newton's.
func (s *speedSearch) minimise(start []float64, config FixedPointConfig) (state []float64, speed float64, converged bool) {
	state = append([]float64(nil), start...)
	speed = s.speed(s.residual, state)
	if math.IsNaN(speed) || math.IsInf(speed, 0) {
		return state, math.NaN(), false
	}
	damping, growth, passed := -1.0, 2.0, math.Inf(1)
	for iteration := range config.MaximumIterations {
		if s.ctx.Err() != nil {
			return state, speed, false
		}
		if speed == 0 {
			return state, speed, true
		}
		if iteration%stallIterations == 0 {
			if speed > stallDistance*config.SlowTolerance && speed > (1-stallShare)*passed {
				return state, speed, true
			}
			passed = speed
		}
		s.linearise(state)
		if floats.Norm(s.gradient.RawVector().Data, math.Inf(1)) <= config.GradientTolerance*math.Sqrt(2*speed) {
			return state, speed, true
		}
		if damping < 0 {
			largest := 0.0
			for i := range s.curvature.Rows {
				largest = max(largest, s.curvature.Data[i*s.curvature.Stride+i])
			}
			damping = 1e-3 * largest
		}
		improved := false
		for !improved && s.ctx.Err() == nil {
			tried, gain := s.attempt(state, speed, damping)
			if improved = gain > 0; improved {
				copy(state, s.trial)
				copy(s.residual, s.moved)
				before := speed
				speed = tried
				damping *= max(1./3, 1-math.Pow(2*gain-1, 3))
				growth = 2
				// What is left is rounding.
				if speed <= config.Tolerance && speed > before/4 {
					return state, speed, true
				}
				continue
			}
			damping *= growth
			growth *= 2
			if !(damping < math.MaxFloat64/4) || floats.Norm(s.step, math.Inf(1)) <
				0x1p-53*(1+floats.Norm(state, math.Inf(1))) {
				// No step of any size helps: as far as rounding lets us go.
				return state, speed, speed <= config.Tolerance
			}
		}
	}
	return state, speed, false
}

// linearise sets Jacobian, curvature and gradient at a state whose residual is known.
func (s *speedSearch) linearise(state []float64) {
	s.dynamics.Jacobian(s.jacobian, state)
	n := len(state)
	for i := range n {
		s.jacobian.Set(i, i, s.jacobian.At(i, i)-1)
	}
	smallerGramInto(s.curvature, s.jacobian.RawMatrix())
	s.gradient.MulVec(s.jacobian.T(), mat.NewVecDense(n, s.residual))
}

// attempt sets trial to the state after a damped step and returns its speed and the ratio of the decrease to the expected
// one: above 0 if the step helps.
func (s *speedSearch) attempt(state []float64, speed, damping float64) (tried, gain float64) {
	for i := range state {
		row := rowOf(s.damped, i)
		copy(row[:i+1], rowOf(s.curvature, i))
		row[i] += damping
	}
	n := len(state)
	factor, definite := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: s.damped.Data})
	if !definite {
		return speed, -1
	}
	gradient := s.gradient.RawVector().Data
	copy(s.step, gradient)
	floats.Scale(-1, s.step)
	solution := blas64.Vector{N: n, Inc: 1, Data: s.step}
	blas64.Trsv(blas.NoTrans, factor, solution)
	blas64.Trsv(blas.Trans, factor, solution)
	floats.AddTo(s.trial, state, s.step)
	tried = s.speed(s.moved, s.trial)
	// The model is step . (mu step - gradient) / 2 lower.
	expected := (damping*floats.Dot(s.step, s.step) - floats.Dot(s.step, gradient)) / 2
	if !(expected > 0) || math.IsNaN(tried) {
		return tried, -1
	}
	return tried, (speed - tried) / expected
}
