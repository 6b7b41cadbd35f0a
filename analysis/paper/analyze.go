package paper

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
)

// WriteAnalysis writes the tables of any set of measured runs, one chart for each measure, and a report
// into a folder, and returns the paths. Runs that differ only in seed or realisation share a curve; whatever else differs
// makes a group with a name, a colour and rows of its own.
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
		Subtitle: fmt.Sprintf("%s measured by Unfurl", counted(len(r.Networks), "run")),
		Warnings: r.Warnings(),
		Explorer: r.Explorer(bands),
	}
	groups := r.groups()
	for _, chart := range append([]analysisChart{
		{"dimensionality", "Dimensionality", "ed", "time step $t$", "effective dimensionality", "Effective dimensionality through time; dashed before training.", true},
		{"heldout", "Held-out clusters", heldOutClusters, "time step $t$", "held-out accuracy", "Logistic regression on clusters that it was not fitted to; dashed before training.", true},
		{"heldout_samples", "Held-out samples", heldOutSamples, "time step $t$", "held-out accuracy", "Logistic regression on samples that it was not fitted to, drawn from every class, since no class has several clusters; dashed before training.", true},
		{"intrinsic", "Intrinsic dimension", "dimension_twonn", "time step $t$", "intrinsic dimension (TwoNN)", "Intrinsic dimension by two neighbours, which are mostly of the same cluster; dashed before training.", true},
		{"capacity", "Capacity of class manifolds", "class_capacity", "time step $t$", "capacity", "Mean-field capacity of the class manifolds: higher is easier to separate; dashed before training.", true},
		{"distances", "Distances between classes", "distance_between", "time step $t$", "root mean square distance", "Root mean square distance of samples of different classes; dashed before training.", true},
		{"accuracy", "Accuracy", "accuracy", "epoch", "accuracy", "Accuracy of the network on fresh samples after every epoch.", false},
		{"loss", "Loss", "loss", "epoch", "validation loss", "Loss on fresh samples after every epoch.", false},
	}, measureCharts()...) {
		drawing := &figure.LineChart{XLabel: chart.x, YLabel: chart.y, Curves: groups.curves(bands, chart.measure)}
		if len(drawing.Curves) == 0 {
			continue // a measure that was left out
		}
		if chart.marker {
			drawing.Markers = groups.evaluationMarkers()
		}
		paths, svg, err := WritePicture(folder, chart.name, drawing)
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: chart.name, Title: chart.title, Caption: chart.caption, SVG: svg})
	}
	spectrum, err := groups.spectrumFigure(folder, &written)
	if err != nil {
		return nil, err
	}
	page.Figures = append(page.Figures, spectrum...)
	page.Tables = append(page.Tables, r.ownPointsTables()...)
	page.Tables = append(page.Tables, RunTable(record), r.networksTable(), r.finalAccuracies(bands), r.keyNumbers(bands, groups.keySteps()), r.dynamicsTable(), r.expansionTable())
	path, err := writeReport(folder, page)
	return append(written, path), err
}

// analysisChart is a chart of one measure.
type analysisChart struct {
	name, title, measure, x, y, caption string
	marker                              bool // whether time is on the x axis, with t_eval
}

// measureCharts are the charts of measures that ask for one themselves.
func measureCharts() []analysisChart {
	var charts []analysisChart
	for _, column := range measure.Columns() {
		if column.Chart {
			charts = append(charts, analysisChart{column.Name, figure.PlainText(column.Label), column.Name, "time step $t$", column.Label,
				column.Label + " through time; dashed before training.", true})
		}
	}
	return charts
}
