package claims

import "github.com/unfurl-rnn/unfurl/graph"

// c13Accuracy is the claim on which networks learn two-dimensional inputs.
func c13Accuracy(o Options) Claim {
	return Claim{
		ID: "C13", Place: "figure 3 and its text",
		Sentence: "With two-dimensional inputs the strongly chaotic network is near-perfect and the network at the edge of chaos worse.",
		Parts: []Part{
			o.lowPart(graph.StronglyChaotic)("accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy,
				atLeast(0.98, "near-perfect: at most one error in fifty")),
			{Name: "difference", Experiment: "d = 2, g = 250 and g = 20 of the same realisation",
				Needs:     []network{o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)},
				Statistic: "accuracy at g = 250 minus that at g = 20",
				Value:     func(n []*Evidence) float64 { return n[1].accuracy() - n[0].accuracy() },
				Threshold: atLeast(0.01, "more than a sampling error of 1000 test samples")},
		},
		Draw: func(r *Result) []panel { return []panel{r.accuracyPanel("C13", "d = 2", r.low)} },
	}
}
