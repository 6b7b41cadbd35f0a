package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/graph"
)

// clusterFactors multiply the paper's 60 clusters.
var clusterFactors = []int{1, 2, 4, 8}

// lowDimensional returns the claims on two-dimensional inputs (figure 3).
func (o Options) lowDimensional() []Claim {
	calm, wild := o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)
	both := []network{calm, wild}
	solved := Claim{ID: "C13", Sentence: "With two-dimensional inputs the strongly chaotic network is near-perfect and the network at the edge of chaos worse.",
		Place: "figure 3 and its text"}
	solved.Parts = []Part{
		o.lowPart(graph.StronglyChaotic)("accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy,
			atLeast(0.98, "near-perfect: at most one error in fifty")),
		{Name: "difference", Experiment: "d = 2, g = 250 and g = 20 of the same realisation", Needs: both,
			Statistic: "accuracy at g = 250 minus that at g = 20",
			Value:     func(n []*Evidence) float64 { return n[1].accuracy() - n[0].accuracy() },
			Threshold: atLeast(0.01, "more than a sampling error of 1000 test samples")},
	}
	return []Claim{solved, o.expansion(both), o.separability(), o.ratesOnLow(), o.squaredOnLow(), o.slowSquaredOnLow(), o.moreClusters()}
}

// expansion is the claim on the course of the dimensionality.
func (o Options) expansion(both []network) Claim {
	part := o.lowPart(graph.StronglyChaotic)
	return Claim{ID: "C14", Sentence: "The strongly chaotic network expands far more than the other up to t of about 7, and then falls until about 11.",
		Place: "figure 3 and its text", Parts: []Part{
			{Name: "expansion", Experiment: "d = 2, g = 250 and g = 20 of the same realisation", Needs: both,
				Statistic: "largest ED over t = 0 .. t_eval after training, g = 250 / g = 20",
				Value:     func(n []*Evidence) float64 { return peak(n[1]) / peak(n[0]) },
				Threshold: atLeast(1.5, "half as much again")},
			part("time of the peak", "t of the largest ED in t = 0 .. t_eval after training",
				func(e *Evidence) float64 { return float64(peakStep(e)) }, between(6, 8, "7, within one step")),
			part("time of the trough", "t of the least ED from the peak to t = 15 after training",
				func(e *Evidence) float64 { return float64(troughStep(e)) }, between(10, 12, "11, within one step")),
			part("fall", "ED at the trough / at the peak after training", fall, atMost(0.9, "a fall of a tenth, beyond wobbling")),
		}}
}

// separability is the claim on linear readouts.
func (o Options) separability() Claim {
	part := o.lowPart(graph.StronglyChaotic)
	return Claim{ID: "C15", Sentence: "The strongly chaotic network reaches linear separability and good held-out accuracy.",
		Place: "figure 3 and its text", Parts: []Part{
			part("separable", "accuracy of the logistic regression on the clusters fitted, at t_eval after training",
				func(e *Evidence) float64 { return e.After.LRTrain[e.evaluation()] }, atLeast(0.99, "at most one error in a hundred")),
			part("held out", "held-out accuracy at t_eval after training",
				func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] }, atLeast(0.9, "four fifths of the way from chance to 1")),
		}}
}

// ratesOnLow is the claim on learning rates.
func (o Options) ratesOnLow() Claim {
	slow, base, fast := o.low(graph.StronglyChaotic, rate(0.5)), o.low(graph.StronglyChaotic), o.low(graph.StronglyChaotic, rate(2))
	return Claim{ID: "C16", Sentence: "With two-dimensional inputs, doubling the learning rate quenches chaos and halving it removes the fall of the dimensionality.",
		Place: "text on figure 3 (not shown)", Parts: []Part{
			{Name: "quenched", Experiment: "d = 2, g = 250, twice the learning rate", Needs: []network{fast},
				Statistic: "largest Lyapunov exponent after training, nats a step",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[0]) },
				Threshold: atMost(0, "no chaos")},
			{Name: "damped", Experiment: "d = 2, g = 250, twice and once the learning rate of the same realisation", Needs: []network{base, fast},
				Statistic: "largest Lyapunov exponent after training, twice minus once the rate",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[1]) - largestExponent(n[0]) },
				Threshold: atMost(0, "less chaos")},
			{Name: "no fall", Experiment: "d = 2, g = 250, half the learning rate", Needs: []network{slow},
				Statistic: "ED at the trough / at the peak after training",
				Value:     func(n []*Evidence) float64 { return fall(n[0]) },
				Threshold: atLeast(0.9, "the fall of C14 is absent")},
		}}
}

