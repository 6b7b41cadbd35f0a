package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c26ExpansionSeparates is the paper's explanation: that chaos-driven expansion makes classes separable.
func c26ExpansionSeparates(o Options) Claim {
	low := o.lowSweep()
	chaotic := make([]network, 0, len(low))
	for i, n := range low {
		if lowCouplings[i] >= 20 {
			chaotic = append(chaotic, n)
		}
	}
	follows := func(n []*Evidence) float64 {
		peaks := make([]float64, len(n))
		for i, e := range n {
			peaks[i] = peak(e)
		}
		return against(peaks, n, (*Evidence).accuracy)
	}
	return Claim{
		ID: "C26", Place: "figure 3 and its text, conclusion",
		Sentence: "The expansion of the dimensionality is what allows the classes to be separated.",
		Plain: "Between couplings, accuracy follows the largest dimensionality (rank correlation {across all g}, {across g from 20} " +
			"from g = 20 on). Within a network the accuracy of a linear readout rises with the dimensionality up to its peak ({in " +
			"time}).",
		Doubt: "Both go together, but nothing here makes one the cause of the other: they do so in the untrained network as well (the " +
			"correlation in time differs from its by {in time, beyond the untrained network}), and after the peak the " +
			"dimensionality falls while the accuracy stays ({in time, after the peak}).",
		Parts: []Part{
			{Name: "across g from 20", Experiment: fmt.Sprintf("d = 2, g in %v, those from 20", lowCouplings), Needs: chaotic,
				Statistic: "rank correlation of the accuracy with the largest ED over t = 0 .. t_eval after training, over g",
				Value:     follows, Threshold: atLeast(0.5, "a clear trend over seven strengths; chance gives 0 with a spread of 0.41")},
			{Name: "across all g", Experiment: fmt.Sprintf("d = 2, g in %v", lowCouplings), Needs: low,
				Statistic: "the same", Value: follows, Threshold: atLeast(0.5, "a clear trend over ten strengths; chance gives 0 with a spread of 0.33")},
			{Name: "in time", Experiment: "d = 2, g = 250", Needs: []network{o.low(graph.StronglyChaotic)},
				Statistic: "rank correlation of ED and of the logistic regression's accuracy on the clusters fitted, over t = 0 .. the peak of ED, after training",
				Value:     func(n []*Evidence) float64 { return n[0].risesTogether(&n[0].After) },
				Threshold: atLeast(0.5, "they rise together")},
			{Name: "in time, beyond the untrained network", Experiment: "d = 2, g = 250", Needs: []network{o.low(graph.StronglyChaotic)}, Control: true,
				Statistic: "the same minus that of the untrained network",
				Value:     func(n []*Evidence) float64 { return n[0].risesTogether(&n[0].After) - n[0].risesTogether(&n[0].Before) },
				Threshold: atLeast(0.1, "more than any two rising curves; "+addedLater)},
			{Name: "in time, after the peak", Experiment: "d = 2, g = 250", Needs: []network{o.low(graph.StronglyChaotic)},
				Statistic: "rank correlation of both from the peak of ED to t = 15, after training",
				Value: func(n []*Evidence) float64 {
					from, until := n[0].trained().peakTime, min(troughUntil, n[0].Config.Measures.Steps)+1
					return rankCorrelation(n[0].After.ED[from:until], n[0].After.LRTrain[from:until])
				},
				Threshold: reported(afterwards)},
		},
		Draw: func(r *Result) []panel {
			drawing := &figure.LineChart{Title: "C26: accuracy against expansion, d = 2", XLabel: "largest ED up to $t_{eval}$, median over realisations", YLabel: "accuracy after training"}
			expanded := r.over(logarithmic(lowCouplings), low, "", nil, peak)
			accurate := r.over(logarithmic(lowCouplings), low, "", nil, (*Evidence).accuracy)
			for i, g := range lowCouplings {
				if i < len(expanded.Median) && i < len(accurate.Median) {
					x, y := expanded.Median[i], accurate.Median[i]
					drawing.Curves = append(drawing.Curves, figure.Curve{Name: fmt.Sprintf("$g$ = %g", g), Colour: figure.ClassColour(i),
						X: []float64{x * 0.97, x, x * 1.03}, Median: []float64{y, y, y}})
				}
			}
			return []panel{{"C26", "C26: does expansion separate?", "Each bar is the median of one coupling strength.", drawing}}
		},
	}
}

// risesTogether returns the rank correlation of dimensionality and fitted accuracy over t = 0 .. the peak of the former.
func (e *Evidence) risesTogether(r *measure.Representation) float64 {
	until := max(courseOf(r.ED, e.evaluation()).peakTime, 1)
	return rankCorrelation(upTo(r.ED, until), upTo(r.LRTrain, until))
}
