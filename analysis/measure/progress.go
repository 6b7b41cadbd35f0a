package measure

import (
	"sync"

	"github.com/unfurl-rnn/unfurl/train"
)

// Progress receives how far the measuring of a network is: the step that goes on, such as "fixed points after training",
// and the share of the work that is done, from 0 to 1 and never falling. The last call, after an error too, has an empty step and share 1. One call
// follows the other, from whichever goroutine measures.
type Progress func(step string, share float64)

// end makes the last call. A nil Progress does nothing.
func (p Progress) end() {
	if p != nil {
		p("", 1)
	}
}

// ProgressRecorder is what a [train.Recorder] implements that also receives the progress of the measures of its network.
type ProgressRecorder interface {
	Measuring(step string, share float64)
}

// progressOf returns where progress goes that a recorder may or may not receive.
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

// stepWeight returns the time that a step takes of a network of the paper, in quarters of a second of one core: see
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

// add tells of more that is done.
func (t *tally) add(step string, weight float64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.done += weight
	if t.progress != nil {
		t.progress(step, min(1, t.done/t.total))
	}
}

// meter is told of the steps of one job. A nil one does nothing.
type meter struct {
	tally  *tally
	moment string // which network is measured, behind the name of a step
	step   string
	weight float64 // of the step
	told   float64 // share of the step that is done
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

// within tells how much of a step is done.
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
