package claims

import "github.com/unfurl-rnn/unfurl/graph"

// c4FixedPoints is the claim on where the network at the edge of chaos goes after the evaluation step.
func c4FixedPoints(o Options) Claim {
	part := o.highPart(graph.EdgeOfChaos)
	return Claim{
		ID: "C4", Place: "figure 2 and its text",
		Sentence: "At the edge of chaos, the trained network has two stable fixed points, one a class.",
		Plain: "States end at exactly two stable points in {g = 20, number %} of the networks, and {g = 20, purity %} of the samples " +
			"end where their class does.",
		Parts: []Part{
			share(part("number", "1 if the states at t_eval end at exactly two stable fixed points, else 0",
				func(e *Evidence) float64 { return indicator(e.Trained.FixedPoints == 2 && e.Trained.Settled > 0.99) },
				atLeast(0.8, "four networks in five: a statement on typical networks, with room for odd ones"))),
			part("purity", "share of the samples that end where most of their class does, and no other class",
				func(e *Evidence) float64 { return e.Trained.Pure },
				atLeast(0.95, "one sample in twenty may be lost")),
		},
		Draw: func(r *Result) []panel { return r.attractorPanel("C4", graph.EdgeOfChaos) },
	}
}
