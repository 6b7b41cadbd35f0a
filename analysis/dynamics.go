package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Dynamics is an autonomous map F of states of N units in discrete time, h_{t+1} = F(h_t). The network without input
// is one, see the method Autonomous of the parameters in package graph.
type Dynamics interface {
	// Units returns N.
	Units() int
	// Step sets to to F(from), both of length N and not overlapping.
	Step(to, from []float64)
	// Jacobian sets to, N x N, to the derivative of F at a state: row i, column j holds dF_i/dh_j.
	Jacobian(to *mat.Dense, at []float64)
}

// AllStepper is implemented by [Dynamics] that step many states together faster than one by one.
type AllStepper interface {
	// StepAll sets each row of to to F of the same row of from, both S x N and not overlapping.
	StepAll(to, from *mat.Dense)
}

// Lineariser is implemented by [Dynamics] that need not form the Jacobian to multiply by it.
type Lineariser interface {
	// Linearise returns products with the Jacobians J_k at states, one a row of at, K x N or, for one state that serves
	// all rows, 1 x N: push sets every row of to to J_k times the same row of vectors, pull to J_k^T times it. Both are K x
	// N and do not overlap.
	Linearise(at *mat.Dense) (push, pull func(to, vectors *mat.Dense))
}

// Layer is implemented by [Dynamics] that are one layer of a network, F(h) = phi(A h + b) unit by unit, which makes second
// derivatives of F as cheap as first ones.
type Layer interface {
	// Weights returns A, N x N, which must not be changed.
	Weights() *mat.Dense
	// Derivatives sets first and second, of length N, to phi'(a_i) and phi''(a_i) of every unit at a state, a = A h + b.
	Derivatives(first, second, at []float64)
}

// EscapedError says that a state diverged, so that its long-run behaviour cannot be measured.
type EscapedError struct {
	Step  int     // steps from the start to the first state that is not finite
	Unit  int     // its first unit that is not finite
	Value float64 // NaN or an infinity
}

// Error returns the numbers and the fix on one line.
func (e *EscapedError) Error() string {
	return fmt.Sprintf("analysis: unit %d is %v after %d steps; the dynamics are unbounded there: "+
		"take fewer steps or a bounded activation", e.Unit, e.Value, e.Step)
}

// CollapsedWarning travels with exponents of which some are -Inf: the Jacobian took directions to 0, or to within
// rounding of the directions before them. Units silenced by ReLU cause this.
type CollapsedWarning struct {
	Exponents int // how many are -Inf
	Step      int // the step at which the first direction was lost
}

// Error returns the numbers on one line.
func (w *CollapsedWarning) Error() string {
	return fmt.Sprintf("analysis: %d exponents are -Inf, the first since step %d; the Jacobian is singular to working precision, "+
		"compute fewer exponents to leave them out", w.Exponents, w.Step)
}

// FewExponentsWarning travels with a dimension and an entropy that more exponents would raise.
type FewExponentsWarning struct {
	Exponents int // exponents computed
	Units     int // exponents in total
}

// Error returns the numbers and the fix on one line.
func (w *FewExponentsWarning) Error() string {
	return fmt.Sprintf("analysis: the first %d of %d exponents do not sum below 0; dimension and entropy are lower bounds, compute more exponents",
		w.Exponents, w.Units)
}

// stepAll sets each row of to to F of the same row of from.
func stepAll(d Dynamics, to, from *mat.Dense) {
	if all, ok := d.(AllStepper); ok {
		all.StepAll(to, from)
		return
	}
	rows, _ := to.Dims()
	for i := range rows {
		d.Step(to.RawRowView(i), from.RawRowView(i))
	}
}

// linearise is Linearise for any map. For one that is not a [Lineariser] it forms the Jacobian for every product.
func linearise(d Dynamics, at *mat.Dense) (push, pull func(to, vectors *mat.Dense)) {
	if lineariser, ok := d.(Lineariser); ok {
		return lineariser.Linearise(at)
	}
	at = mat.DenseCopyOf(at)
	states, n := at.Dims()
	jacobian := mat.NewDense(n, n, nil)
	if states == 1 {
		d.Jacobian(jacobian, at.RawRowView(0))
		push = func(to, vectors *mat.Dense) { to.Mul(vectors, jacobian.T()) }
		pull = func(to, vectors *mat.Dense) { to.Mul(vectors, jacobian) }
		return push, pull
	}
	each := func(to, vectors *mat.Dense, transposed mat.Matrix) {
		for k := range states {
			d.Jacobian(jacobian, at.RawRowView(k))
			to.Slice(k, k+1, 0, n).(*mat.Dense).Mul(vectors.Slice(k, k+1, 0, n), transposed)
		}
	}
	push = func(to, vectors *mat.Dense) { each(to, vectors, jacobian.T()) }
	pull = func(to, vectors *mat.Dense) { each(to, vectors, jacobian) }
	return push, pull
}

// pushAt sets every row of to to the Jacobian at one state times the same row of vectors.
func pushAt(d Dynamics, to, vectors *mat.Dense, at []float64) {
	push, _ := linearise(d, mat.NewDense(1, len(at), at))
	push(to, vectors)
}

// orbit follows one trajectory.
type orbit struct {
	dynamics    Dynamics
	state, next []float64
	steps       int // taken so far
}

// newOrbit starts at a copy of start.
func newOrbit(d Dynamics, start []float64) *orbit {
	return &orbit{dynamics: d, state: append([]float64(nil), start...), next: make([]float64, len(start))}
}

// advance takes one step, or returns an [*EscapedError].
func (o *orbit) advance() error {
	o.dynamics.Step(o.next, o.state)
	o.state, o.next = o.next, o.state
	o.steps++
	if unit := firstNotFinite(o.state); unit >= 0 {
		return &EscapedError{Step: o.steps, Unit: unit, Value: o.state[unit]}
	}
	return nil
}

// firstNotFinite returns the index of the first NaN or infinity, or -1.
func firstNotFinite(values []float64) int {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i
		}
	}
	return -1
}

// checkStart returns an error unless start is a finite state of the map.
func checkStart(d Dynamics, start []float64) error {
	if len(start) != d.Units() {
		return &ShapeError{What: "units of the start", Got: len(start), Want: d.Units()}
	}
	if unit := firstNotFinite(start); unit >= 0 {
		return &NotFiniteError{Row: 0, Column: unit, Value: start[unit]}
	}
	return nil
}

// checkStarts returns an error unless every row of starts is a finite state of the map.
func checkStarts(measure string, d Dynamics, starts *mat.Dense) error {
	if starts == nil || starts.IsEmpty() {
		return &TooFewSamplesError{Measure: measure, Samples: 0, Least: 1}
	}
	if _, columns := starts.Dims(); columns != d.Units() {
		return &ShapeError{What: "units of the starts", Got: columns, Want: d.Units()}
	}
	return checkFinite(starts)
}
