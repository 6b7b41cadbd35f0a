package report

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Write writes the tables of any set of measured runs, one chart for each measure, and a report
// into a folder, and returns the paths. Runs that differ only in seed or realisation share a curve; whatever else differs
// makes a group with its own name, colour and rows.
func Write(ctx context.Context, r *measure.Table, folder string, record *run.Provenance) ([]string, error) {
	bands, err := r.Bands(ctx)
	if err != nil {
		return nil, err
	}
	written, err := r.WriteTables(folder, bands)
	if err != nil {
		return nil, err
	}
	for _, table := range []struct {
		name  string
		write func(string) error
	}{{"lyapunov.csv", r.WriteDynamics}, {"fixed_points.csv", r.WriteFixedPoints}, {"fixed_points.npz", r.WriteFixedPointStates}, {"expansions.csv", r.WriteExpansions}, {"choices.csv", r.WriteChoices}} {
		if table.name == "choices.csv" && !slices.ContainsFunc(r.Networks, func(m *measure.Measurements) bool { return len(m.Answers) > 0 }) {
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
		Subtitle: fmt.Sprintf("%s measured by Unfurl", data.Counted(len(r.Networks), "run")),
		Warnings: Warnings(r),
		Explorer: Explorer(r, bands),
	}
	groups := groupsOf(r)
	draw := func(id, title, caption string, drawing Picture) error {
		paths, svg, err := WritePicture(folder, id, drawing)
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: id, Title: title, Caption: caption, SVG: svg})
		return err
	}
	for i, g := range shown(groups) {
		if drawing := trialPicture(groups, g); drawing != nil {
			err := draw(numbered("trial", i), "One trial", fmt.Sprintf("The first measuring sample of %s, realisation %d, after training. %s",
				figure.PlainText(g.Name), g.Networks[0].Config.Realisation, describeOutputs(g)), drawing)
			if err != nil {
				return nil, err
			}
		}
	}
	for _, p := range psychometrics(groups) {
		err := draw(fileName("psychometric_"+p.title()), "Choices by "+p.title(), fmt.Sprintf("Share of the measuring samples at whose end the output %s is the largest, "+
			"by %s; dashed before training, bands are the central 75 %% over realisations. All numbers are in choices.csv.", p.choice, p.title()), p.picture())
		if err != nil {
			return nil, err
		}
	}
	for _, chart := range charts(groups) {
		drawing := &figure.LineChart{XLabel: chart.x, YLabel: chart.y, Curves: curves(groups, bands, chart.measure), Dashes: dashedBefore, Levels: chart.levels}
		if len(drawing.Curves) == 0 {
			continue // a measure that was left out
		}
		if chart.x == timeLabel {
			drawing.Markers = timeMarkers(groups)
		}
		if err := draw(chart.name, chart.title, chart.caption, drawing); err != nil {
			return nil, err
		}
	}
	for i, g := range shown(groups) {
		if drawing := statePicture(g); drawing != nil {
			if err := draw(numbered("fixed_points", i), "Fixed points", describeFixedPoints(g), drawing); err != nil {
				return nil, err
			}
		}
	}
	spectrum, err := spectrumFigure(groups, folder, underAll(r), &written)
	if err != nil {
		return nil, err
	}
	page.Figures = append(page.Figures, spectrum...)
	page.Tables = append(page.Tables, ownPointsTables(r)...)
	page.Tables = append(page.Tables, RunTable(record), networksTable(r))
	page.Tables = append(page.Tables, scoresTable(r)...)
	page.Tables = append(page.Tables, FinalAccuracies(r, bands), KeyNumbers(r, bands, keySteps(groups)), dynamicsTable(r), expansionTable(r))
	path, err := WritePage(folder, page)
	return append(written, path), err
}

// numbered names the picture of a group: the first has the name alone.
func numbered(name string, place int) string {
	if place == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, place+1)
}

// shown returns the groups that have their own pictures.
func shown(a *coloured) []*measure.Group { return a.Groups[:min(len(a.Groups), exploredGroups)] }

// timeLabel is that of all axes of time.
const timeLabel = "time step $t$"

// analysisChart is a chart of a measure.
type analysisChart struct {
	name, title, measure, x, y, caption string
	levels                              []figure.Level
}

// charts lists the charts of curves, those of decoded variables after the regressions.
func charts(groups *coloured) []analysisChart {
	score := scoreChart(groups)
	charts := []analysisChart{
		{"dimensionality", "Dimensionality", "ed", timeLabel, "effective dimensionality", "Effective dimensionality through time; dashed before training.", nil},
		{"heldout", "Held-out clusters", measure.HeldOutClusters, timeLabel, "held-out accuracy", "Logistic regression on clusters that it was not fitted to; dashed before training.", nil},
		{"heldout_samples", "Held-out samples", measure.HeldOutSamples, timeLabel, "held-out accuracy", "Logistic regression on samples that it was not fitted to, drawn from every class, since no class has several clusters; dashed before training.", nil},
	}
	charts = append(charts, decodingCharts(groups)...)
	charts = append(charts, []analysisChart{
		{"intrinsic", "Intrinsic dimension", "dimension_twonn", timeLabel, "intrinsic dimension (TwoNN)", "Intrinsic dimension by two neighbours, which are mostly of the same cluster; dashed before training.", nil},
		{"capacity", "Capacity of class manifolds", "class_capacity", timeLabel, "capacity", "Mean-field capacity of the class manifolds: higher is easier to separate; dashed before training.", nil},
		{"distances", "Distances between classes", "distance_between", timeLabel, "root mean square distance", "Root mean square distance of samples of different classes; dashed before training.", nil},
		score,
		{"loss", "Loss", "loss", "epoch", "validation loss", "Loss on " + validated(groups) + " after every epoch.", nil},
	}...)
	return append(charts, measureCharts()...)
}

// measureCharts are the charts of measures that request one.
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

// validated says on which samples loss and score are measured: drawn ones, or those of the user's own that are kept for validation.
func validated(a *coloured) string {
	own := 0
	for _, g := range a.Groups {
		if g.Networks[0].Config.Task.OwnFile() != "" {
			own++
		}
	}
	switch own {
	case 0:
		return "fresh samples"
	case len(a.Groups):
		return "the samples of your file that are kept for validation"
	}
	return "samples that are not trained on"
}

// scoreChart is that of the measure accuracy, under the name that the groups' task has for it, with its chance, if all have one.
func scoreChart(a *coloured) analysisChart {
	chart := analysisChart{"accuracy", "Accuracy", "accuracy", "epoch", "accuracy", "Accuracy of the network on " + validated(a) + " after every epoch.", nil}
	trial := a.Groups[0].Networks[0].Trial()
	for _, g := range a.Groups {
		other := g.Networks[0].Trial()
		if trial == nil || other == nil || other.Score != trial.Score || other.Chance != trial.Chance {
			return chart
		}
	}
	chart.title, chart.y = "Score of the task", trial.Score
	chart.caption = "The score, " + trial.Score + ", on " + validated(a) + " after every epoch; chance is the score of a network that ignores its inputs."
	chart.levels = []figure.Level{{Y: trial.Chance, Label: "chance"}}
	return chart
}
