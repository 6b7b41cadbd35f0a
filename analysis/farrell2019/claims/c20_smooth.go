package claims

// c20Smooth is the claim on what the identity in the initial weights is for.
func c20Smooth(o Options) Claim {
	return Claim{
		ID: "C20", Place: "model",
		Sentence: "Initial weights near the identity give smooth trajectories.",
		Plain:    "Before training, a state moves in a step by {g = 20 %} of its length at g = 20 and by {g = 250 %} at g = 250.",
		Doubt: "At g = 250 the random part dominates: states move by more than half their length in a step, most at first, so that the " +
			"trajectories of the strongly chaotic network are not smooth.",
		Parts: forBoth(func(g float64) []Part {
			part := o.highPart(g)
			return []Part{
				part("", "root mean square of |h_t - h_{t-1}| over that of |h_{t-1}|, the mean over t = 1 .. 15, before training",
					func(e *Evidence) float64 { return meanOf(upTo(e.Initial.Change, troughUntil-1)) },
					atMost(0.5, "a state moves by less than half its length; independent states of equal length are 1.41 apart")),
			}
		}),
		Draw: func(r *Result) []panel {
			change := func(s func(*Evidence) *Stage) func(*Evidence) []float64 {
				return func(e *Evidence) []float64 { return upTo(s(e).Change, troughUntil-1) }
			}
			drawing := r.chart("C20: how far states move in a step", "relative change of the state", nil, r.pair(r.high,
				change(func(e *Evidence) *Stage { return &e.Trained }), change(func(e *Evidence) *Stage { return &e.Initial }))...)
			for i := range drawing.Curves {
				for j := range drawing.Curves[i].X {
					drawing.Curves[i].X[j]++ // a change ends at t, from 1 on
				}
			}
			return []panel{{"C20", "C20: smooth trajectories", dashedBefore, drawing}}
		},
	}
}
