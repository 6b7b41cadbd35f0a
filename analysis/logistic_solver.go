package analysis

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	solverMemory  = 12   // pairs of steps and gradient changes that L-BFGS remembers
	solverRefresh = 16   // iterations after which the metric is recomputed
	leastCurve    = 1e-8 // least curvature of a sample in the metric, which keeps that of the intercept above 0
)

// solver minimises the objectives of several readouts of the same points together,
//
//	f(w, b) = sum_i loss(w x_i + b, y_i) + |w|^2 / (2 C)
//
// by L-BFGS in the coordinates of a shared [metric]. The readouts advance in step, so that the two products with the
// points that an iteration needs are one product each for all of them, and a line search needs none: margins change
// linearly along a direction. Memory is allocated once, by newSolver, except for the coordinates, which the first solve allocates.
type solver struct {
	readouts   []readout
	config     LogisticConfig
	signs      bool           // whether a readout may stop as soon as the decisions of its margins are settled
	x          blas64.General // S x M, M = N + 1: the points and a column of ones for the intercept
	transposed blas64.General // M x S
	groups     [][]int        // nil without groups
	single     coordinates    // in float32, nil before they are needed
	double     coordinates    // in float64, nil before they are needed
	used       coordinates    // single or double
	curvatures []float64      // S, averaged over the readouts
	own        []float64      // S, of one readout
	states     []*solverState
	active     []int // readouts that have not converged, in order
	owners     []int // scratch: the readout of each active column

	// Scratch of all active readouts, packed in the order of active.
	directions, gradients blas64.General // columns x M
	changes, residuals    blas64.General // columns x S
}

// solverState is the state of one readout.
type solverState struct {
	parameters []float64 // columns x M, the intercept last
	gradient   []float64 // columns x M
	margins    []float64 // columns x S
	loss       float64   // without the penalty
	iterations int
	largest    float64 // largest absolute component of the gradient
	settled    bool    // no further step can change a decision

	steps, changes [][]float64 // solverMemory x (columns x M)
	inverse        []float64   // 1 / (step . change)
	weights        []float64   // of the two-loop recursion
	stored, next   int
}

// newSolver returns a solver for readouts of points that are samples x units. Weights and margins start at 0.
func newSolver(samples, units int, readouts []readout, groups [][]int, config LogisticConfig) *solver {
	width, columns := units+1, 0
	s := &solver{readouts: readouts, config: config}
	for i := range readouts {
		size := readouts[i].columns * width
		columns += readouts[i].columns
		state := &solverState{
			parameters: make([]float64, size),
			gradient:   make([]float64, size),
			margins:    make([]float64, readouts[i].columns*samples),
			inverse:    make([]float64, solverMemory),
			weights:    make([]float64, solverMemory),
		}
		for range solverMemory {
			state.steps = append(state.steps, make([]float64, size))
			state.changes = append(state.changes, make([]float64, size))
		}
		s.states = append(s.states, state)
	}
	s.x, s.transposed = newGeneral(samples, width), newGeneral(width, samples)
	s.curvatures, s.own = make([]float64, samples), make([]float64, samples)
	s.directions, s.gradients = newGeneral(columns, width), newGeneral(columns, width)
	s.changes, s.residuals = newGeneral(columns, samples), newGeneral(columns, samples)
	// More groups than parameters would cost more than they save.
	if len(groups) <= width {
		s.groups = groups
	}
	return s
}

// solve finds the minimum for every readout on points. The margins of the last solve, if any, are the first guess: the
// weights that come nearest to these margins on the new points, improved by one Newton step, are where the search
// starts. Where it starts has no influence on where it ends, because the objectives are strictly convex. It returns ctx's
// error if that is done first.
func (s *solver) solve(ctx context.Context, points *mat.Dense) error {
	width := s.x.Cols
	for i := range s.x.Rows {
		row := s.x.Data[i*s.x.Stride:][:width]
		copy(row, points.RawRowView(i))
		row[width-1] = 1
	}
	transposeInto(s.transposed, s.x)
	s.useCoordinates()
	s.active = s.active[:0]
	for i := range s.readouts {
		s.active = append(s.active, i)
		s.states[i].iterations, s.states[i].stored, s.states[i].settled = 0, 0, false
	}
	s.refreshMetric()
	s.start()
	for iteration := 1; len(s.active) > 0 && iteration <= s.config.MaximumIterations; iteration++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if iteration%solverRefresh == 0 {
			s.refreshMetric()
			for _, i := range s.active {
				s.states[i].stored = 0
			}
		}
		s.iterate()
	}
	return ctx.Err()
}

