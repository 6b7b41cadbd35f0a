package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// dashedBefore is the meaning of dashed curves in all charts.
const dashedBefore = "before training"

// curves returns the curves of a measure, one or two for each group, without those that have no value.
func curves(a *coloured, bands []measure.CurveBand, series string) []figure.Curve {
	var curves []figure.Curve
	for _, g := range a.Groups {
		for _, stage := range measure.Stages {
			curve := DrawnCurve(SelectBands(bands, series, stage, g), g.Name, a.colour(g), stage == measure.Before, math.MaxInt)
			if slices.ContainsFunc(curve.Median, measure.Finite) {
				curves = append(curves, curve)
			}
		}
	}
	return curves
}

// markersOf marks the times of a group's task, and t_eval where not all times are asked.
func markersOf(g *measure.Group) []figure.Marker {
	var markers []figure.Marker
	c := g.Networks[0].Config
	trial := g.Networks[0].Trial()
	if trial != nil {
		for _, mark := range trial.Marks {
			markers = append(markers, figure.Marker{X: float64(mark.Time), Label: mark.Name})
		}
	}
	if trial == nil || trial.Readouts != nil {
		markers = append(markers, figure.Marker{X: float64(c.EvaluationTime()), Label: "$t_{eval}$"})
	}
	return markers
}

// timeMarkers are the markers of all groups, each once.
func timeMarkers(a *coloured) []figure.Marker {
	var markers []figure.Marker
	for _, g := range a.Groups {
		for _, marker := range markersOf(g) {
			if !slices.Contains(markers, marker) {
				markers = append(markers, marker)
			}
		}
	}
	return markers
}

// spectrumFigure draws the Lyapunov spectra of all networks, in the colours of their groups; none if all networks diverge.
func spectrumFigure(a *coloured, folder, under string, written *[]string) ([]figure.ReportFigure, error) {
	drawing := &figure.LineChart{XLabel: "index of the exponent", YLabel: "Lyapunov exponent, nats a step", Dashes: dashedBefore, Levels: []figure.Level{{Y: 0, Label: "0"}}}
	for _, g := range a.Groups {
		for _, m := range g.Networks {
			for _, d := range m.Dynamics {
				curve := figure.Curve{Name: g.Name, Colour: a.colour(g), Dashed: d.Stage == measure.Before, Thin: len(g.Networks) > 1}
				for i, exponent := range d.Exponents {
					if measure.Finite(exponent) {
						curve.X, curve.Median = append(curve.X, float64(i+1)), append(curve.Median, exponent)
					}
				}
				if len(curve.X) > 0 {
					drawing.Curves = append(drawing.Curves, curve)
				}
			}
		}
	}
	if len(drawing.Curves) == 0 {
		return nil, nil
	}
	paths, svg, err := WritePicture(folder, "lyapunov", drawing)
	if err != nil {
		return nil, err
	}
	*written = append(*written, paths...)
	return []figure.ReportFigure{{ID: "lyapunov", Title: "Lyapunov spectrum", SVG: svg,
		Caption: "Largest exponents of the networks " + under + ", the medians over states at the evaluation step, one line for each realisation; " +
			"above 0 a network is chaotic; dashed before training."}}, nil
}

// decodingCharts lists a chart for each decoded variable.
func decodingCharts(groups *coloured) []analysisChart {
	var charts []analysisChart
	listed := map[string]int{}
	for _, g := range groups.Groups {
		for _, v := range g.Networks[0].Decoded {
			level := figure.Level{Y: v.Chance, Label: "chance"}
			if i, known := listed[v.Variable]; known {
				if !slices.ContainsFunc(charts[i].levels, func(l figure.Level) bool { return math.Abs(l.Y-level.Y) < 0.02 }) { // nearer ones coincide
					charts[i].levels = append(charts[i].levels, level)
				}
				continue
			}
			listed[v.Variable] = len(charts)
			charts = append(charts, analysisChart{fileName(measure.DecodingOf(v.Variable)), "Decoding of " + v.Variable, measure.DecodingOf(v.Variable), timeLabel, "held-out accuracy, " + v.Variable,
				fmt.Sprintf("Logistic regression of %s on the states at each time, on samples that it was not fitted to; chance is the share of the most frequent value; "+
					"dashed before training.", v.Variable), []figure.Level{level}})
		}
	}
	return charts
}

// fileName replaces everything in a name except letters, digits, - and _.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}
