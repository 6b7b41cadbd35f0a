package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// descent is the search for a minimum of the speed q(h) = |r|^2/2, r = F(h) - h, from one start.
type descent struct {
	config    FixedPointConfig
	state     []float64 // N
	speed     float64   // q there, NaN where it is not finite
	converged bool      // whether the search ended in a minimum

	residual  []float64                // N, r
	gradient  []float64                // N, J^T r
	step      []float64                // N
	solved    bool                     // whether step is usable
	trial     []float64                // N, the state tried
	damping   float64                  // mu, below 0 before the first step
	growth    float64                  // factor on damping after the next unsuccessful step
	iteration int                      // successful steps
	passed    [stallIterations]float64 // speeds after the last of these steps
	curved    bool                     // whether steps take the curvature of F into account
	fine      bool                     // whether steps need float64
	single    curvature[float32]
	double    curvature[float64]
}

// newDescent starts at a copy of start, which the map takes to moved.
func newDescent(start, moved []float64, config FixedPointConfig) *descent {
	n := len(start)
	a := &descent{
		config: config, state: slices.Clone(start), residual: make([]float64, n), step: make([]float64, n), trial: make([]float64, n),
		damping: -1, growth: 2,
	}
	floats.SubTo(a.residual, moved, start)
	if a.speed = floats.Dot(a.residual, a.residual) / 2; math.IsInf(a.speed, 0) {
		a.speed = math.NaN()
	}
	a.passed[0] = a.speed
	return a
}

// found reports whether the search ended at a fixed or slow point.
func (a *descent) found() bool {
	return a.speed <= a.config.Tolerance || a.converged && a.speed <= a.config.SlowTolerance
}

// solveAccuracy is the residual of a step, relative to that of the zero step, far from a fixed point. With 1e-2 and 0.1, searches in
// chaotic networks of 200 units end at fewer slow points.
const solveAccuracy = 1e-3

// accuracy returns the residual that a step may leave, relative to that of the zero step.
func (a *descent) accuracy() float64 { return max(1e-12, min(solveAccuracy, math.Sqrt(2*a.speed))) }

// A search has stalled if its speed is far above that of slow points and, at the rate of the last stallIterations, would not become
// slow in the remaining steps: it has found a minimum that is of no use, or will have once it gets there.
const (
	stallIterations = 20
	stallDistance   = 10 // times SlowTolerance
)

// curvedShare is the share of the speed left by a step above which the next one uses the curvature of F, once the speed is near that
// of slow points: without it, steps towards minima of q above 0 stay short. Farther away it leads fewer searches to slow points.
//
// Source: Fletcher and Xu 1987, doi:10.1093/imanum/7.3.371.
const curvedShare = 0.8

// stalled reports whether the search has stalled; it is called once after every successful step.
func (a *descent) stalled() bool {
	now := a.iteration % stallIterations
	before := a.passed[now]
	a.passed[now] = a.speed
	if a.iteration < stallIterations || a.speed <= stallDistance*a.config.SlowTolerance {
		return false
	}
	left := float64(a.config.MaximumIterations-a.iteration) / stallIterations
	return a.speed*math.Pow(a.speed/before, left) > a.config.SlowTolerance
}

// arrived reports whether the search ends here in a minimum, given the gradient.
func (a *descent) arrived() bool {
	a.converged = a.speed == 0 || floats.Norm(a.gradient, math.Inf(1)) <= a.config.GradientTolerance*math.Sqrt(2*a.speed)
	return a.converged
}

// move accepts trial, which the map takes to moved, if that is slower, and otherwise raises the damping. It reports whether the
// search ends there.
func (a *descent) move(moved []float64) (ended bool) {
	floats.Sub(moved, a.trial)
	tried := floats.Dot(moved, moved) / 2
	// The model decreases by step . (mu step - gradient) / 2, also for unfinished steps of conjugate gradients.
	expected := (a.damping*floats.Dot(a.step, a.step) - floats.Dot(a.step, a.gradient)) / 2
	if gain := (a.speed - tried) / expected; a.solved && expected > 0 && gain > 0 {
		copy(a.state, a.trial)
		copy(a.residual, moved)
		a.single.known, a.double.known = false, false
		before := a.speed
		a.speed = tried
		a.damping *= max(1./3, 1-math.Pow(2*gain-1, 3))
		a.growth = 2
		a.iteration++
		a.curved = tried > curvedShare*before && tried <= stallDistance*a.config.SlowTolerance
		// Below Tolerance, what is left is rounding.
		a.converged = tried <= a.config.Tolerance && tried > before/4 || a.stalled()
		return a.converged || a.iteration == a.config.MaximumIterations
	}
	a.damping *= a.growth
	a.growth *= 2
	if !(a.damping < math.MaxFloat64/4) || floats.Norm(a.step, math.Inf(1)) < 0x1p-53*(1+floats.Norm(a.state, math.Inf(1))) {
		// No step of any size helps: rounding ends the search.
		a.converged = a.speed <= a.config.Tolerance
		return true
	}
	return false
}
