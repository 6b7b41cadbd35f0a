package claims

import "github.com/unfurl-rnn/unfurl/analysis/farrell2019"

// c8Linear is the claim on networks without saturation.
func c8Linear(o Options) Claim {
	linearly := func(g float64) network { return o.high(g, linear, brief) }
	return Claim{
		ID: "C8", Place: "text on figure 2 (not shown)",
		Sentence: "Networks with a linear activation compress as well.",
		Plain: "Accuracy is perfect. States keep {g = 20, compression %} (g = 20) and {g = 250, compression %} (g = 250) of their " +
			"dimensionality.",
		Doubt: "What fails is the part that learning has at g = 250: with linear units the untrained network compresses as much by " +
			"itself ({g = 250, by learning} of its dimensionality is left by learning), since its few growing directions outgrow " +
			"all others.",
		Parts: forBoth(func(g float64) []Part { return sameParts(linearly(g), "linear, ", farrell2019.VariantLinear, g) }),
		Draw: func(r *Result) []panel {
			return []panel{{"C8", "C8: linear activation", dashedBefore,
				r.chart("C8: compression with a linear activation, d = n", edLabel, nil, r.pair(linearly, edAfter, edBefore)...)}}
		},
	}
}
