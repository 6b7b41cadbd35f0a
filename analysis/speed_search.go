package analysis

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// speedSearch minimises the speed q(h) = |r|^2/2 of a map, r = F(h) - h, from one start after another.
type speedSearch struct {
	ctx      context.Context // once done, searches end where they are, not converged
	dynamics Dynamics
	products *speedProducts
	dense    *denseCurvature // made when it is needed
	residual []float64       // N, r
	trial    []float64       // N, the state tried
	moved    []float64       // N, r there
	gradient []float64       // N, J^T r
	step     []float64       // N
}

func newSpeedSearch(ctx context.Context, d Dynamics) *speedSearch {
	n := d.Units()
	return &speedSearch{
		ctx: ctx, dynamics: d, products: newSpeedProducts(d),
		residual: make([]float64, n), trial: make([]float64, n), moved: make([]float64, n),
		gradient: make([]float64, n), step: make([]float64, n),
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
	stallShare      = 0.02
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
// It takes steps (J^T J + mu I) step = -J^T r, with J the Jacobian of r, exactly or, in large networks, to a thousandth
// and to |r| near a fixed point. The damping mu follows the ratio of the decrease of q to that of its model; near a fixed point it
// vanishes and steps are Newton's.
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
		s.products.at(state)
		s.products.transposed(s.gradient, s.residual)
		if floats.Norm(s.gradient, math.Inf(1)) <= config.GradientTolerance*math.Sqrt(2*speed) {
			return state, speed, true
		}
		if damping < 0 {
			damping = 1e-3 * s.products.largestColumn(state)
		}
		if s.dense != nil {
			s.dense.known = false
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

// solveAccuracy is the residual of a step, over that of none, far from a fixed point. With 1e-2 and 0.1, searches in chaotic
// networks of 200 units end at fewer slow points.
const solveAccuracy = 1e-3

// attempt sets trial to the state after a damped step and returns its speed and the ratio of the decrease to the expected
// one: above 0 if the step helps.
func (s *speedSearch) attempt(state []float64, speed, damping float64) (tried, gain float64) {
	accuracy := max(1e-12, min(solveAccuracy, math.Sqrt(2*speed)))
	if len(state) <= denseUnits || !s.products.solve(s.step, s.gradient, damping, accuracy) {
		if s.dense == nil {
			s.dense = newDenseCurvature(s.dynamics)
		}
		if !s.dense.solve(s.step, s.gradient, state, damping) {
			return speed, -1
		}
	}
	floats.AddTo(s.trial, state, s.step)
	tried = s.speed(s.moved, s.trial)
	// The model is step . (mu step - gradient) / 2 lower, also for steps that conjugate gradients have not finished.
	expected := (damping*floats.Dot(s.step, s.step) - floats.Dot(s.step, s.gradient)) / 2
	if !(expected > 0) || math.IsNaN(tried) {
		return tried, -1
	}
	return tried, (speed - tried) / expected
}
