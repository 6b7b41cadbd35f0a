package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

func (r *Result) squaredPanel() []panel {
	return []panel{{"C7", "C7: mean squared error", dashedBefore,
		r.chart("C7: compression with the mean squared error, d = n", edLabel, nil, r.pair(r.Options.highSquared, edAfter, edBefore)...)}}
}

func (r *Result) linearPanel() []panel {
	linearly := func(g float64) network { return r.Options.high(g, linear) }
	return []panel{{"C8", "C8: linear activation", dashedBefore,
		r.chart("C8: compression with a linear activation, d = n", edLabel, nil, r.pair(linearly, edAfter, edBefore)...)}}
}

func (r *Result) changesPanel() []panel {
	var curves []figure.Curve
	for i, v := range variants() {
		c := r.through(swept(r.Options.high(graph.StronglyChaotic, v.change)), v.name, figure.ClassColour(i), edAfter)
		c.Lo, c.Hi = nil, nil // ten bands would hide the lines
		curves = append(curves, c)
	}
	return []panel{{"C9", "C9: moderate changes", "Median over realisations after training, g = 250.",
		r.chart("C9: compression under ten changes, d = n, g = 250", edLabel, nil, curves...)}}
}

func (r *Result) ratePanels() []panel {
	var networks []network
	var logarithms []float64
	for _, factor := range rateFactors {
		networks = append(networks, swept(r.Options.high(graph.StronglyChaotic, rate(factor))))
		logarithms = append(logarithms, math.Log2(factor))
	}
	draw := func(title, y string, value func(*Evidence) float64) *figure.LineChart {
		return &figure.LineChart{Title: title, XLabel: "log$_{2}$ of learning rate / paper's", YLabel: y,
			Curves: []figure.Curve{r.over(logarithms, networks, couplingName(graph.StronglyChaotic), figure.StronglyChaotic, value)}}
	}
	chaos := draw("C10: chaos left after training, d = n", "largest Lyapunov exponent", largestExponent)
	chaos.Levels = []figure.Level{{Y: 0, Label: "0"}}
	return []panel{
		{"C10-chaos", "C10: chaos and learning rate", bandsCaption, chaos},
		{"C10-compression", "C10: compression and learning rate", bandsCaption, draw("C10: compression, d = n", "ED at $t_{eval}$", edAtEvaluation)},
	}
}

func (r *Result) lowAccuracyPanel() []panel {
	drawing := r.chart("C13: accuracy, d = 2", "accuracy on fresh samples", aboveChance, r.pair(r.low, accuracies, nil)...)
	drawing.XLabel, drawing.Markers = "epoch", nil
	return []panel{{"C13", "C13: accuracy", bandsCaption, drawing}}
}

func (r *Result) expansionPanel() []panel {
	return []panel{{"C14", "C14: expansion and compression", dashedBefore,
		r.chart("C14: expansion and compression, d = 2", edLabel, nil, r.pair(r.low, edAfter, edBefore)...)}}
}

func (r *Result) readoutPanel() []panel {
	wild := r.low(graph.StronglyChaotic)
	return []panel{{"C15", "C15: linear readouts", bandsCaption,
		r.chart("C15: linear readouts, d = 2, g = 250", "accuracy", aboveChance,
			dashed(r.through(wild, "clusters fitted", figure.StronglyChaotic, fittedAfter)),
			r.through(wild, "held-out clusters", figure.StronglyChaotic, unseenAfter))}}
}

func (r *Result) lowRatePanel() []panel {
	var curves []figure.Curve
	for i, factor := range []float64{0.5, 1, 2} {
		curves = append(curves, r.through(r.Options.low(graph.StronglyChaotic, rate(factor)), fmt.Sprintf("learning rate x %g", factor), figure.ClassColour(i), edAfter))
	}
	return []panel{{"C16", "C16: learning rates", bandsCaption, r.chart("C16: dimensionality at three learning rates, d = 2, g = 250", edLabel, nil, curves...)}}
}

func (r *Result) lowSquaredPanel() []panel {
	return []panel{r.squaredAgainstEntropy("C17", "mean squared error", r.Options.lowSquared(graph.EdgeOfChaos))}
}

