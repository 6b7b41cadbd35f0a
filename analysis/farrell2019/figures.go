package farrell2019

import (
	"context"
	"fmt"
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// lastDrawnStep is the last step of the curves through time in the figures, as in the paper.
const lastDrawnStep = 15

// schematicSamples is the number of input points drawn in the schematic of two-dimensional inputs.
const schematicSamples = 600

// Figure returns figure 2 or 3 drawn from the bands of a result.
func (r *Result) Figure(number int, bands []measure.CurveBand) (*figure.PaperFigure, error) {
	networks := r.first(number)
	if len(networks) == 0 {
		return nil, fmt.Errorf("farrell2019: figure %d was not part of the run", number)
	}
	c := networks[0].Config
	picture := &figure.PaperFigure{
		Number:     number,
		Title:      fmt.Sprintf("Figure %d: %d-dimensional inputs", number, c.Task.Dimension),
		Evaluation: c.Training.EvaluationStep,
		Chance:     1 / float64(c.Task.Classes),
		Bands:      fmt.Sprintf("central 75 %% of %d realisations", r.Options.Realisations),
		Schematic: &figure.Schematic{
			Dimension: c.Task.Dimension, Clusters: c.Task.Clusters, Units: c.Network.Units, Evaluation: c.Training.EvaluationStep,
		},
	}
	if r.Options.Realisations == 1 {
		picture.Bands = ""
	}
	if r.Options.Quick {
		picture.Note = quickNote
	}
	if c.Task.Dimension == 2 {
		points, err := inputPoints(c)
		if err != nil {
			return nil, err
		}
		picture.Schematic.Inputs = points
	}
	groups := r.Groups()
	for _, m := range networks {
		of := groups.Of[m]
		g := m.Config.Network.Coupling
		name, colour := report.NetworkName(g), report.NetworkColour(g)
		row := figure.Row{Title: name, Colour: colour}
		for _, s := range m.Snapshots {
			row.Snapshots = append(row.Snapshots, figure.Projection{Step: s.Step, X: s.X, Y: s.Y, Class: s.Classes})
		}
		picture.Rows = append(picture.Rows, row)
		curve := func(series, stage string) figure.Curve {
			return report.DrawnCurve(report.SelectBands(bands, series, stage, of), name, colour, stage == measure.Before, lastDrawnStep)
		}
		picture.ED = append(picture.ED, curve("ed", measure.Before), curve("ed", measure.After))
		theory, err := untrainedTheory(m.Config, name, colour)
		if err != nil {
			return nil, err
		}
		picture.Theory = append(picture.Theory, theory...)
		picture.Fitted = append(picture.Fitted, curve("lr_train", measure.Before), curve("lr_train", measure.After))
		picture.HeldOut = append(picture.HeldOut, curve("lr_heldout", measure.Before), curve("lr_heldout", measure.After))
		picture.Accuracy = append(picture.Accuracy, curve("accuracy", measure.During))
	}
	return picture, nil
}

// untrainedTheory returns the thin line of what the theory predicts for the untrained network from the inputs of the first realisation;
// none for weights that it is not of, such as those with an exact radius.
func untrainedTheory(c train.Config, name string, colour color.Color) ([]figure.Curve, error) {
	ctx := context.Background()
	e, err := train.NewExperiment(ctx, c)
	if err != nil {
		return nil, err
	}
	values, err := measure.UntrainedTheory(ctx, e, min(lastDrawnStep, c.Measures.Steps))
	if values == nil || err != nil {
		return nil, err
	}
	line := figure.Curve{Name: name + ", theory", Colour: colour, Thin: true, Median: values}
	for t := range values {
		line.X = append(line.X, float64(t))
	}
	return []figure.Curve{line}, nil
}

// first returns the first realisation of each network of a figure, in the order of the plan.
func (r *Result) first(number int) []*measure.Measurements {
	var networks []*measure.Measurements
	for _, m := range r.Networks {
		if m.Config.Realisation == 0 && figureOf(m.Config) == number {
			networks = append(networks, m)
		}
	}
	return networks
}

func figureOf(c train.Config) int {
	if c.Task.Dimension == figureDimension(3) {
		return 3
	}
	return 2
}

// inputPoints returns samples of the first realisation's task.
func inputPoints(c train.Config) (*figure.Points, error) {
	e, err := train.NewExperiment(context.Background(), c) // its networks have been trained, so its clusters fit
	if err != nil {
		return nil, err
	}
	points := e.Measuring.Sample(schematicSamples, data.Stream(c.Seed, c.Realisation, "drawn inputs", 0))
	drawn := &figure.Points{Class: points.Labels}
	for i := range points.Len() {
		drawn.X = append(drawn.X, points.Inputs.At(i, 0))
		drawn.Y = append(drawn.Y, points.Inputs.At(i, 1))
	}
	return drawn, nil
}

// caption says what a figure of this run shows.
func (r *Result) caption(number int) string {
	c := r.first(number)[0].Config
	return fmt.Sprintf("%d-dimensional inputs, %d clusters in %d classes, %d units, %d realisations. "+
		"Snapshots show %d samples of the first realisation on their first two principal components. "+
		"Bands are the central 75 %% of a gamma fit over realisations; dashed curves are before training; thin lines are what a mean-field theory "+
		"predicts for the untrained network from the inputs of the first realisation (Gaussian weights only).",
		c.Task.Dimension, c.Task.Clusters, c.Task.Classes, c.Network.Units, r.Options.Realisations, c.Measures.Samples)
}
