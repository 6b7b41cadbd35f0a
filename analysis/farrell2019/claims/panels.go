package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
)

// panel is a picture for a claim.
type panel struct {
	id      string // file name and anchor
	title   string
	caption string
	report.Picture
}

func couplingName(g float64) string { return fmt.Sprintf("$g$ = %g", g) }

// chart returns a chart with t on its horizontal axis and a marker at t_eval.
func (r *Result) chart(title, y string, limits *figure.Range, curves ...figure.Curve) *figure.LineChart {
	evaluation := r.Options.high(graph.EdgeOfChaos).config.Training.EvaluationStep
	return &figure.LineChart{Title: title, XLabel: "time step $t$", YLabel: y, Curves: curves, YLimits: limits,
		Markers: []figure.Marker{{X: float64(evaluation), Label: "$t_{eval}$"}}}
}

// aboveChance is the range of accuracies of two classes.
var aboveChance = &figure.Range{Min: 0.4, Max: 1.02}

const (
	bandsCaption = "Median over realisations with their central 75 %. "
	dashedBefore = bandsCaption + "Dashed: before training."
	edLabel      = "effective dimensionality"
)

// panels returns the pictures of the claims in a ledger, in their order.
func (r *Result) panels(ledger []Judgement) []panel {
	var panels []panel
	for _, judged := range ledger {
		panels = append(panels, judged.Draw(r)...)
	}
	if len(r.Options.Only) == 0 {
		panels = append(panels, r.coursePanels()...)
	}
	return panels
}

// pair draws values through time of the networks of both coupling strengths as solid lines, and other values of them dashed.
func (r *Result) pair(of func(g float64) network, solid, dashes func(*Evidence) []float64) []figure.Curve {
	var curves []figure.Curve
	for _, g := range couplings {
		name, colour := couplingName(g), report.NetworkColour(g)
		if dashes != nil {
			curves = append(curves, dashed(r.through(of(g), name+", before", colour, dashes)))
		}
		curves = append(curves, r.through(of(g), name, colour, solid))
	}
	return curves
}

func (r *Result) high(g float64) network { return r.Options.high(g) }
func (r *Result) low(g float64) network  { return r.Options.low(g) }

// accuracyPanel draws the accuracy of both networks through training.
func (r *Result) accuracyPanel(id, inputs string, of func(g float64) network) panel {
	drawing := r.chart(id+": accuracy, "+inputs, "accuracy on fresh samples", aboveChance, r.pair(of, accuracies, nil)...)
	drawing.XLabel, drawing.Markers = "epoch", nil
	return panel{id, id + ": accuracy", bandsCaption, drawing}
}

// attractorPanel draws where the trained states of a network of high-dimensional inputs go.
func (r *Result) attractorPanel(id string, g float64) []panel {
	row := figure.Row{Title: couplingName(g), Colour: report.NetworkColour(g)}
	for _, s := range r.of([]network{r.high(g)}, 0)[0].Trained.Pictures {
		row.Snapshots = append(row.Snapshots, figure.Projection{Step: s.Step, X: s.X, Y: s.Y, Class: s.Classes})
	}
	if len(row.Snapshots) == 0 {
		return nil // diverged or collapsed: nothing to draw
	}
	return []panel{{id, fmt.Sprintf("%s: attractors, g = %g", id, g),
		"States of the first realisation after training on their first two principal components, until long after the evaluation step.",
		&figure.ScatterRow{Title: id + ": where the trained states go", Rows: []figure.Row{row}}}}
}