func (r *Result) slowSquaredPanel() []panel {
	return []panel{r.squaredAgainstEntropy("F17", "mean squared error, a fifth of the rate",
		swept(r.Options.lowSquared(graph.EdgeOfChaos, rate(1.0/slowRate))))}
}

func (r *Result) squaredAgainstEntropy(id, name string, squared network) panel {
	return panel{id, id + ": " + name, bandsCaption,
		r.chart(id+": dimensionality with both losses, d = 2, g = 20", edLabel, nil,
			dashed(r.through(r.low(graph.EdgeOfChaos), "cross-entropy", figure.EdgeOfChaos, edAfter)),
			r.through(squared, name, figure.EdgeOfChaos, edAfter))}
}

func (r *Result) clusterPanel() []panel {
	drawing := &figure.LineChart{Title: "C18: accuracy and number of clusters, d = 2", YLabel: "accuracy after training",
		XLabel: fmt.Sprintf("log$_{2}$ of clusters / %d", r.low(graph.EdgeOfChaos).config.Task.Clusters)}
	for _, g := range couplings {
		var networks []network
		var logarithms []float64
		for _, factor := range clusterFactors {
			networks = append(networks, swept(r.Options.low(g, clusters(factor))))
			logarithms = append(logarithms, math.Log2(float64(factor)))
		}
		drawing.Curves = append(drawing.Curves, r.over(logarithms, networks, couplingName(g), colourOf(g), (*Evidence).accuracy))
	}
	return []panel{{"C18", "C18: more clusters", bandsCaption, drawing}}
}

func (r *Result) couplingPanels() []panel {
	ends := &figure.LineChart{Title: "C19: dimensionality at the evaluation step", XLabel: "log$_{10}$ of $g$", YLabel: "ED at $t_{eval}$"}
	var panels []panel
	for i, of := range []func(float64) network{r.high, r.low} {
		name := []string{"d = n", "d = 2"}[i]
		grid := &figure.HeatMap{Title: "C19: dimensionality after training, " + name, XLabel: "time step $t$", YLabel: "coupling $g$", ValueLabel: edLabel, Y: sweptCouplings}
		var networks []network
		var logarithms []float64
		for _, g := range sweptCouplings {
			networks, logarithms = append(networks, swept(of(g))), append(logarithms, math.Log10(g))
			median := r.through(swept(of(g)), "", nil, edAfter)
			if len(median.X) > len(grid.X) {
				grid.X = median.X
			}
			grid.Values = append(grid.Values, median.Median)
		}
		for row := range grid.Values { // a coupling whose networks all diverged stays empty
			for len(grid.Values[row]) < len(grid.X) {
				grid.Values[row] = append(grid.Values[row], math.NaN())
			}
		}
		before := func(e *Evidence) float64 { return e.Before.ED[e.evaluation()] }
		ends.Curves = append(ends.Curves, r.over(logarithms, networks, name+", after training", figure.ClassColour(i), edAtEvaluation),
			dashed(r.over(logarithms, networks, name+", before", figure.ClassColour(i), before)))
		panels = append(panels, panel{fmt.Sprintf("C19-heat-%d", i+1), "C19: sweep of g, " + name, "Median over realisations.", grid})
	}
	return append(panels, panel{"C19", "C19: what the task needs", dashedBefore, ends})
}

func (r *Result) noisePanel() []panel {
	drawing := &figure.LineChart{Title: "O3: compression and batch size, d = n, g = 250", XLabel: "log$_{10}$ of the batch", YLabel: "ED at $t_{eval}$"}
	var logarithms []float64
	for _, size := range batchSizes {
		logarithms = append(logarithms, math.Log10(float64(size)))
	}
	for i, part := range r.Options.gradientNoise().Parts {
		drawing.Curves = append(drawing.Curves, r.over(logarithms, part.Needs, part.Name, figure.ClassColour(i), edAtEvaluation))
	}
	return []panel{{"O3", "O3: gradient noise", bandsCaption, drawing}}
}
