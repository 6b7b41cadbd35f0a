package claims

import "slices"

// c29Components is the paper's gloss on its measure.
func c29Components(o Options) Claim {
	claim := Claim{
		ID: "C29", Place: "text on figure 2",
		Sentence: "The effective dimensionality is about the number of principal components that capture most of the variance.",
		Plain: "As many components as the dimensionality, rounded up, hold on average {g = 250, d = n %} (g = 250) and {g = 20, d = n %} " +
			"(g = 20) of the variance for d = n.",
		Draw: func(r *Result) []panel {
			captured := func(of func(*Evidence) *Stage) func(*Evidence) []float64 {
				return func(e *Evidence) []float64 { return of(e).Captured }
			}
			drawing := r.chart("C29: variance in as many components as ED, d = n", "share of the variance", nil, r.pair(r.high,
				captured(func(e *Evidence) *Stage { return &e.Trained }), captured(func(e *Evidence) *Stage { return &e.Initial }))...)
			for i := range drawing.Curves {
				for j := range drawing.Curves[i].X {
					drawing.Curves[i].X[j] = float64(capturedTimes[j])
				}
			}
			return []panel{{"C29", "C29: what the dimensionality counts", dashedBefore, drawing}}
		},
	}
	for _, g := range couplings {
		for _, of := range []struct {
			inputs string
			n      network
		}{{"d = n", o.high(g)}, {"d = 2", o.low(g)}} {
			claim.Parts = append(claim.Parts, partOf(of.n, of.inputs+", ", g)(of.inputs,
				"least share of the variance in as many components as ED, rounded up, at t = 0, 5, 10 before and after training",
				func(e *Evidence) float64 { return min(slices.Min(e.Initial.Captured), slices.Min(e.Trained.Captured)) },
				atLeast(0.5, "most: more than half")))
		}
	}
	return claim
}
