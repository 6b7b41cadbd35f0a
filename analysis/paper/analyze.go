package paper

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"path/filepath"

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
func (r *Result) WriteAnalysis(ctx context.Context, folder string, record *train.Provenance) ([]string, error) {
	bands, err := r.Bands(ctx)
	if err != nil {
		return nil, err
	}
	written, err := r.writeTables(folder, bands)
	if err != nil {
		return nil, err
	}
	for _, table := range []struct {
		name  string
		write func(string) error
	}{{"lyapunov.csv", r.WriteDynamics}, {"fixed_points.csv", r.WriteFixedPoints}, {"expansions.csv", r.WriteExpansions}} {
		path := filepath.Join(folder, table.name)
		if err := table.write(path); err != nil {
			return nil, err
		}
		written = append(written, path)
	}
	page := &figure.Report{
		Title:    "Representations of trained networks",
		Subtitle: fmt.Sprintf("%d runs measured by Unfurl", len(r.Networks)),
		Warnings: r.Warnings(),
		Explorer: r.Explorer(bands),
	}
	evaluation := r.Networks[0].Config.Training.EvaluationStep
	for _, chart := range []struct {
		name, title, measure, x, y, caption string
		marker                              bool
	}{
		{"dimensionality", "Dimensionality", "ed", "time step $t$", "effective dimensionality", "Effective dimensionality through time; dashed before training.", true},
		{"heldout", "Held-out clusters", heldOutClusters, "time step $t$", "held-out accuracy", "Logistic regression on clusters that it was not fitted to; dashed before training.", true},
		{"heldout_samples", "Held-out samples", heldOutSamples, "time step $t$", "held-out accuracy", "Logistic regression on samples that it was not fitted to, drawn from every class, since no class has several clusters; dashed before training.", true},
		{"intrinsic", "Intrinsic dimension", "dimension_twonn", "time step $t$", "intrinsic dimension (TwoNN)", "Intrinsic dimension by two neighbours, which are mostly of the same cluster; dashed before training.", true},
		{"capacity", "Capacity of class manifolds", "class_capacity", "time step $t$", "capacity", "Mean-field capacity of the two class manifolds: higher is easier to separate; dashed before training.", true},
		{"distances", "Distances between classes", "distance_between", "time step $t$", "root mean square distance", "Root mean square distance of samples of different classes; dashed before training.", true},
		{"accuracy", "Accuracy", "accuracy", "epoch", "accuracy", "Accuracy of the network on fresh samples after every epoch.", false},
		{"loss", "Loss", "loss", "epoch", "validation loss", "Loss on fresh samples after every epoch.", false},
	} {
		drawing := &figure.LineChart{XLabel: chart.x, YLabel: chart.y, Curves: r.groupCurves(bands, chart.measure)}
		if len(drawing.Curves) == 0 {
			continue // a measure that was left out
		}
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
	spectrum, err := r.spectrumFigure(folder, &written)
	if err != nil {
		return nil, err
	}
	page.Figures = append(page.Figures, spectrum...)
	page.Tables = append(page.Tables, r.ownPointsTables()...)
	page.Tables = append(page.Tables, RunTable(record), finalAccuracies(bands), keyNumbers(bands), r.dynamicsTable(), r.expansionTable())
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

// spectrumFigure draws the Lyapunov spectra of the first realisation of each group; none if all networks
// leave all bounds.
func (r *Result) spectrumFigure(folder string, written *[]string) ([]figure.ReportFigure, error) {
	drawing := &figure.LineChart{XLabel: "index of the exponent", YLabel: "Lyapunov exponent, nats a step", Levels: []figure.Level{{Y: 0, Label: "0"}}}
	seen := map[group]int{}
	for _, m := range r.Networks {
		g := group{m.dimension(), m.Config.Network.Coupling}
		if _, ok := seen[g]; ok {
			continue
		}
		seen[g] = len(seen)
		for _, d := range m.Dynamics {
			curve := figure.Curve{Name: fmt.Sprintf("$d$ = %d, $g$ = %g", g.dimension, g.coupling), Colour: palette[seen[g]%len(palette)], Dashed: d.Stage == Before}
			for i, exponent := range d.Exponents {
				if !math.IsInf(exponent, -1) {
					curve.X, curve.Median = append(curve.X, float64(i+1)), append(curve.Median, exponent)
				}
			}
			if len(curve.X) > 0 {
				drawing.Curves = append(drawing.Curves, curve)
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
		Caption: "Largest exponents of the network without input, from a state at the evaluation step on; above 0 it is chaotic; dashed before training."}}, nil
}

// dynamicsTable says where the states go after t_eval and what fixed points there are.
func (r *Result) dynamicsTable() figure.Table {
	table := figure.Table{Title: "Dynamics without input", Caption: "From the states at t_eval on. Ends: of the states followed, how many come to rest, " +
		"repeat themselves, do neither, or leave all bounds. Fixed points: those found by a Newton search from the same states, with the stable ones among them.",
		Header: []string{"d", "g", "realisation", "stage", "largest exponent", "rest", "cycles", "wander", "leave", "fixed points", "stable", "slow points"}}
	for _, m := range r.Networks {
		for _, d := range m.Dynamics {
			largest := "–"
			if len(d.Exponents) > 0 {
				largest = fmt.Sprintf("%.3f ± %.3f", d.Exponents[0], d.Errors[0])
			}
			fixed, stable := 0, 0
			for _, p := range d.FixedPoints {
				if p.Fixed {
					fixed++
					if p.Radius < 1 {
						stable++
					}
				}
			}
			table.Rows = append(table.Rows, []string{fmt.Sprint(m.dimension()), fmt.Sprint(m.Config.Network.Coupling), fmt.Sprint(m.Config.Realisation), d.Stage, largest,
				fmt.Sprint(d.Ends.Fixed), fmt.Sprint(d.Ends.Cycles), fmt.Sprint(d.Ends.Wandering), fmt.Sprint(d.Ends.Escaped),
				fmt.Sprint(fixed), fmt.Sprint(stable), fmt.Sprint(len(d.FixedPoints) - fixed)})
		}
	}
	return table
}

// expansionTable compares the states at t_eval with random expansions of the input.
func (r *Result) expansionTable() figure.Table {
	table := figure.Table{Title: "Beside random expansions", Caption: "The input, random expansions of it to as many units, and the states at t_eval.",
		Header: append([]string{"d", "g", "realisation", "representation"}, expansionNumbers...)}
	for _, m := range r.Networks {
		for _, e := range m.Expansions {
			row := []string{fmt.Sprint(m.dimension()), fmt.Sprint(m.Config.Network.Coupling), fmt.Sprint(m.Config.Realisation), e.Representation}
			for _, name := range expansionNumbers {
				text := "–"
				if value, measured := e.Numbers[name]; measured {
					text = fmt.Sprintf("%.4g", value)
				}
				row = append(row, text)
			}
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}
