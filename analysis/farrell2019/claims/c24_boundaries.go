package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c24Boundaries is the claim on what the two tasks ask for.
func c24Boundaries(o Options) Claim {
	fitted := func(e *Evidence) float64 { return e.Before.LRTrain[0] }
	return Claim{
		ID: "C24", Place: "figures 2 and 3 and their text",
		Sentence: "High-dimensional inputs allow a linear boundary between the classes; two-dimensional ones need a curved one.",
		Plain: "A linear readout of the first states is right on {g = 20, d = n %} of the samples for d = n and on {g = 20, d = 2 %} " +
			"for d = 2.",
		Parts: []Part{
			o.highPart(graph.EdgeOfChaos)("d = n", "accuracy of the logistic regression on the clusters fitted, at t = 0 before training", fitted,
				atLeast(0.999, "perfect but for one sample in a thousand; the states are tanh of the inputs")),
			o.lowPart(graph.EdgeOfChaos)("d = 2", "accuracy of the logistic regression on the clusters fitted, at t = 0 before training", fitted,
				atMost(0.8, "one sample in five is on the wrong side of any line")),
		},
		Draw: func(r *Result) []panel {
			return []panel{{"C24", "C24: linear boundaries", bandsCaption,
				r.chart("C24: linear readouts of untrained networks, g = 20", "accuracy on the clusters fitted", aboveChance,
					r.through(r.high(graph.EdgeOfChaos), "d = n", figure.ClassColour(0), fittedBefore),
					r.through(r.low(graph.EdgeOfChaos), "d = 2", figure.ClassColour(1), fittedBefore))}}
		},
	}
}
