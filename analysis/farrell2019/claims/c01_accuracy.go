package claims

// c1Accuracy is the claim that the networks learn the paper's task.
func c1Accuracy(o Options) Claim {
	return Claim{
		ID: "C1", Place: "figure 2 and its text",
		Sentence: "Both networks classify high-dimensional inputs perfectly.",
		Plain:    "After training they put {g = 20 %} (g = 20) and {g = 250 %} (g = 250) of fresh inputs into the right class.",
		Parts: forBoth(func(g float64) []Part {
			return []Part{
				beside(theirAccuracy("", 200, g), o.highPart(g)("", "accuracy on fresh samples after training", (*Evidence).accuracy,
					atLeast(perfect, "at most one error in a hundred, as in the authors' curves, which end at 1"))),
			}
		}),
		Draw: func(r *Result) []panel { return []panel{r.accuracyPanel("C1", "d = n", r.high)} },
	}
}