// squaredOnLow is the claim on the other loss.
func (o Options) squaredOnLow() Claim {
	return Claim{ID: "C17", Sentence: "With the mean squared error, the network at the edge of chaos learns to expand and solves the task of two-dimensional inputs.",
		Place: "text on figure 3 (not shown)", Parts: o.squaredParts("", o.lowSquared(graph.EdgeOfChaos))}
}

// slowRate divides the learning rate of the mean squared error, which is then that of the cross-entropy.
const slowRate = 5

// slowSquaredOnLow asks whether C17 depends on the learning rate.
func (o Options) slowSquaredOnLow() Claim {
	slow := swept(o.lowSquared(graph.EdgeOfChaos, rate(1.0/slowRate)))
	return Claim{ID: "F17", Sentence: "C17 holds at a fifth of the learning rate, that of the cross-entropy.",
		Place: "follow-up, added after the verdict on C17", Parts: o.squaredParts(", a fifth of the learning rate", slow)}
}

// squaredParts are the numbers of C17 for a network with the mean squared error.
func (o Options) squaredParts(setting string, squared network) []Part {
	entropy := o.low(graph.EdgeOfChaos)
	return []Part{
		{Name: "accuracy", Experiment: "d = 2, g = 20, mean squared error" + setting, Needs: []network{squared},
			Statistic: "accuracy on fresh samples after training",
			Value:     func(n []*Evidence) float64 { return n[0].accuracy() },
			Threshold: atLeast(0.98, "as C13")},
		{Name: "expansion", Experiment: "d = 2, g = 20, mean squared error" + setting + " and cross-entropy of the same realisation", Needs: []network{squared, entropy},
			Statistic: "largest ED over t = 0 .. t_eval after training, mean squared error / cross-entropy",
			Value:     func(n []*Evidence) float64 { return peak(n[0]) / peak(n[1]) },
			Threshold: atLeast(1.2, "a fifth more than with cross-entropy, which does not expand")},
	}
}

// moreClusters is the claim on harder tasks.
func (o Options) moreClusters() Claim {
	claim := Claim{ID: "C18", Either: true, Place: "text on figure 3 (not shown)",
		Sentence: "With more clusters there is a regime in which the network at the edge of chaos fails and the strongly chaotic one succeeds."}
	for _, factor := range clusterFactors {
		calm, wild := swept(o.low(graph.EdgeOfChaos, clusters(factor))), swept(o.low(graph.StronglyChaotic, clusters(factor)))
		claim.Parts = append(claim.Parts, Part{
			Name:       fmt.Sprintf("%d clusters", calm.config.Task.Clusters),
			Experiment: fmt.Sprintf("d = 2, g = 20 and g = 250, %d clusters", calm.config.Task.Clusters),
			Statistic:  "share of realisations with accuracy below 0.9 at g = 20 and at least 0.95 at g = 250",
			Needs:      []network{calm, wild},
			Value:      func(n []*Evidence) float64 { return indicator(n[0].accuracy() < 0.9 && n[1].accuracy() >= 0.95) },
			Threshold:  atLeast(0.5, "most realisations"),
		})
	}
	return claim
}

// peakStep is the t of the largest effective dimensionality up to t_eval, after training.
func peakStep(e *Evidence) int {
	best := 0
	for t, ed := range upTo(e.After.ED, e.evaluation()) {
		if ed > e.After.ED[best] {
			best = t
		}
	}
	return best
}

func peak(e *Evidence) float64 { return e.After.ED[peakStep(e)] }

// troughStep is the t of the least effective dimensionality from the peak to t = 15, after training.
func troughStep(e *Evidence) int {
	best := peakStep(e)
	for t := best; t <= e.last(15); t++ {
		if e.After.ED[t] < e.After.ED[best] {
			best = t
		}
	}
	return best
}

// fall is the effective dimensionality at the trough over that at the peak, 1 if it never falls.
func fall(e *Evidence) float64 { return e.After.ED[troughStep(e)] / peak(e) }
