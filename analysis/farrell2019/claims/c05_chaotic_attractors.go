package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c5ChaoticAttractors is the claim on where the strongly chaotic network goes after the evaluation step.
func c5ChaoticAttractors(o Options) Claim {
	part := o.highPart(graph.StronglyChaotic)
	return Claim{
		ID: "C5", Place: "figure 2 and its text",
		Sentence: "The strongly chaotic network separates the classes into two chaotic attractors, which begin to mix after the evaluation step.",
		Plain: "Two groups that are found without labels are the classes at t = 10 (adjusted Rand index {g = 250, two groups}; {g = " +
			"250, two groups, untrained} before training); from there to t = 30 the index changes by {g = 250, mixing, groups}. The " +
			"largest Lyapunov exponent is {g = 250, chaos} nats a step, and no state comes to rest. The two clouds are chaotic and " +
			"last for some twenty steps; whether each is an attractor of its own was not asked.",
		Parts: []Part{
			part("chaos", "largest Lyapunov exponent after training, the median of ten starts, nats a step", largestExponent,
				atLeast(chaosFrom, "clearly above zero; the error of the estimate is 0.005 to 0.015")),
			part("no rest", "share of the samples that end at a stable fixed point",
				func(e *Evidence) float64 { return e.Trained.Settled },
				atMost(0.05, "chaos leaves none at rest")),
			part("two groups", "adjusted Rand index of the classes and of two groups found without labels, at t_eval",
				func(e *Evidence) float64 { return e.Trained.Groups[e.evaluation()] },
				atLeast(0.9, "the two clouds are the two classes but for some five samples in two hundred")),
			part("apart", "d' of the classes along the best axis at t_eval",
				func(e *Evidence) float64 { return e.Trained.Discriminability[e.evaluation()] },
				atLeast(4, "two normal clouds at this distance overlap by one sample in forty")),
			part("mixing, groups", "adjusted Rand index at the last t minus that at t_eval",
				func(e *Evidence) float64 {
					return e.Trained.Groups[e.Config.Measures.Steps] - e.Trained.Groups[e.evaluation()]
				},
				atMost(-0.1, "a tenth of the way to chance")),
			part("mixing, distance", "d' at the last t over that at t_eval",
				func(e *Evidence) float64 {
					return e.Trained.Discriminability[e.Config.Measures.Steps] / e.Trained.Discriminability[e.evaluation()]
				},
				atMost(0.8, "a fifth of the distance is lost, more than a cloud's wobble")),
			part("two groups, untrained", "adjusted Rand index at t_eval before training",
				func(e *Evidence) float64 { return e.Initial.Groups[e.evaluation()] }, reported(afterwards)),
			part("apart, untrained", "d' of the classes along the best axis at t_eval before training",
				func(e *Evidence) float64 { return e.Initial.Discriminability[e.evaluation()] }, reported(afterwards)),
		},
		Draw: func(r *Result) []panel {
			groups := r.chart("C5: are two groups the classes?", "adjusted Rand index", &figure.Range{Min: -0.05, Max: 1.05},
				r.through(r.high(graph.StronglyChaotic), "after training", figure.StronglyChaotic, func(e *Evidence) []float64 { return e.Trained.Groups }),
				dashed(r.through(r.high(graph.StronglyChaotic), "before training", figure.StronglyChaotic, func(e *Evidence) []float64 { return e.Initial.Groups })))
			return append(r.attractorPanel("C5", graph.StronglyChaotic),
				panel{"C5-groups", "C5: two groups found without labels", dashedBefore, groups})
		},
	}
}
