package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c13Accuracy is the claim on which networks learn two-dimensional inputs.
func c13Accuracy(o Options) Claim {
	return Claim{
		ID: "C13", Place: "figure 3 and its text",
		Sentence: "With two-dimensional inputs the strongly chaotic network is near-perfect and the network at the edge of chaos worse.",
		Plain:    "At g = 250 accuracy is {g = 250, accuracy}, at g = 20 {g = 20, accuracy}.",
		Parts: []Part{
			beside(theirAccuracy("", 2, graph.StronglyChaotic), o.lowPart(graph.StronglyChaotic)("accuracy", "accuracy on fresh samples after training",
				(*Evidence).accuracy, atLeast(near, "near-perfect: at most one error in fifty"))),
			beside(theirAccuracy("", 2, graph.EdgeOfChaos), o.lowPart(graph.EdgeOfChaos)("accuracy", "accuracy on fresh samples after training",
				(*Evidence).accuracy, reported("the difference below decides"))),
			{Name: "difference", Control: true, Experiment: "d = 2, g = 250 and g = 20 of the same realisation",
				Needs:     []network{o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)},
				Statistic: "accuracy at g = 250 minus that at g = 20",
				Value:     func(n []*Evidence) float64 { return n[1].accuracy() - n[0].accuracy() },
				Threshold: atLeast(0.01, "more than a sampling error of 1000 test samples"),
				Authors: func(a *farrell2019.Authors) float64 {
					return a.Accuracy("", 2, graph.StronglyChaotic) - a.Accuracy("", 2, graph.EdgeOfChaos)
				}},
		},
		Draw: func(r *Result) []panel { return []panel{r.accuracyPanel("C13", "d = 2", r.low)} },
	}
}
