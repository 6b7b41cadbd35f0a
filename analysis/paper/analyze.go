package paper

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

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
	}{{"lyapunov.csv", r.WriteDynamics}, {"fixed_points.csv", r.WriteFixedPoints}, {"expansions.csv", r.WriteExpansions}, {"choices.csv", r.WriteChoices}} {
		if table.name == "choices.csv" && !slices.ContainsFunc(r.Networks, func(m *Measurements) bool { return len(m.Answers) > 0 }) {
			continue // no task through time
		}
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
	draw := func(id, title, caption string, drawing Picture) error {
		paths, svg, err := WritePicture(folder, id, drawing)
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: id, Title: title, Caption: caption, SVG: svg})
		return err
	}
	for i, g := range groups.shown() {
		if drawing := g.trialPicture(); drawing != nil {
			err := draw(numbered("trial", i), "One trial", fmt.Sprintf("The first measuring sample of %s, realisation %d, after training. %s",
				figure.PlainText(g.name), g.networks[0].Config.Realisation, g.describeOutputs()), drawing)
			if err != nil {
				return nil, err
			}
		}
	}
	for _, p := range groups.psychometrics() {
		err := draw(fileName("psychometric_"+p.variable), "Choices by "+p.variable, fmt.Sprintf("Share of the measuring samples at whose end the output %s is the largest, "+
			"by %s; dashed before training, bands are the central 75 %% over realisations. All numbers are in choices.csv.", p.choice, p.variable), p.picture())
		if err != nil {
			return nil, err
		}
	}
	for _, chart := range r.charts(groups) {
		drawing := &figure.LineChart{XLabel: chart.x, YLabel: chart.y, Curves: groups.curves(bands, chart.measure), Levels: chart.levels}
		if len(drawing.Curves) == 0 {
			continue // a measure that was left out
		}
		if chart.x == timeLabel {
			drawing.Markers = groups.timeMarkers()
		}
		if err := draw(chart.name, chart.title, chart.caption, drawing); err != nil {
			return nil, err
		}
	}
	for i, g := range groups.shown() {
		if drawing := g.statePicture(); drawing != nil {
			if err := draw(numbered("fixed_points", i), "Fixed points", g.describePoints(), drawing); err != nil {
				return nil, err
			}
		}
	}
	spectrum, err := groups.spectrumFigure(folder, r.under(), &written)
	if err != nil {
		return nil, err
	}
	page.Figures = append(page.Figures, spectrum...)
	page.Tables = append(page.Tables, r.ownPointsTables()...)
	page.Tables = append(page.Tables, RunTable(record), r.networksTable())
	page.Tables = append(page.Tables, r.scoresTable()...)
	page.Tables = append(page.Tables, r.finalAccuracies(bands), r.keyNumbers(bands, groups.keySteps()), r.dynamicsTable(), r.expansionTable())
	path, err := writeReport(folder, page)
	return append(written, path), err
}

// numbered names the picture of a group: the first by the name alone.
func numbered(name string, place int) string {
	if place == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, place+1)
}

// shown returns the groups that have pictures of their own.
func (a *grouping) shown() []*group { return a.groups[:min(len(a.groups), exploredGroups)] }

// timeLabel is that of all axes of time.
const timeLabel = "time step $t$"

// analysisChart is a chart of a measure.
type analysisChart struct {
	name, title, measure, x, y, caption string
	levels                              []figure.Level
}

// charts lists the charts of curves, those of decoded variables behind the regressions.
func (r *Result) charts(groups *grouping) []analysisChart {
	score := groups.scoreChart()
	charts := []analysisChart{
		{"dimensionality", "Dimensionality", "ed", timeLabel, "effective dimensionality", "Effective dimensionality through time; dashed before training.", nil},
		{"heldout", "Held-out clusters", heldOutClusters, timeLabel, "held-out accuracy", "Logistic regression on clusters that it was not fitted to; dashed before training.", nil},
		{"heldout_samples", "Held-out samples", heldOutSamples, timeLabel, "held-out accuracy", "Logistic regression on samples that it was not fitted to, drawn from every class, since no class has several clusters; dashed before training.", nil},
	}
	charts = append(charts, decodingCharts(groups)...)
	charts = append(charts, []analysisChart{
		{"intrinsic", "Intrinsic dimension", "dimension_twonn", timeLabel, "intrinsic dimension (TwoNN)", "Intrinsic dimension by two neighbours, which are mostly of the same cluster; dashed before training.", nil},
		{"capacity", "Capacity of class manifolds", "class_capacity", timeLabel, "capacity", "Mean-field capacity of the class manifolds: higher is easier to separate; dashed before training.", nil},
		{"distances", "Distances between classes", "distance_between", timeLabel, "root mean square distance", "Root mean square distance of samples of different classes; dashed before training.", nil},
		score,
		{"loss", "Loss", "loss", "epoch", "validation loss", "Loss on fresh samples after every epoch.", nil},
	}...)
	return append(charts, measureCharts()...)
}

// measureCharts are the charts of measures that ask for one themselves.
func measureCharts() []analysisChart {
	var charts []analysisChart
	for _, column := range measure.Columns() {
		if column.Chart {
			charts = append(charts, analysisChart{column.Name, figure.PlainText(column.Label), column.Name, timeLabel, column.Label,
				column.Label + " through time; dashed before training.", nil})
		}
	}
	return charts
}

// scoreChart is that of the measure accuracy, under the name that the groups' task has for it, with its chance, if all have one.
func (a *grouping) scoreChart() analysisChart {
	chart := analysisChart{"accuracy", "Accuracy", "accuracy", "epoch", "accuracy", "Accuracy of the network on fresh samples after every epoch.", nil}
	trial := a.groups[0].networks[0].plan()
	for _, g := range a.groups {
		other := g.networks[0].plan()
		if trial == nil || other == nil || other.Score != trial.Score || other.Chance != trial.Chance {
			return chart
		}
	}
	chart.title, chart.y = "Score of the task", trial.Score
	chart.caption = "The score, " + trial.Score + ", on fresh samples after every epoch; chance is the score of a network that ignores its inputs."
	chart.levels = []figure.Level{{Y: trial.Chance, Label: "chance"}}
	return chart
}
