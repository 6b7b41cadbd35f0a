package analysis

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// strideCollapse is [frameCollapse] for several steps, which can be repeated one at a time: what is left of a row then has
// ten digits. With 1e-13, exponents of 60 units at g = 2 are off by 6e-7 with 5 steps, with 1e-6 not at all.
const strideCollapse = 1e-6

// tangentWalk carries a state and orthonormal directions along a trajectory.
type tangentWalk struct {
	ctx     context.Context
	orbit   *orbit
	frame   *frame
	q, next *mat.Dense // K x N, directions one a row
	saved   *mat.Dense // K x N, directions at the start of a stretch
	from    []float64  // N, the state there
	logs    []float64  // K, growth so far, in nats
	stretch []float64  // K, growth in a stretch
	lost    int        // the step at which the first was lost, 0 if none
}

func newTangentWalk(ctx context.Context, d Dynamics, start []float64, k int) *tangentWalk {
	n := d.Units()
	return &tangentWalk{
		ctx: ctx, orbit: newOrbit(d, start), frame: newFrame(k),
		q: scatteredFrame(k, n), next: mat.NewDense(k, n, nil), saved: mat.NewDense(k, n, nil),
		from: make([]float64, n), logs: make([]float64, k), stretch: make([]float64, k),
	}
}

// walk takes steps with an orthonormalisation after every so many and at the end, and adds the growth to logs.
func (w *tangentWalk) walk(steps, every int) error {
	for steps > 0 {
		length := min(every, steps)
		steps -= length
		if length > 1 {
			copy(w.from, w.orbit.state)
			w.saved.Copy(w.q)
		}
		collapsed, err := w.stride(length)
		if err != nil {
			return err
		}
		if collapsed == 0 {
			continue
		}
		if length == 1 {
			if err := w.lose(collapsed); err != nil {
				return err
			}
			continue
		}
		// Too long without orthonormalisation for these directions: repeat it one step at a time.
		copy(w.orbit.state, w.from)
		w.orbit.steps -= length
		w.q.Copy(w.saved)
		for range length {
			collapsed, err := w.stride(1)
			if err != nil {
				return err
			}
			if collapsed != 0 {
				if err := w.lose(collapsed); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stride takes steps with one orthonormalisation at the end. The growth is added to logs if no direction was lost, or if
// it is a single step; otherwise q is undefined.
func (w *tangentWalk) stride(steps int) (collapsed int, err error) {
	for range steps {
		if err := w.ctx.Err(); err != nil {
			return 0, err
		}
		pushAt(w.orbit.dynamics, w.next, w.q, w.orbit.state)
		w.q, w.next = w.next, w.q
		if err := w.orbit.advance(); err != nil {
			return 0, err
		}
	}
	least := frameCollapse
	if steps > 1 {
		least = strideCollapse
	}
	clear(w.stretch)
	collapsed = w.frame.orthonormalise(w.q, w.stretch, least)
	if collapsed == 0 || steps == 1 {
		for i, growth := range w.stretch {
			w.logs[i] += growth
		}
	}
	return collapsed, nil
}

// lose records that directions were lost in the last step, or returns an error if its Jacobian is not finite.
func (w *tangentWalk) lose(collapsed int) error {
	if collapsed < 0 {
		return &AtStep{Step: w.orbit.steps, Err: checkFinite(w.q)}
	}
	if w.lost == 0 {
		w.lost = w.orbit.steps
	}
	return nil
}