// refreshMetric computes the metric from the curvatures at the present margins, averaged over the active readouts.
func (s *solver) refreshMetric() {
	clear(s.curvatures)
	for _, i := range s.active {
		s.readouts[i].addCurvatures(s.curvatures, s.states[i].margins, s.x.Rows, 1/float64(len(s.active)), leastCurve)
	}
	s.used.set(s.x, s.curvatures, 1/s.config.C)
	if s.groups == nil {
		return
	}
	for _, i := range s.active {
		clear(s.own)
		s.readouts[i].addCurvatures(s.own, s.states[i].margins, s.x.Rows, 1, leastCurve)
		s.used.bend(i, s.own)
	}
}

// useCoordinates chooses the precision of the metric for the points in x. No curvature is above 1/4, so that the sum of
// their squares limits the condition of the metric. With more than two classes nothing determines the intercepts except that
// the directions of all columns sum to 0, which the rounding of float32 would spoil.
func (s *solver) useCoordinates() {
	squares := floats.Dot(s.x.Data, s.x.Data)
	width, samples, columns := s.x.Cols, s.x.Rows, s.directions.Rows
	binary := columns == len(s.readouts)
	if C := s.config.C; binary && squares/4*C <= mostSingle && C <= rangeSingle && C >= 1/rangeSingle {
		if s.single == nil {
			s.single = newMetricCoordinates[float32](samples, width, columns, len(s.readouts), s.groups)
		}
		s.used = s.single
		return
	}
	if s.double == nil {
		s.double = newMetricCoordinates[float64](samples, width, columns, len(s.readouts), s.groups)
	}
	s.used = s.double
}

// start sets parameters, margins and gradients to the first guess. From margins z, one Newton step leads to
// H^-1 X^T (c z - residual), which needs no weights that belong to z.
func (s *solver) start() {
	samples := s.x.Rows
	s.each(func(readout *readout, state *solverState, slot slot) {
		readout.lossAlong(0, state.margins, state.margins, slot.residuals, samples)
		clear(s.own)
		readout.addCurvatures(s.own, state.margins, samples, 1, leastCurve)
		for column := range readout.columns {
			residuals := slot.residuals[column*samples:][:samples]
			for i, z := range state.margins[column*samples:][:samples] {
				residuals[i] = s.own[i]*z - residuals[i]
			}
		}
	})
	s.multiplyGradients()
	s.each(func(readout *readout, state *solverState, slot slot) { copy(slot.directions, slot.gradients) })
	s.precondition()
	s.multiplyChanges()
	s.each(func(readout *readout, state *solverState, slot slot) {
		copy(state.parameters, slot.directions)
		copy(state.margins, slot.changes)
		state.loss = readout.lossAlong(0, state.margins, slot.changes, slot.residuals, samples).value
		zero := readout.total * math.Log(float64(len(readout.classes)))
		if !(state.loss+s.penalty(state.parameters, state.parameters)/2 <= zero) {
			// Worse than no weights at all: the states have changed too much for the old margins to be of use.
			clear(state.parameters)
			clear(state.margins)
			state.loss = readout.lossAlong(0, state.margins, slot.changes, slot.residuals, samples).value
		}
	})
	s.updateGradients()
}

// iterate takes one step of every active readout.
func (s *solver) iterate() {
	// The direction is -B^-1 gradient, where B is the metric updated by the remembered steps (the two-loop recursion of
	// L-BFGS; Nocedal and Wright 2006, algorithm 7.4).
	s.each(func(readout *readout, state *solverState, slot slot) { state.forget(slot.directions) })
	s.precondition()
	s.each(func(readout *readout, state *solverState, slot slot) { state.recall(slot.directions) })
	s.multiplyChanges()
	s.each(func(readout *readout, state *solverState, slot slot) {
		if s.signs && state.largest < signGradient && readout.settled(state.margins, slot.changes, s.x.Rows) {
			state.settled = true
			return
		}
		step := s.search(readout, state, slot)
		floats.AddScaled(state.parameters, step, slot.directions)
		floats.AddScaled(state.margins, step, slot.changes)
		floats.ScaleTo(state.steps[state.next], step, slot.directions)
		state.iterations++
	})
	s.updateGradients()
}

