package claims

import "github.com/unfurl-rnn/unfurl/graph"

// c14Expansion is the claim on the course of the dimensionality of two-dimensional inputs.
func c14Expansion(o Options) Claim {
	part := o.lowPart(graph.StronglyChaotic)
	return Claim{
		ID: "C14", Place: "figure 3 and its text",
		Sentence: "The strongly chaotic network expands far more than the other up to t of about 7, and then falls until about 11.",
		Doubt: "In 30 realisations the expansion, the fall and the time of the trough are there. The peak is at t = 7.9, and the upper end of its " +
			"interval, 8.2, lies beyond the one step allowed around 7. The curves of the authors' own code peak between 7 and 8.",
		Parts: []Part{
			{Name: "expansion", Experiment: "d = 2, g = 250 and g = 20 of the same realisation",
				Needs:     []network{o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)},
				Statistic: "largest ED over t = 0 .. t_eval after training, g = 250 / g = 20",
				Value:     func(n []*Evidence) float64 { return peak(n[1]) / peak(n[0]) },
				Threshold: atLeast(1.5, "half as much again")},
			part("time of the peak", "t of the largest ED in t = 0 .. t_eval after training",
				func(e *Evidence) float64 { return float64(peakStep(e)) }, between(6, 8, "7, within one step")),
			part("time of the trough", "t of the least ED from the peak to t = 15 after training",
				func(e *Evidence) float64 { return float64(troughStep(e)) }, between(10, 12, "11, within one step")),
			part("fall", "ED at the trough / at the peak after training", fall, atMost(0.9, "a fall of a tenth, beyond wobbling")),
		},
		Draw: func(r *Result) []panel {
			return []panel{{"C14", "C14: expansion and compression", dashedBefore,
				r.chart("C14: expansion and compression, d = 2", edLabel, nil, r.pair(r.low, edAfter, edBefore)...)}}
		},
	}
}
