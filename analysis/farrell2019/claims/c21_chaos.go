package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// c21Chaos is the claim on what the coupling strength does to the untrained network, c22ChaosExpands on what it does to inputs of
// few dimensions.
func c21Chaos(o Options) Claim {
	low := o.lowSweep()
	return Claim{
		ID: "C21", Place: "model",
		Sentence: "Higher coupling strengths lead to more chaotic dynamics.",
		Plain: "Before training the largest Lyapunov exponent rises with g at nearly every step (rank correlation {before training}): " +
			"{g = 20 before training} nats a step at g = 20, {g = 250 before training} at 250.",
		Parts: []Part{
			{Name: "before training", Experiment: fmt.Sprintf("g in %v", lowCouplings), Needs: low,
				Statistic: "rank correlation of the largest Lyapunov exponent with g",
				Value:     func(n []*Evidence) float64 { return against(lowCouplings, n, initialExponent) },
				Threshold: atLeast(0.9, "nearly every step up")},
			{Name: "g = 20 before training", Experiment: "g = 20", Needs: []network{o.lowSwept(20)},
				Statistic: "largest Lyapunov exponent, nats a step", Value: func(n []*Evidence) float64 { return initialExponent(n[0]) },
				Threshold: between(-0.05, 0.1, "edge of chaos: near zero, against 0.2 to 0.5 in strong chaos")},
			{Name: "g = 250 before training", Experiment: "g = 250", Needs: []network{o.lowSwept(250)},
				Statistic: "largest Lyapunov exponent, nats a step", Value: func(n []*Evidence) float64 { return initialExponent(n[0]) },
				Threshold: atLeast(0.15, "strongly chaotic: a disturbance grows tenfold in fifteen steps or fewer")},
		},
		Draw: func(r *Result) []panel {
			drawing := &figure.LineChart{Title: "C21: chaos and coupling", XLabel: couplingLabel, YLabel: "largest Lyapunov exponent",
				Markers: couplingMarkers(1, 20, 50, 250), Levels: []figure.Level{{Y: 0, Label: "0"}},
				Curves: []figure.Curve{
					r.over(logarithmic(lowCouplings), low, "before training", figure.ClassColour(0), initialExponent),
					r.over(logarithmic(lowCouplings), low, "after training, d = 2", figure.ClassColour(1), largestExponent),
				}}
			return []panel{{"C21", "C21: chaos and coupling", bandsCaption, drawing}}
		},
	}
}

// lowSweep returns the networks of two-dimensional inputs at all coupling strengths, lowSwept one of them.
func (o Options) lowSweep() []network {
	var low []network
	for _, g := range lowCouplings {
		low = append(low, o.lowSwept(g))
	}
	return low
}

func (o Options) lowSwept(g float64) network { return swept(o.low(g, brief)) }

// c22ChaosExpands is the claim of the introduction.
func c22ChaosExpands(o Options) Claim {
	low := o.lowSweep()
	experiment := fmt.Sprintf("d = 2, g in %v", lowCouplings)
	return Claim{
		ID: "C22", Place: "introduction",
		Sentence: "Networks that are initially more chaotic tend to expand the dimensionality of low-dimensional inputs.",
		Plain: "Before training, the largest dimensionality follows the chaos of the network (rank correlation {before training}); " +
			"after training much less ({after training}).",
		Doubt: "Untrained networks do expand in the order of their chaos. After training the order is loose below g = 100, where " +
			"networks with hardly any random coupling have learned to expand as well.",
		Parts: []Part{
			{Name: "after training", Experiment: experiment, Needs: low,
				Statistic: "rank correlation of the largest ED over t = 0 .. t_eval with the largest Lyapunov exponent before training",
				Value:     func(n []*Evidence) float64 { return againstChaos(n, peak) },
				Threshold: atLeast(0.5, "a clear trend; chance gives 0 with a spread of 0.33")},
			{Name: "before training", Experiment: experiment, Needs: low,
				Statistic: "the same of the untrained network",
				Value:     func(n []*Evidence) float64 { return againstChaos(n, untrainedPeak) },
				Threshold: atLeast(0.5, "as after training")},
		},
		Draw: func(r *Result) []panel {
			drawing := &figure.LineChart{Title: "C22: expansion and coupling, d = 2", XLabel: couplingLabel, YLabel: "largest ED up to $t_{eval}$",
				Markers: couplingMarkers(1, 20, 50, 250),
				Curves: []figure.Curve{
					r.over(logarithmic(lowCouplings), low, "before training", figure.ClassColour(0), untrainedPeak),
					r.over(logarithmic(lowCouplings), low, "after training", figure.ClassColour(1), peak),
				}}
			return []panel{{"C22", "C22: chaos expands", bandsCaption, drawing}}
		},
	}
}

// againstChaos returns the rank correlation of a value of each network with its largest exponent before training.
func againstChaos(networks []*Evidence, value func(*Evidence) float64) float64 {
	chaos := make([]float64, len(networks))
	for i, e := range networks {
		chaos[i] = initialExponent(e)
	}
	return against(chaos, networks, value)
}

// untrainedPeak is the largest effective dimensionality up to t_eval, before training.
func untrainedPeak(e *Evidence) float64 { return courseOf(e.Before.ED, e.evaluation()).peak }
