package paper

import (
	"context"
	"fmt"
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// lastDrawnStep is where the curves through time end in the figures, as in the paper.
const lastDrawnStep = 15

// schematicSamples is the number of input points drawn in the schematic of two-dimensional inputs.
const schematicSamples = 600

// Figure returns figure 2 or 3 drawn from the bands of a result.
func (r *Result) Figure(number int, bands []CurveBand) (*figure.PaperFigure, error) {
	networks := r.first(number)
	if len(networks) == 0 {
		return nil, fmt.Errorf("paper: figure %d was not part of the run", number)
	}
	c := networks[0].Config
	picture := &figure.PaperFigure{
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
		picture.Note = QuickNote
	}
	if c.Task.Dimension == 2 {
		points, err := inputPoints(c)
		if err != nil {
			return nil, err
		}
		picture.Schematic.Inputs = points
	}
	groups := r.groups()
	for _, m := range networks {
		of := groups.of[m]
		g := m.Config.Network.Coupling
		name, colour := networkName(g), networkColour(g)
		row := figure.Row{Title: name, Colour: colour}
		for _, s := range m.Snapshots {
			row.Snapshots = append(row.Snapshots, figure.Snapshot{Step: s.Step, X: s.X, Y: s.Y, Class: s.Classes})
		}
		picture.Rows = append(picture.Rows, row)
		curve := func(measure, stage string, thin bool) figure.Curve {
			selected := selectBands(bands, measure, stage, of)
			return drawnCurve(selected, name, colour, stage == Before, thin, lastDrawnStep)
		}
		picture.ED = append(picture.ED, curve("ed", Before, false), curve("ed", After, false))
		picture.HeldOut = append(picture.HeldOut,
			curve("lr_train", Before, true), curve("lr_train", After, true),
			curve("lr_heldout", Before, false), curve("lr_heldout", After, false))
		picture.Accuracy = append(picture.Accuracy, curve("accuracy", During, false))
	}
	return picture, nil
}

// first returns the first realisation of each network of a figure, in the order of the plan.
func (r *Result) first(number int) []*Measurements {
	var networks []*Measurements
	for _, m := range r.Networks {
		if m.Config.Realisation == 0 && figureOf(m.Config) == number {
			networks = append(networks, m)
		}
	}
	return networks
}

func figureOf(c train.Config) int {
	if c.Task.Dimension == FigureDimension(3) {
		return 3
	}
	return 2
}

func networkName(g float64) string {
	switch g {
	case EdgeOfChaos:
		return fmt.Sprintf("edge of chaos, $g$ = %g", g)
	case StronglyChaotic:
		return fmt.Sprintf("strongly chaotic, $g$ = %g", g)
	}
	return fmt.Sprintf("$g$ = %g", g)
}

func networkColour(g float64) color.Color {
	if g >= StronglyChaotic {
		return figure.StronglyChaotic
	}
	return figure.EdgeOfChaos
}

// selectBands returns the bands of all steps of a group's curve.
func selectBands(bands []CurveBand, measure, stage string, of *group) []CurveBand {
	var selected []CurveBand
	for _, b := range bands {
		if b.Measure == measure && b.Stage == stage && b.group == of.place {
			selected = append(selected, b)
		}
	}
	return selected
}

// drawnCurve returns the curve of bands up to a last time step, which does not bound epochs.
func drawnCurve(bands []CurveBand, name string, colour color.Color, dashed, thin bool, last int) figure.Curve {
	curve := figure.Curve{Name: name, Colour: colour, Dashed: dashed, Thin: thin}
	for _, b := range bands {
		if b.Stage != During && b.Step > last {
			continue
		}
		curve.X = append(curve.X, float64(b.Step))
		curve.Median = append(curve.Median, b.Median)
		if !thin { // four bands over one another would hide the lines
			curve.Lo, curve.Hi = append(curve.Lo, b.Lo), append(curve.Hi, b.Hi)
		}
	}
	return curve
}

// inputPoints returns samples of the first realisation's task.
func inputPoints(c train.Config) (*figure.Points, error) {
	e, err := train.NewExperiment(context.Background(), c) // its networks have been trained: its clusters found room
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
