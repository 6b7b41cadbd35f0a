package claims

// growth returns how much a distance grows from t = 0 to t_eval.
func growth(e *Evidence, distance []float64) float64 { return distance[e.evaluation()] / distance[0] }

// c6Distances is the claim on what makes the dimensionality fall.
func c6Distances(o Options) Claim {
	return Claim{
		ID: "C6", Place: "text on figure 2",
		Sentence: "Dimensionality drops because distances between classes grow and distances within classes shrink.",
		Plain: "By the root mean square distance of pairs of samples, from t = 0 to t = 10 classes move apart by a factor of {g = 20, between} (g = 20) and {g = 250, between} (g = 250), " +
			"and each class shrinks to {g = 20, within} and {g = 250, within} of its size; against the untrained network, where " +
			"distances change too, the factors are {g = 20, between, against the untrained network} and {g = 250, between, against " +
			"the untrained network}, {g = 20, within, against the untrained network} and {g = 250, within, against the untrained " +
			"network}.",
		Parts: forBoth(func(g float64) []Part {
			part := o.highPart(g)
			return []Part{
				part("between", "distance between classes at t_eval / at t = 0, after training",
					func(e *Evidence) float64 { return growth(e, e.Trained.Between) }, atLeast(1, "grows")),
				part("within", "distance within classes at t_eval / at t = 0, after training",
					func(e *Evidence) float64 { return growth(e, e.Trained.Within) }, atMost(1, "shrinks")),
				part("between, against the untrained network", "growth of the distance between classes, after / before training",
					func(e *Evidence) float64 { return growth(e, e.Trained.Between) / growth(e, e.Initial.Between) },
					atLeast(1, "learning makes it grow more than it would: distances change in the untrained network too")),
				part("within, against the untrained network", "growth of the distance within classes, after / before training",
					func(e *Evidence) float64 { return growth(e, e.Trained.Within) / growth(e, e.Initial.Within) },
					atMost(1, "learning makes it shrink")),
			}
		}),
		Draw: drawDistances,
	}
}

func drawDistances(r *Result) []panel {
	var panels []panel
	for _, kind := range []struct {
		id, name      string
		after, before func(*Evidence) []float64
	}{
		{"C6-between", "between classes", func(e *Evidence) []float64 { return upTo(e.Trained.Between, 15) }, func(e *Evidence) []float64 { return upTo(e.Initial.Between, 15) }},
		{"C6-within", "within classes", func(e *Evidence) []float64 { return upTo(e.Trained.Within, 15) }, func(e *Evidence) []float64 { return upTo(e.Initial.Within, 15) }},
	} {
		drawing := r.chart("C6: distances "+kind.name, "root mean square distance", nil, r.pair(r.high, kind.after, kind.before)...)
		panels = append(panels, panel{kind.id, "C6: distances " + kind.name, dashedBefore, drawing})
	}
	return panels
}
