package claims

// c3Compression is the claim on the course of the dimensionality of high-dimensional inputs.
func c3Compression(o Options) Claim {
	return Claim{
		ID: "C3", Place: "figure 2 and its text",
		Sentence: "After training, the effective dimensionality falls with t and is strongly compressed at the evaluation step.",
		Plain:    "By t = 10 the states keep {g = 20, strength %} of their dimensionality at g = 20 and {g = 250, strength %} at g = 250.",
		Parts: forBoth(func(g float64) []Part {
			part := o.highPart(g)
			return []Part{
				beside(theirs("", 200, g, theirCompression), part("strength", "ED(t_eval) / ED(0) after training", (*Evidence).compression,
					atMost(strongly, "a tenth; untrained networks keep 0.46 (g = 250) and 0.63 (g = 20) of it, small ones trained on shuffled labels 0.34 and 0.14"))),
				control(part("course", "rank correlation of ED with t = 0 .. t_eval after training",
					func(e *Evidence) float64 { return trend(upTo(e.After.ED, e.evaluation())) },
					atMost(-0.9, "a fall at nearly every step; that of an untrained network falls too"))),
			}
		}),
		Draw: func(r *Result) []panel {
			return []panel{{"C3", "C3: compression", dashedBefore,
				r.chart("C3: compression through time, d = n", edLabel, nil, r.pair(r.high, edAfter, edBefore)...)}}
		},
	}
}
