package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c7SquaredError is the claim on the other loss, with high-dimensional inputs.
func c7SquaredError(o Options) Claim {
	squared := func(g float64) network { return o.highSquared(g, brief) }
	return Claim{
		ID: "C7", Place: "text on figure 2 (not shown)",
		Sentence: "Networks trained with the mean squared error compress as well.",
		Plain: "Accuracy is perfect. States keep {g = 20, compression %} (g = 20) and {g = 250, compression %} (g = 250) of their " +
			"dimensionality, against 2 and 7 % with the cross-entropy.",
		Parts: forBoth(func(g float64) []Part {
			return sameParts(squared(g), "mean squared error, ", farrell2019.VariantSquaredError, g)
		}),
		Draw: func(r *Result) []panel {
			return []panel{{"C7", "C7: mean squared error", dashedBefore,
				r.chart("C7: compression with the mean squared error, d = n", edLabel, nil, r.pair(squared, edAfter, edBefore)...)}}
		},
	}
}

// sameParts returns the parts of C1 and C3 for another network, each against its untrained self: strong compression at the edge
// of chaos, weaker compression in strong chaos.
func sameParts(n network, setting, variant string, g float64) []Part {
	part := partOf(n, "d = n, "+setting, g)
	kept, reason := strongly, "as C3"
	learned, why := 0.5, "learning at least halves what the untrained network keeps"
	if g == graph.StronglyChaotic {
		kept, reason = 0.5, "half: the paper says that compression appears, not that it is as strong"
		learned, why = 0.8, "learning takes at least a fifth of what the untrained network keeps; a linear one compresses by itself at this strength"
	}
	return []Part{
		beside(theirAccuracy(variant, 200, g), part("accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy, atLeast(perfect, "as C1"))),
		beside(theirs(variant, 200, g, theirCompression), part("compression", "ED(t_eval) / ED(0) after training", (*Evidence).compression, atMost(kept, reason))),
		beside(func(a *farrell2019.Authors) float64 { return theirLearned(a, variant, g) },
			part("by learning", "ED(t_eval) after training / before", learnedCompression, atMost(learned, why))),
	}
}
