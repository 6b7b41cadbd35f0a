package claims

// c8Linear is the claim on networks without saturation.
func c8Linear(o Options) Claim {
	linearly := func(g float64) network { return o.high(g, linear) }
	return Claim{
		ID: "C8", Place: "text on figure 2 (not shown)",
		Sentence: "Accuracy and compression are the same with a linear activation.",
		Doubt: "In 30 realisations the accuracy is perfect with both networks, and g = 20 compresses to 3 %. At g = 250 the states keep 16 %, 7 of 46 " +
			"dimensions, and that much the untrained linear network compresses as well: without saturation its few growing directions " +
			"outgrow all others by themselves, and learning adds nothing.",
		Parts: forBoth(func(g float64) partMaker { return partOf(linearly(g), "d = n, linear, ", g) }, sameParts),
		Draw: func(r *Result) []panel {
			return []panel{{"C8", "C8: linear activation", dashedBefore,
				r.chart("C8: compression with a linear activation, d = n", edLabel, nil, r.pair(linearly, edAfter, edBefore)...)}}
		},
	}
}
