package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"gonum.org/v1/gonum/stat"
)

// c12HeldOut is the claim on generalisation to clusters never seen.
func c12HeldOut(o Options) Claim {
	return Claim{
		ID: "C12", Place: "figure 2 and its text",
		Sentence: "Before training held-out clusters are at chance; after training their accuracy rises with t to perfect.",
		Plain: "On clusters that the readout was not fitted to, accuracy is {g = 20, before} (g = 20) and {g = 250, before} (g = 250) " +
			"before training, and {g = 20, end} and {g = 250, end} at t = 10 after it.",
		Parts: forBoth(func(g float64) []Part {
			part := o.highPart(g)
			after := func(of func(curve []float64) float64) func(*farrell2019.Authors) float64 {
				return theirCurve("", 200, g, "lr_heldout", measure.After, of)
			}
			return []Part{
				control(part("before", "mean held-out accuracy over t = 0 .. 15 before training",
					func(e *Evidence) float64 { return stat.Mean(upTo(e.Before.LRHeldOut, 15), nil) },
					between(0.4, 0.6, "chance is 0.5; with twelve held-out clusters a mean over realisations stays within 0.1"))),
				beside(after(func(c []float64) float64 { return c[theirEvaluation] - c[0] }), part("rise", "held-out accuracy at t_eval minus at t = 0, after training",
					func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] - e.After.LRHeldOut[0] },
					atLeast(0.3, "more than half of the way from chance to 1"))),
				beside(after(atTheirEvaluation), part("end", "held-out accuracy at t_eval after training",
					func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] },
					atLeast(perfect, "at most one error in a hundred"))),
			}
		}),
		Draw: func(r *Result) []panel {
			return []panel{{"C12", "C12: held-out clusters", dashedBefore,
				r.chart("C12: accuracy on held-out clusters, d = n", "accuracy", aboveChance, r.pair(r.high, unseenAfter, unseenBefore)...)}}
		},
	}
}
