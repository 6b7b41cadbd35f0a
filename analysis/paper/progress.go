package paper

import "github.com/unfurl-rnn/unfurl/train"

// Progress receives how far the measuring of a network is: the step that goes on, such as "fixed points after training",
// and the share of the work that is done, from 0 to 1 and never falling. The last call, after an error too, has an empty step and share 1. It is called from the goroutine
// that measures.
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

// ProgressOf returns where progress goes that a recorder may or may not receive.
func ProgressOf(recorder train.Recorder) Progress {
	if receiver, ok := recorder.(ProgressRecorder); ok {
		return receiver.Measuring
	}
	return nil
}

// Steps of measuring a network.
const (
	stepAccuracy   = "held-out accuracy"
	stepComponents = "principal components"
	stepFurther    = "further measures" // of callers of [MeasureWith]
	stepTwoNN      = "intrinsic dimension"
	stepLikelihood = "likelihood dimension"
	stepDistances  = "distances"
	stepClasses    = "class manifolds"
	stepClusters   = "cluster manifolds"
	stepSpectrum   = "Lyapunov exponents"
	stepLocal      = "local exponents"
	stepFixed      = "fixed points"
	stepAttractors = "attractors"
	stepExpansions = "random expansions"
)

// furtherSteps are those that [MeasureFully] adds at each stage.
var furtherSteps = []string{stepTwoNN, stepLikelihood, stepDistances, stepClasses, stepClusters, stepSpectrum, stepLocal, stepFixed, stepAttractors}

// stepWeight returns the time that a step takes of a network of some hundred units, in arbitrary units.
func stepWeight(step string) float64 {
	switch step {
	case stepAccuracy, stepClasses, stepClusters, stepSpectrum, stepLocal:
		return 5
	case stepAttractors, stepExpansions, stepFurther:
		return 3
	case stepFixed:
		return 10
	}
	return 1
}

// meter turns steps into progress. A nil one does nothing.
type meter struct {
	progress           Progress
	moment             string // which network is measured, behind the name of a step
	step               string
	done, share, total float64 // weights of the steps before, of this one, of all
}

// expect adds steps to come.
func (m *meter) expect(steps ...string) {
	if m == nil {
		return
	}
	for _, step := range steps {
		m.total += stepWeight(step)
	}
}

// begin ends one step and starts the next.
func (m *meter) begin(step string) {
	if m == nil {
		return
	}
	m.done += m.share
	m.share, m.step = stepWeight(step), step
	if m.moment != "" {
		m.step += " " + m.moment
	}
	m.within(0)
}

// within tells how much of a step is done.
func (m *meter) within(share float64) {
	if m != nil && m.progress != nil {
		m.progress(m.step, min(1, (m.done+share*m.share)/m.total))
	}
}
