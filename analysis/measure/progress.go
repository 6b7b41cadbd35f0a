package measure

import (
	"sync"

	"github.com/unfurl-rnn/unfurl/train"
)

// Progress receives the progress of measuring a network: the current step, such as "fixed points after training", and the share of the
// work that is done, from 0 to 1 and never falling. The last call, after an error too, has an empty step and share 1. Calls do not
// overlap, whichever goroutine measures.
type Progress func(step string, share float64)

// end makes the last call. A nil Progress does nothing.
func (p Progress) end() {
	if p != nil {
		p("", 1)
	}
}

// ProgressRecorder is implemented by a [train.Recorder] that also receives the progress of the measures of its network.
type ProgressRecorder interface {
	Measuring(step string, share float64)
}

// progressOf returns the Progress of a recorder, or nil if it receives none.
func progressOf(recorder train.Recorder) Progress {
	if receiver, ok := recorder.(ProgressRecorder); ok {
		return receiver.Measuring
	}
	return nil
}

// Steps of measuring a network.
const (
	stepAccuracy   = "held-out accuracy"
	stepComponents = "principal components"
	stepFurther    = "further measures" // of callers of [NetworkWith]
	stepAnswers    = "answers to the task"
	stepSpectrum   = "Lyapunov exponents"
	stepLocal      = "local exponents"
	stepFixed      = "fixed points"
	stepAttractors = "attractors"
	stepExpansions = "random expansions"
)

// dynamicsSteps are those of the dynamics at each stage.
var dynamicsSteps = []string{stepSpectrum, stepLocal, stepAttractors, stepFixed}

// stepWeight returns the time that a step takes for a network of the paper, in quarters of a second of one core: see
// BenchmarkSteps.
func stepWeight(step string) float64 {
	switch step {
	case stepComponents:
		return 2
	case stepFurther:
		return 3
	case stepAccuracy, stepSpectrum:
		return 4
	case stepAttractors, stepLocal:
		return 6
	case stepFixed:
		return 14
	}
	for _, m := range All() {
		if m.Name == step {
			return m.Weight
		}
	}
	return 1
}

// tally turns the steps of all meters into progress.
type tally struct {
	progress Progress

	mutex       sync.Mutex
	done, total float64 // weights of what is done, of all
}

// meter returns the meter of a job that takes these steps at a moment, "" if at none. All meters are made before the first
// begins.
func (t *tally) meter(moment string, steps ...string) *meter {
	m := &meter{tally: t, moment: moment}
	for _, step := range steps {
		t.total += stepWeight(step)
	}
	return m
}

// add reports further work that is done.
func (t *tally) add(step string, weight float64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.done += weight
	if t.progress != nil {
		t.progress(step, min(1, t.done/t.total))
	}
}

// meter receives the steps of one job. A nil meter does nothing.
type meter struct {
	tally  *tally
	moment string // which network is measured, after the name of a step
	step   string
	weight float64 // of the step
	told   float64 // share of the step that is reported as done
}

// begin ends one step and starts the next.
func (m *meter) begin(step string) {
	if m == nil {
		return
	}
	left := m.weight * (1 - m.told)
	m.step, m.weight, m.told = step, stepWeight(step), 0
	if m.moment != "" {
		m.step += " " + m.moment
	}
	m.tally.add(m.step, left)
}

// within reports how much of a step is done.
func (m *meter) within(share float64) {
	if m == nil || m.step == "" { // a job that had nothing to measure began no step
		return
	}
	more := max(0, share-m.told)
	m.told += more
	m.tally.add(m.step, more*m.weight)
}

// end ends the last step.
func (m *meter) end() { m.within(1) }
