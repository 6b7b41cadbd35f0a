package paper

import (
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// curves returns the curves of a measure, one or two for each group, without those that have no value.
func (a *grouping) curves(bands []CurveBand, measure string) []figure.Curve {
	var curves []figure.Curve
	for _, g := range a.groups {
		for _, stage := range stageOrder {
			curve := drawnCurve(selectBands(bands, measure, stage, g), g.name, g.colour, stage == Before, false, math.MaxInt)
			if slices.ContainsFunc(curve.Median, finite) {
				curves = append(curves, curve)
			}
		}
	}
	return curves
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// markers marks the times of a group's task, and t_eval where not all times are asked.
func (g *group) markers() []figure.Marker {
	var markers []figure.Marker
	c := g.networks[0].Config
	trial := g.networks[0].plan()
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
func (a *grouping) timeMarkers() []figure.Marker {
	var markers []figure.Marker
	for _, g := range a.groups {
		for _, marker := range g.markers() {
			if !slices.Contains(markers, marker) {
				markers = append(markers, marker)
			}
		}
	}
	return markers
}

// spectrumFigure draws the Lyapunov spectra of all networks, in the colours of their groups; none if all networks leave
// all bounds.
func (a *grouping) spectrumFigure(folder, under string, written *[]string) ([]figure.ReportFigure, error) {
	drawing := &figure.LineChart{XLabel: "index of the exponent", YLabel: "Lyapunov exponent, nats a step", Levels: []figure.Level{{Y: 0, Label: "0"}}}
	for _, g := range a.groups {
		for _, m := range g.networks {
			for _, d := range m.Dynamics {
				curve := figure.Curve{Name: g.name, Colour: g.colour, Dashed: d.Stage == Before, Thin: len(g.networks) > 1}
				for i, exponent := range d.Exponents {
					if finite(exponent) {
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
		Caption: "Largest exponents of the networks " + under + ", from a state at the evaluation step on, one line for each realisation; " +
			"above 0 a network is chaotic; dashed before training."}}, nil
}
