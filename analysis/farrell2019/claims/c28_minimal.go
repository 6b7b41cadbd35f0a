package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c28Minimal is the paper's summary of its findings.
func c28Minimal(o Options) Claim {
	part := func(n network, inputs string, g float64, threshold Threshold) Part {
		return partOf(n, inputs+", ", g)(inputs, "ED(t_eval) after training / principal components that a logistic regression needs to separate the classes (95 %)",
			func(e *Evidence) float64 { return edAtEvaluation(e) / float64(e.Trained.Components) },
			threshold)
	}
	minimal := between(0.5, 2, "as many dimensions as the task needs, within a factor of two")
	return Claim{
		ID: "C28", Place: "conclusion",
		Sentence: "Representations end with the minimal dimensionality that a simple boundary between the classes needs, if there is chaos enough.",
		Plain: "At t = 10 the states of the chaotic network have {g = 250, d = n} times (d = n) and {g = 250, d = 2} times (d = 2) as " +
			"many effective dimensions as a linear readout needs principal components to be right on 95 % of the samples.",
		Doubt: "One or two components separate the classes, and three to four dimensions are there. At g = 20 and d = n the " +
			"dimensionality is minimal: {g = 20, d = n}.",
		Parts: []Part{
			part(o.high(graph.StronglyChaotic), "d = n", graph.StronglyChaotic, minimal), part(o.low(graph.StronglyChaotic), "d = 2", graph.StronglyChaotic, minimal),
			part(o.high(graph.EdgeOfChaos), "d = n", graph.EdgeOfChaos, reported(afterwards)),
		},
		Draw: func(r *Result) []panel {
			drawing := &figure.LineChart{Title: "C28: dimensions there and dimensions needed", XLabel: "realisation", YLabel: "dimensions at $t_{eval}$"}
			for i, of := range []struct {
				name string
				n    network
			}{{"d = n", r.high(graph.StronglyChaotic)}, {"d = 2", r.low(graph.StronglyChaotic)}} {
				there, needed := figure.Curve{Name: of.name + ", ED", Colour: figure.ClassColour(i)}, figure.Curve{Name: of.name + ", components needed", Colour: figure.ClassColour(i), Dashed: true}
				for realisation := range r.Options.realisations(of.n) {
					e := r.of([]network{of.n}, realisation)[0]
					if e.Diverged != "" {
						continue
					}
					there.X, there.Median = append(there.X, float64(realisation)), append(there.Median, edAtEvaluation(e))
					needed.X, needed.Median = append(needed.X, float64(realisation)), append(needed.Median, float64(e.Trained.Components))
				}
				drawing.Curves = append(drawing.Curves, there, needed)
			}
			return []panel{{"C28", "C28: minimal dimensionality", "One value a realisation, g = 250.", drawing}}
		},
	}
}
