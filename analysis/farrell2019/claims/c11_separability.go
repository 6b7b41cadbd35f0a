package claims

import (
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// c11Separability is the claim on the clusters that a readout was fitted to.
func c11Separability(o Options) Claim {
	return Claim{
		ID: "C11", Place: "figure 2 and its text",
		Sentence: "Logistic regression separates the training states perfectly at every t, before and after training.",
		Plain:    "The least accuracy of a linear readout at any t up to 15 is {g = 20} and {g = 250}.",
		Parts: forBoth(func(g float64) []Part {
			theirs := theirCurve("", 200, g, "lr_train", measure.After, slices.Min[[]float64])
			return []Part{
				beside(theirs, o.highPart(g)("", "least accuracy on the clusters fitted over t = 0 .. 15, before and after",
					func(e *Evidence) float64 {
						return min(slices.Min(upTo(e.Before.LRTrain, 15)), slices.Min(upTo(e.After.LRTrain, 15)))
					},
					atLeast(0.999, "perfect but for one sample in a thousand"))),
			}
		}),
		Draw: func(r *Result) []panel {
			return []panel{{"C11", "C11: separability", dashedBefore,
				r.chart("C11: accuracy on the clusters fitted, d = n", "accuracy", aboveChance, r.pair(r.high, fittedAfter, fittedBefore)...)}}
		},
	}
}