// updateGradients computes the gradients from the residuals, lets the readouts remember how they changed and drops
// those that have converged or cannot move any more.
func (s *solver) updateGradients() {
	if !slices.ContainsFunc(s.active, func(i int) bool { return !s.states[i].settled }) {
		s.active = s.active[:0] // no gradient is needed any more
		return
	}
	s.multiplyGradients()
	width, kept := s.x.Cols, s.active[:0]
	columns := 0
	for _, i := range s.active {
		readout, state := &s.readouts[i], s.states[i]
		fresh := s.gradients.Data[columns*width:][:readout.columns*width]
		columns += readout.columns
		if state.settled {
			continue
		}
		for column := range readout.columns {
			weights := state.parameters[column*width:][:width-1]
			floats.AddScaled(fresh[column*width:][:width-1], 1/s.config.C, weights)
		}
		moved := true
		if state.iterations > 0 {
			moved = state.remember(fresh)
		}
		copy(state.gradient, fresh)
		state.largest = floats.Norm(fresh, math.Inf(1))
		if state.largest > s.config.Tolerance && moved {
			kept = append(kept, i)
		}
	}
	s.active = kept
}

// remember stores the last step with the change of the gradient to fresh, and reports whether there was a step at all.
func (state *solverState) remember(fresh []float64) bool {
	step, change := state.steps[state.next], state.changes[state.next]
	floats.SubTo(change, fresh, state.gradient)
	product := floats.Dot(step, change)
	if !(product > 0) {
		return floats.Norm(step, math.Inf(1)) > 0
	}
	state.inverse[state.next] = 1 / product
	state.next = (state.next + 1) % solverMemory
	state.stored = min(state.stored+1, solverMemory)
	return true
}

// forget writes the gradient, reversed and without the remembered changes, to direction: the first loop.
func (state *solverState) forget(direction []float64) {
	floats.ScaleTo(direction, -1, state.gradient)
	for back := 1; back <= state.stored; back++ {
		at := (state.next - back + solverMemory) % solverMemory
		state.weights[at] = state.inverse[at] * floats.Dot(state.steps[at], direction)
		floats.AddScaled(direction, -state.weights[at], state.changes[at])
	}
}

// recall adds the remembered steps to direction: the second loop.
func (state *solverState) recall(direction []float64) {
	for back := state.stored; back >= 1; back-- {
		at := (state.next - back + solverMemory) % solverMemory
		weight := state.inverse[at] * floats.Dot(state.changes[at], direction)
		floats.AddScaled(direction, state.weights[at]-weight, state.steps[at])
	}
}

// precondition applies the inverse of each active readout's metric to its directions.
func (s *solver) precondition() {
	s.owners = s.owners[:0]
	for _, i := range s.active {
		for range s.readouts[i].columns {
			s.owners = append(s.owners, i)
		}
	}
	s.used.apply(s.directions, s.owners)
}

// slot is the part of the scratch that belongs to one active readout.
type slot struct {
	directions, gradients []float64 // columns x M
	changes, residuals    []float64 // columns x S
}

// each calls do for every active readout with its slot of the scratch.
func (s *solver) each(do func(readout *readout, state *solverState, slot slot)) {
	width, samples, column := s.x.Cols, s.x.Rows, 0
	for _, i := range s.active {
		columns := s.readouts[i].columns
		do(&s.readouts[i], s.states[i], slot{
			directions: s.directions.Data[column*width:][:columns*width],
			gradients:  s.gradients.Data[column*width:][:columns*width],
			changes:    s.changes.Data[column*samples:][:columns*samples],
			residuals:  s.residuals.Data[column*samples:][:columns*samples],
		})
		column += columns
	}
}

// activeColumns returns the number of columns of all active readouts.
func (s *solver) activeColumns() int {
	columns := 0
	for _, i := range s.active {
		columns += s.readouts[i].columns
	}
	return columns
}

// multiplyChanges sets the changes of the margins to directions X^T.
func (s *solver) multiplyChanges() {
	columns := s.activeColumns()
	multiply(top(s.changes, columns), top(s.directions, columns), s.transposed, false)
}

// multiplyGradients sets the gradients to residuals X.
func (s *solver) multiplyGradients() {
	columns := s.activeColumns()
	multiply(top(s.gradients, columns), top(s.residuals, columns), s.x, false)
}
