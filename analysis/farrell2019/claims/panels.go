package claims

import (
	"fmt"
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
)

// panel is a picture behind a claim.
type panel struct {
	id      string // file name and anchor
	title   string
	caption string
	report.Picture
}

// colourOf is that of the paper's figures.
func colourOf(g float64) color.Color {
	if g >= graph.StronglyChaotic {
		return figure.StronglyChaotic
	}
	return figure.EdgeOfChaos
}

func couplingName(g float64) string { return fmt.Sprintf("$g$ = %g", g) }

// chart is a chart with t on its horizontal axis and a mark at t_eval.
func (r *Result) chart(title, y string, limits *figure.Range, curves ...figure.Curve) *figure.LineChart {
	evaluation := r.Options.high(graph.EdgeOfChaos).config.Training.EvaluationStep
	return &figure.LineChart{Title: title, XLabel: "time step $t$", YLabel: y, Curves: curves, YLimits: limits,
		Markers: []figure.Marker{{X: float64(evaluation), Label: "$t_{eval}$"}}}
}

// aboveChance is the range of accuracies of two classes.
var aboveChance = &figure.Range{Min: 0.4, Max: 1.02}

const (
	bandsCaption = "Median over realisations with their central 75 %. "
	edLabel      = "effective dimensionality"
)

// panels returns the pictures of the claims in a ledger, in their order.
func (r *Result) panels(ledger []Judgement) []panel {
	drawers := map[string]func() []panel{
		"C1": r.accuracyPanel, "C2": r.inputPanel, "C3": r.compressionPanel, "C4": r.pointsPanel, "C5": r.cloudsPanel,
		"C6": r.distancePanel, "C7": r.squaredPanel, "C8": r.linearPanel, "C9": r.changesPanel, "C10": r.ratePanels,
		"C11": r.separabilityPanel, "C12": r.heldOutPanel, "C13": r.lowAccuracyPanel, "C14": r.expansionPanel,
		"C15": r.readoutPanel, "C16": r.lowRatePanel, "C17": r.lowSquaredPanel, "F17": r.slowSquaredPanel, "C18": r.clusterPanel, "C19": r.couplingPanels,
		"O3": r.noisePanel,
	}
	var panels []panel
	for _, judged := range ledger {
		panels = append(panels, drawers[judged.ID]()...)
	}
	if len(r.Options.Only) == 0 {
		panels = append(panels, r.coursePanels()...)
	}
	return panels
}

// pair draws values through time of the networks of both coupling strengths, and others of them dashed.
func (r *Result) pair(of func(g float64) network, solid, dashes func(*Evidence) []float64) []figure.Curve {
	var curves []figure.Curve
	for _, g := range couplings {
		name, colour := couplingName(g), colourOf(g)
		if dashes != nil {
			curves = append(curves, dashed(r.through(of(g), name+", before", colour, dashes)))
		}
		curves = append(curves, r.through(of(g), name, colour, solid))
	}
	return curves
}

func (r *Result) high(g float64) network { return r.Options.high(g) }
func (r *Result) low(g float64) network  { return r.Options.low(g) }

const dashedBefore = bandsCaption + "Dashed: before training."

func (r *Result) accuracyPanel() []panel {
	drawing := r.chart("C1: accuracy, d = n", "accuracy on fresh samples", aboveChance, r.pair(r.high, accuracies, nil)...)
	drawing.XLabel, drawing.Markers = "epoch", nil
	return []panel{{"C1", "C1: accuracy", bandsCaption, drawing}}
}

func (r *Result) inputPanel() []panel {
	first := func(curve func(*Evidence) []float64) func(*Evidence) []float64 {
		return func(e *Evidence) []float64 { return upTo(curve(e), 4) }
	}
	drawing := r.chart("C2: dimensionality of the input and of the first states", edLabel, nil, r.pair(r.high, first(edAfter), first(edBefore))...)
	drawing.Markers = nil
	if e := r.of([]network{r.high(graph.EdgeOfChaos)}, 0)[0]; e.Diverged == "" {
		drawing.Levels = []figure.Level{{Y: e.InputED, Label: "input"}}
	}
	return []panel{{"C2", "C2: the input's dimensionality", dashedBefore + " The level is the input of the first realisation.", drawing}}
}

func (r *Result) compressionPanel() []panel {
	return []panel{{"C3", "C3: compression", dashedBefore,
		r.chart("C3: compression through time, d = n", edLabel, nil, r.pair(r.high, edAfter, edBefore)...)}}
}

func (r *Result) pointsPanel() []panel { return r.attractorPanel("C4", graph.EdgeOfChaos) }
func (r *Result) cloudsPanel() []panel { return r.attractorPanel("C5", graph.StronglyChaotic) }

func (r *Result) attractorPanel(id string, g float64) []panel {
	row := figure.Row{Title: couplingName(g), Colour: colourOf(g)}
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

func (r *Result) distancePanel() []panel {
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

func (r *Result) separabilityPanel() []panel {
	return []panel{{"C11", "C11: separability", dashedBefore,
		r.chart("C11: accuracy on the clusters fitted, d = n", "accuracy", aboveChance, r.pair(r.high, fittedAfter, fittedBefore)...)}}
}

func (r *Result) heldOutPanel() []panel {
	return []panel{{"C12", "C12: held-out clusters", dashedBefore,
		r.chart("C12: accuracy on held-out clusters, d = n", "accuracy", aboveChance, r.pair(r.high, unseenAfter, unseenBefore)...)}}
}
