package machine

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
)

// RunTo runs the program on the values that are currently bound to the inputs, but only up to the step that computes the wanted
// node n; [Machine.Resume] runs the rest. Until then the nodes have no values; [Machine.Value] returns those of n and of the wanted
// nodes computed so far. This lets a training loop inspect the loss before it computes the gradients.
//
// Errors: those of [Machine.RunAll]; [*ValueError] if n is not wanted.
func (m *Machine) RunTo(n *G.Node) error {
	stop, err := m.stepOf(n)
	if err != nil {
		return err
	}
	if err := m.begin(); err != nil {
		return err
	}
	m.hide()
	return m.advance(stop + 1)
}

// Resume runs the remaining steps after [Machine.RunTo], on the inputs as they were then: values bound or written since affect only
// later steps.
//
// Errors: [*RunError], [*NaNError], [*InfError]; a machine without an unfinished run.
func (m *Machine) Resume() error {
	if m.closed || m.ran || m.next == 0 && len(m.steps) > 0 {
		return errors.New("machine: resume: no run is under way; call RunTo first")
	}
	return m.finish()
}

// begin looks up the inputs for a new run.
func (m *Machine) begin() error {
	if m.closed {
		return errors.New("machine: run: the machine is closed; make another with New")
	}
	if m.program == nil {
		return errors.New("machine: run: the machine was not made by New")
	}
	m.leaveEvaluation() // of a run that was not resumed
	m.ran, m.next = false, 0
	for i := range m.modes {
		m.modes[i].before, *m.modes[i].training = *m.modes[i].training, false
	}
	m.evaluating = true
	for _, b := range m.inputs {
		if err := b.refresh(); err != nil {
			return m.fail(err)
		}
	}
	return nil
}

// advance runs the steps before end that have not run yet.
func (m *Machine) advance(end int) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			in := m.steps[m.next].in
			err = m.fail(&RunError{in.out.label(), in.String(), fmt.Errorf("panic: %v", reason)})
		}
	}()
	for m.next < end {
		t := &m.steps[m.next]
		if err := t.run(); err != nil {
			return m.fail(&RunError{t.in.out.label(), t.in.String(), err})
		}
		if t.check != nil {
			if err := t.check(); err != nil {
				return m.fail(err)
			}
		}
		m.next++
	}
	return nil
}

// finish runs the remaining steps and the read statements, and binds the results to the nodes.
func (m *Machine) finish() error {
	if err := m.advance(len(m.steps)); err != nil {
		return err
	}
	for _, read := range m.readings {
		if err := read(); err != nil {
			return m.fail(err)
		}
	}
	m.leaveEvaluation()
	if err := m.show(); err != nil {
		return m.fail(err)
	}
	m.ran = true
	return nil
}

// leaveEvaluation restores the mode that operations had before the run of a machine in evaluation mode.
func (m *Machine) leaveEvaluation() {
	if m.evaluating {
		for _, mode := range m.modes {
			*mode.training = mode.before
		}
	}
	m.evaluating = false
}

// fail ends a run.
func (m *Machine) fail(err error) error {
	m.next = 0
	m.leaveEvaluation()
	m.hide()
	return err
}

// stepOf returns the index of the last step that writes the value of a wanted node, -1 for one that no step writes.
func (m *Machine) stepOf(n *G.Node) (int, error) {
	if stop, known := m.stops[n]; known {
		return stop, nil
	}
	if r := m.byNode[n]; r != nil {
		stop := -1
		for i := range m.steps {
			if m.steps[i].in.out == r.v {
				stop = i
			}
		}
		if stop < 0 && r.v.kind == computed {
			stop = len(m.steps) - 1 // a view of another value: run to the end
		}
		if m.stops == nil {
			m.stops = map[*G.Node]int{}
		}
		m.stops[n] = stop
		return stop, nil
	}
	return 0, &ValueError{label(n), "it is not among the machine's outputs; add it to WithOutputs"}
}

// reached reports whether an unfinished run has computed a wanted node.
func (m *Machine) reached(n *G.Node) bool {
	stop, err := m.stepOf(n)
	return err == nil && m.next > 0 && stop < m.next
}
