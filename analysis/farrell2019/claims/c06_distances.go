package claims

// c6Distances is the claim on what makes the dimensionality fall.
func c6Distances(o Options) Claim {
	return Claim{
		ID: "C6", Place: "text on figure 2",
		Sentence: "Dimensionality drops because distances between classes grow and distances within classes shrink.",
		Parts: forBoth(o.highPart, func(part partMaker) []Part {
			return []Part{
				part("between", "distance between classes at t_eval / at t = 0, after training",
					func(e *Evidence) float64 { return e.Trained.Between[e.evaluation()] / e.Trained.Between[0] },
					atLeast(1, "grows")),
				part("within", "distance within classes at t_eval / at t = 0, after training",
					func(e *Evidence) float64 { return e.Trained.Within[e.evaluation()] / e.Trained.Within[0] },
					atMost(1, "shrinks")),
			}
		}),
		Draw: drawDistances,
	}
}

func drawDistances(r *Result) []panel {
	drawing := r.chart("C6: distances through time, after training", "root mean square distance", nil,
		r.pair(r.high, func(e *Evidence) []float64 { return upTo(e.Trained.Between, 15) }, func(e *Evidence) []float64 { return upTo(e.Trained.Within, 15) })...)
	for i := range drawing.Curves {
		kind := ", between classes"
		if drawing.Curves[i].Dashed {
			kind = ", within"
		}
		drawing.Curves[i].Name = couplingName(couplings[i/2]) + kind
	}
	return []panel{{"C6", "C6: distances", bandsCaption + "Solid: between classes; dashed: within.", drawing}}
}
