package analysis

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// denseUnits is the number of units up to which damped steps come from a factorisation, which takes 20 ms for 1000 units in
// float32. Above, they come from conjugate gradients where the map is a [Lineariser].
const denseUnits = 1500

// speedSearch minimises the speed q(h) = |r|^2/2 of a map, r = F(h) - h, from many starts side by side, so that the map
// and its Jacobians apply to many states at once.
type speedSearch struct {
	ctx      context.Context // once done, searches end where they are, not converged
	dynamics Dynamics
	config   FixedPointConfig
	products speedProducts
	free     bool        // whether the map multiplies with its Jacobian without forming it
	dense    *denseSteps // made when it is needed
}

func newSpeedSearch(ctx context.Context, d Dynamics, config FixedPointConfig) *speedSearch {
	_, free := d.(Lineariser)
	return &speedSearch{ctx: ctx, dynamics: d, config: config, products: speedProducts{ctx: ctx, dynamics: d}, free: free}
}

// restartSteps is the number of steps along the trajectory to the first restart; it doubles with every further one.
const restartSteps = 20

// along returns the result of minimise from every start or, where that is neither a fixed nor a slow point, from the first state
// further along its trajectory from which it is one; without such a state, the result from the start.
func (s *speedSearch) along(starts *mat.Dense) []*descent {
	ends := s.minimise(starts)
	path := mat.DenseCopyOf(starts)
	missed := make([]int, len(ends))
	for i := range missed {
		missed[i] = i
	}
	for attempt := 0; ; attempt++ {
		left := missed[:0]
		for row, i := range missed {
			if !ends[i].found() && firstNotFinite(path.RawRowView(row)) < 0 {
				path.SetRow(len(left), path.RawRowView(row))
				left = append(left, i)
			}
		}
		missed = left
		if len(missed) == 0 || attempt == s.config.Restarts || s.ctx.Err() != nil {
			return ends
		}
		path = s.follow(path.Slice(0, len(missed), 0, s.dynamics.Units()).(*mat.Dense), restartSteps<<attempt)
		for row, again := range s.minimise(path) {
			if again.found() {
				ends[missed[row]] = again
			}
		}
	}
}

// follow returns where the map takes states, K x N, in a number of steps, or NaN where a step on the way is not finite.
func (s *speedSearch) follow(states *mat.Dense, steps int) *mat.Dense {
	now, next := mat.DenseCopyOf(states), mat.DenseCopyOf(states)
	rows, _ := states.Dims()
	for range steps {
		if s.ctx.Err() != nil {
			break
		}
		stepAll(s.dynamics, next, now)
		now, next = next, now
		for i := range rows {
			if row := now.RawRowView(i); firstNotFinite(row) >= 0 {
				row[0] = math.NaN()
			}
		}
	}
	return now
}

// minimise returns, for every start, the minimum of the speed that is reached from it. A search that has not converged
// ended where the gradient is not small. It stops early in a minimum that is not a slow point.
//
// It solves (J^T J + mu I) step = -J^T r, with J the Jacobian of r, to 1e-8 or, in large networks, to a thousandth and to |r|
// near a fixed point; near minima that are not fixed points, the curvature of F is added to J^T J. The damping mu follows the ratio
// of the decrease of q to that of its model; near a fixed point it vanishes and steps are Newton's.
func (s *speedSearch) minimise(starts *mat.Dense) []*descent {
	samples, n := starts.Dims()
	moved := mat.NewDense(samples, n, nil)
	stepAll(s.dynamics, moved, starts)
	all := make([]*descent, samples)
	var active []*descent
	for i := range all {
		all[i] = newDescent(starts.RawRowView(i), moved.RawRowView(i), s.config)
		if !math.IsNaN(all[i].speed) {
			active = append(active, all[i])
		}
	}
	for len(active) > 0 && s.ctx.Err() == nil {
		s.products.at(gathered(active, func(a *descent) []float64 { return a.state }))
		gradients := mat.NewDense(len(active), n, nil)
		s.products.transposed(gradients, gathered(active, func(a *descent) []float64 { return a.residual }))
		running := active[:0]
		for row, a := range active {
			a.gradient = gradients.RawRowView(row)
			if a.arrived() {
				continue
			}
			if a.damping < 0 {
				a.damping = 1e-3 * s.largestColumn(a.state)
			}
			running = append(running, a)
		}
		if s.iterative() && 0 < len(running) && len(running) < len(active) {
			s.products.at(gathered(running, func(a *descent) []float64 { return a.state }))
		}
		if active = running; len(active) == 0 {
			break
		}
		s.solve(active)
		for _, a := range active {
			floats.AddTo(a.trial, a.state, a.step)
		}
		moved := mat.NewDense(len(active), n, nil)
		stepAll(s.dynamics, moved, gathered(active, func(a *descent) []float64 { return a.trial }))
		running = active[:0]
		for row, a := range active {
			if !a.move(moved.RawRowView(row)) {
				running = append(running, a)
			}
		}
		active = running
	}
	return all
}

// iterative reports whether steps come from conjugate gradients.
func (s *speedSearch) iterative() bool { return s.free && s.dynamics.Units() > denseUnits }

// solve sets the steps of descents.
func (s *speedSearch) solve(descents []*descent) {
	if s.iterative() {
		s.products.solve(descents) // possibly unfinished: such steps help too
		return
	}
	if s.dense == nil {
		s.dense = newDenseSteps(s.dynamics)
	}
	for _, a := range descents {
		if s.ctx.Err() != nil {
			return
		}
		s.dense.solve(a)
	}
}

// largestColumn returns the largest squared length of the columns of J at a state.
func (s *speedSearch) largestColumn(state []float64) float64 {
	n := len(state)
	jacobian := mat.NewDense(n, n, nil)
	s.dynamics.Jacobian(jacobian, state)
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

// gathered returns a vector of every descent, one a row.
func gathered(descents []*descent, vector func(*descent) []float64) *mat.Dense {
	rows := mat.NewDense(len(descents), len(descents[0].state), nil)
	for i, a := range descents {
		rows.SetRow(i, vector(a))
	}
	return rows
}
