package claims

import (
	"math"

	"github.com/unfurl-rnn/unfurl/graph"
)

// c25Separation is the claim that the paper reads off its plots of two principal components.
func c25Separation(o Options) Claim {
	at := func(e *Evidence) float64 { return e.Trained.Discriminability[e.evaluation()] }
	return Claim{
		ID: "C25", Place: "figure 3 and its text",
		Sentence: "With two-dimensional inputs the strongly chaotic network separates the classes better than the network at the edge of chaos.",
		Plain: "At t = 10 a linear readout makes {linear readout %} fewer errors at g = 250 than at g = 20. d' is larger by {apart}; " +
			"its size depends on how the covariance within the classes is regularised, its sign does not.",
		Parts: []Part{
			{Name: "apart", Experiment: "d = 2, g = 250 and g = 20 of the same realisation", Needs: []network{o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)},
				Statistic: "d' of the classes along the best axis at t_eval after training, g = 250 minus g = 20",
				Value:     func(n []*Evidence) float64 { return at(n[1]) - at(n[0]) },
				Threshold: atLeast(0.5, "half a standard deviation")},
			{Name: "linear readout", Experiment: "d = 2, g = 250 and g = 20 of the same realisation", Needs: []network{o.low(graph.EdgeOfChaos), o.low(graph.StronglyChaotic)},
				Statistic: "accuracy of the logistic regression on the clusters fitted, at t_eval after training, g = 250 minus g = 20",
				Value: func(n []*Evidence) float64 {
					return n[1].After.LRTrain[n[1].evaluation()] - n[0].After.LRTrain[n[0].evaluation()]
				},
				Threshold: atLeast(0.01, "one sample in a hundred")},
		},
		Draw: func(r *Result) []panel {
			apart := func(of func(*Evidence) *Stage) func(*Evidence) []float64 {
				return func(e *Evidence) []float64 {
					values := make([]float64, 0, troughUntil+1)
					for _, value := range upTo(of(e).Discriminability, troughUntil) {
						values = append(values, math.Min(value, 20))
					}
					return values
				}
			}
			return []panel{{"C25", "C25: how far the classes are apart", dashedBefore,
				r.chart("C25: d' of the classes, d = 2", "d' along the best axis", nil, r.pair(r.low,
					apart(func(e *Evidence) *Stage { return &e.Trained }), apart(func(e *Evidence) *Stage { return &e.Initial }))...)}}
		},
	}
}
