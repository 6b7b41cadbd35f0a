package paper

import (
	"fmt"
	"image/color"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/train"
)

// group is all runs that share dimension and coupling: one colour in the charts.
type group struct {
	dimension int
	coupling  float64
}

// palette colours the groups of an analysis that are not the paper's two networks.
var palette = []color.Color{
	color.NRGBA{0, 114, 178, 255}, color.NRGBA{230, 159, 0, 255}, color.NRGBA{0, 158, 115, 255},
	color.NRGBA{204, 121, 167, 255}, color.NRGBA{86, 180, 233, 255}, color.NRGBA{120, 120, 120, 255},
}

// WriteAnalysis writes the tables of any set of measured runs, one chart for each measure, and a report
// into a folder, and returns the paths. Runs that differ only in seed or realisation share a curve.
func (r *Result) WriteAnalysis(folder string, record *train.Provenance) ([]string, error) {
	bands, err := r.Bands()
	if err != nil {
		return nil, err
	}
	written, err := r.writeTables(folder, bands)
	if err != nil {
		return nil, err
	}
	page := &figure.Report{
		Title:    "Representations of trained networks",
		Subtitle: fmt.Sprintf("%d runs measured by Unfurl", len(r.Networks)),
		Warnings: r.Warnings(),
	}
	evaluation := r.Networks[0].Config.Training.EvaluationStep
	for _, chart := range []struct {
		name, title, measure, x, y, caption string
		marker                              bool
	}{
		{"dimensionality", "Dimensionality", "ed", "time step $t$", "effective dimensionality", "Effective dimensionality through time; dashed before training.", true},
		{"heldout", "Held-out clusters", "lr_heldout", "time step $t$", "held-out accuracy", "Logistic regression on clusters that it was not fitted to; dashed before training.", true},
		{"accuracy", "Accuracy", "accuracy", "epoch", "accuracy", "Accuracy of the network on fresh samples after every epoch.", false},
		{"loss", "Loss", "loss", "epoch", "validation loss", "Loss on fresh samples after every epoch.", false},
	} {
		drawing := &figure.LineChart{XLabel: chart.x, YLabel: chart.y, Curves: r.groupCurves(bands, chart.measure)}
		if chart.marker {
			drawing.Markers = []figure.Marker{{X: float64(evaluation), Label: "$t_{eval}$"}}
		}
		paths, svg, err := WritePicture(folder, chart.name, drawing)
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: chart.name, Title: chart.title, Caption: chart.caption, SVG: svg})
	}
	page.Tables = append(page.Tables, RunTable(record), finalAccuracies(bands), keyNumbers(bands))
	path, err := writeReport(folder, page)
	return append(written, path), err
}

// groupCurves returns the curves of a measure, one or two for each group.
func (r *Result) groupCurves(bands []CurveBand, measure string) []figure.Curve {
	var curves []figure.Curve
	seen := map[group]int{}
	for _, b := range bands {
		g := group{b.Dimension, b.Coupling}
		if _, ok := seen[g]; ok || b.Measure != measure {
			continue
		}
		seen[g] = len(seen)
		colour := palette[seen[g]%len(palette)]
		if g.coupling == EdgeOfChaos || g.coupling == StronglyChaotic {
			if len(dimensions(bands)) == 1 {
				colour = networkColour(g.coupling)
			}
		}
		name := fmt.Sprintf("$d$ = %d, $g$ = %g", g.dimension, g.coupling)
		for _, stage := range stageOrder {
			selected := selectBands(bands, Curve{Measure: measure, Dimension: g.dimension, Coupling: g.coupling, Stage: stage})
			if len(selected) > 0 {
				curves = append(curves, drawnCurve(selected, name, colour, stage == Before, false, math.MaxInt))
			}
		}
	}
	return curves
}

func dimensions(bands []CurveBand) map[int]bool {
	found := map[int]bool{}
	for _, b := range bands {
		found[b.Dimension] = true
	}
	return found
}
