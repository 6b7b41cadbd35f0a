package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c15Readouts is the claim on linear readouts of two-dimensional inputs.
func c15Readouts(o Options) Claim {
	part := o.lowPart(graph.StronglyChaotic)
	return Claim{
		ID: "C15", Place: "figure 3 and its text",
		Sentence: "The strongly chaotic network reaches linear separability and good held-out accuracy.",
		Plain: "A linear readout at t = 10 is right on {g = 250, separable %} of the samples of the clusters it was fitted to and on " +
			"{g = 250, held out %} of the others. Before training it is right on {g = 250, separable, untrained %} and {g = 250, " +
			"held out, untrained %}: chaos alone separates, and learning adds the generalisation.",
		Parts: []Part{
			beside(theirCurve("", 2, graph.StronglyChaotic, "lr_train", measure.After, atTheirEvaluation), part("separable", "accuracy of the logistic regression on the clusters fitted, at t_eval after training",
				func(e *Evidence) float64 { return e.After.LRTrain[e.evaluation()] }, atLeast(perfect, "at most one error in a hundred"))),
			beside(theirCurve("", 2, graph.StronglyChaotic, "lr_heldout", measure.After, atTheirEvaluation), part("held out", "held-out accuracy at t_eval after training",
				func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] }, atLeast(0.9, "four fifths of the way from chance to 1"))),
			part("separable, untrained", "accuracy of the logistic regression on the clusters fitted, at t_eval before training",
				func(e *Evidence) float64 { return e.Before.LRTrain[e.evaluation()] }, reported(afterwards)),
			part("held out, untrained", "held-out accuracy at t_eval before training",
				func(e *Evidence) float64 { return e.Before.LRHeldOut[e.evaluation()] }, reported(afterwards)),
		},
		Draw: func(r *Result) []panel {
			wild := r.low(graph.StronglyChaotic)
			return []panel{{"C15", "C15: linear readouts", bandsCaption,
				r.chart("C15: linear readouts, d = 2, g = 250", "accuracy", aboveChance,
					dashed(r.through(wild, "clusters fitted", figure.StronglyChaotic, fittedAfter)),
					r.through(wild, "held-out clusters", figure.StronglyChaotic, unseenAfter))}}
		},
	}
}
