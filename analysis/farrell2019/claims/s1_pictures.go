package claims

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// drawCompression returns the pictures of S1.
func drawCompression(r *Result) []panel {
	s := compressionStudy{r.Options, graph.StronglyChaotic}
	return slices.Concat([]panel{r.drawBatches(s), r.drawEffects(s)}, r.drawTraining(s), []panel{r.drawLinear(s)})
}

// drawBatches shows the dimensionality at the matched loss against the batch.
func (r *Result) drawBatches(s compressionStudy) panel {
	drawing := &figure.LineChart{Title: "S1: dimensions left at equal loss, g = 250", XLabel: "log$_{10}$ of the batch", YLabel: "ED at $t_{eval}$"}
	for i, of := range []struct {
		name     string
		sizes    []int
		networks []network
	}{
		{"SGD, rate over batch 1.25e-4", batchSizes, s.equalRatio()}, {"SGD, rate 0.1", batchSizes[1:], s.equalRate()},
		{"RMSProp, rate 0.001", batchSizes, s.normalised()},
	} {
		var logarithms []float64
		for _, size := range of.sizes {
			logarithms = append(logarithms, math.Log10(float64(size)))
		}
		drawing.Curves = append(drawing.Curves, r.over(logarithms, of.networks, of.name, figure.ClassColour(i),
			func(e *Evidence) float64 { return atLoss(e.Path, matchedLoss, Waypoint.ed) }))
	}
	untrained := r.over([]float64{0}, s.equalRatio()[:1], "", nil, func(e *Evidence) float64 { return e.Path[0].ED })
	if len(untrained.Median) > 0 {
		drawing.Levels = []figure.Level{{Y: untrained.Median[0], Label: "untrained"}}
		drawing.YLimits = &figure.Range{Min: 0, Max: 1.15 * untrained.Hi[0]}
	}
	return panel{"S1-batch", "S1: batch and compression", bandsCaption + fmt.Sprintf("Each network at validation loss %g. ", matchedLoss) +
		"Plain gradient descent compresses with the noise of its steps, rate over batch; a normalised gradient does without noise.", drawing}
}

// drawEffects shows the effect of each cause with its interval.
func (r *Result) drawEffects(s compressionStudy) panel {
	drawing := &figure.DotChart{Title: "S1: what compresses at equal loss, g = 250", XLabel: "ED with the cause over ED without",
		Markers: []figure.Marker{{X: 1, Label: "no effect"}, {X: fewerByATenth, Label: "a tenth fewer"}}}
	row := func(e effect, name string, colour color.Color, value func(Waypoint) float64) {
		interval, ok := r.effectOf(e, value)
		if ok {
			drawing.Dots = append(drawing.Dots, figure.Dot{Name: name, Value: interval.Estimate, Lo: interval.Lo, Hi: interval.Hi, Colour: colour})
		}
	}
	for _, e := range s.causes() {
		row(e, e.networks, figure.ClassColour(0), Waypoint.ed)
		if e.noisy {
			row(e, "the same, across the readout", figure.ClassColour(1), Waypoint.rest)
		}
	}
	others, batches := s.others()
	for _, e := range slices.Concat(others, batches[:2]) {
		row(e, e.networks, figure.ClassColour(2), Waypoint.ed)
	}
	return panel{"S1-effects", "S1: effect sizes", "Mean ratio of the effective dimensionality at t_eval over realisations with its 95 % interval; below 1 the cause compresses. " +
		"Blue: the claim's causes. Orange: across the readout. Green: beside the claim. Frozen readouts at a loss of 0.1, random labels at the loss they end with.", drawing}
}

// effectOf returns the mean ratio of an effect over realisations.
func (r *Result) effectOf(e effect, value func(Waypoint) float64) (analysis.Interval, bool) {
	finding, err := r.find("S1", e.part(0, "", value, reported("")), level)
	return finding.Interval, err == nil && finding.Interval.N > 0
}

// lossLevels are the losses through training at which networks are drawn, as minus their logarithm to base 10.
func lossLevels() []float64 {
	var levels []float64
	for tenths := 2; tenths <= 20; tenths += 2 {
		levels = append(levels, float64(tenths)/10)
	}
	return levels
}

// byLoss draws a value of a network through training, over [lossLevels].
func (r *Result) byLoss(n network, name string, colour color.Color, value func(Waypoint) float64) figure.Curve {
	levels := lossLevels()
	return curve(name, colour, levels, r.series(n, func(e *Evidence) []float64 {
		values := make([]float64, len(levels))
		for i, level := range levels {
			values[i] = atLoss(e.Path, math.Pow(10, -level), value)
		}
		return values
	}))
}

// drawTraining shows the variance along and across the readout through training, and the dimensions across it.
func (r *Result) drawTraining(s compressionStudy) []panel {
	const training = "training: minus log$_{10}$ of the validation loss"
	variance := &figure.LineChart{Title: "S1: variance of the states at $t_{eval}$, g = 250", XLabel: training, YLabel: "variance", Dashes: "across the readout"}
	rest := &figure.LineChart{Title: "S1: dimensions across the readout, g = 250", XLabel: training, YLabel: "ED at $t_{eval}$ across the readout"}
	for i, of := range []struct {
		name string
		network
	}{{"SGD, batch 800", s.sgd(800, fullRate, 60)}, {"SGD, batch 10", s.sgd(10, fullRate, 10)}, {"RMSProp, batch 800", s.rmsprop(800)}} {
		colour := figure.ClassColour(i)
		across := r.byLoss(of.network, of.name, colour, Waypoint.across)
		across.Dashed = true
		variance.Curves = append(variance.Curves, r.byLoss(of.network, of.name, colour, Waypoint.along), across)
		rest.Curves = append(rest.Curves, r.byLoss(of.network, of.name, colour, Waypoint.rest))
	}
	return []panel{
		{"S1-variance", "S1: variance along and across the readout", bandsCaption + "Solid: along the readout. Dashed: across it.", variance},
		{"S1-across", "S1: dimensions across the readout", bandsCaption + "The gradient leaves the dimensions across the readout alone; its noise takes them.", rest},
	}
}

// drawLinear shows the variance along the readout of a linear network with its closed form.
func (r *Result) drawLinear(s compressionStudy) panel {
	drawing := &figure.LineChart{Title: "S1: linear network, variance at $t_{eval}$", XLabel: "log$_{2}$ of 1 + epoch", YLabel: "variance"}
	n := s.linear()
	var x []float64
	rows := r.series(n, func(e *Evidence) []float64 {
		x = x[:0]
		for _, at := range e.Path {
			x = append(x, math.Log2(1+float64(at.Epoch)))
		}
		return nil
	})
	if len(rows) > 0 {
		of := func(value func(Waypoint) float64) [][]float64 {
			return r.series(n, func(e *Evidence) []float64 {
				var values []float64
				for _, at := range e.Path {
					values = append(values, value(at))
				}
				return values
			})
		}
		predicted := dashed(curve("closed form", figure.ClassColour(1), x, of(func(w Waypoint) float64 { return w.Predicted })))
		drawing.Curves = []figure.Curve{curve("along the readout", figure.ClassColour(0), x, of(Waypoint.along)), predicted}
	}
	return panel{"S1-linear", "S1: the closed form of a linear network", bandsCaption +
		"One step of a linear network with a frozen readout and squared error: the variance along the readout follows its closed form, across it nothing moves.", drawing}
}
