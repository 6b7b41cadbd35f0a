package claims

// c7SquaredError is the claim on the other loss, with high-dimensional inputs.
func c7SquaredError(o Options) Claim {
	return Claim{
		ID: "C7", Place: "text on figure 2 (not shown)",
		Sentence: "Accuracy and compression are the same with the mean squared error.",
		Doubt: "In 30 realisations the accuracy is perfect with both networks, and g = 20 compresses to 7 %. At g = 250 the states keep 27 % of their " +
			"dimensionality, 12 dimensions, and 40 % at a fifth of the learning rate (three networks). A likely reason: the error vanishes once " +
			"the outputs are at their targets, and with it the gradient, while the cross-entropy goes on pushing the classes apart.",
		Parts: forBoth(func(g float64) partMaker { return partOf(o.highSquared(g), "d = n, mean squared error, ", g) }, sameParts),
		Draw: func(r *Result) []panel {
			return []panel{{"C7", "C7: mean squared error", dashedBefore,
				r.chart("C7: compression with the mean squared error, d = n", edLabel, nil, r.pair(o.highSquared, edAfter, edBefore)...)}}
		},
	}
}
