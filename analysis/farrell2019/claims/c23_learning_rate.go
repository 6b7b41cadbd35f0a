package claims

// c23LearningRate is the claim on how the learning rate was chosen.
func c23LearningRate(o Options) Claim {
	part := func(n network, inputs string, g float64) Part {
		return partOf(n, inputs+", ", g)(inputs, "validation loss after the first epoch / before it",
			func(e *Evidence) float64 { return e.History[1].ValidationLoss / e.History[0].ValidationLoss },
			atMost(0.9, "a tenth of the loss in the first of 40 or 80 epochs"))
	}
	claim := Claim{
		ID: "C23", Place: "model",
		Sentence: "The initial learning rate is large enough to change the loss significantly.",
		Plain: "In the first epoch the loss falls to {g = 20, d = n %} and {g = 250, d = n %} for d = n, and to {g = 20, d = 2 %} and " +
			"{g = 250, d = 2 %} for d = 2.",
		Doubt: "For d = 2 at g = 20 the first epoch changes nothing yet; the loss falls over all 80 epochs. The paper does not say how " +
			"soon.",
		Draw: func(r *Result) []panel {
			losses := func(e *Evidence) []float64 {
				values := make([]float64, len(e.History))
				for i, metrics := range e.History {
					values[i] = metrics.ValidationLoss
				}
				return values
			}
			drawing := r.chart("C23: loss on fresh samples, d = 2", "validation loss", nil, r.pair(r.low, losses, nil)...)
			drawing.XLabel, drawing.Markers = "epoch", nil
			return []panel{{"C23", "C23: the loss", bandsCaption, drawing}}
		},
	}
	for _, g := range couplings {
		claim.Parts = append(claim.Parts, part(o.high(g), "d = n", g), part(o.low(g), "d = 2", g))
	}
	return claim
}
