package report

import (
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// SelectBands returns the bands of all steps of a group's curve.
func SelectBands(bands []measure.CurveBand, series, stage string, of *measure.Group) []measure.CurveBand {
	var selected []measure.CurveBand
	for _, b := range bands {
		if b.Measure == series && b.Stage == stage && b.Group == of.Place {
			selected = append(selected, b)
		}
	}
	return selected
}

// DrawnCurve returns the curve of bands up to a last time step, which does not bound epochs.
func DrawnCurve(bands []measure.CurveBand, name string, colour color.Color, dashed bool, last int) figure.Curve {
	curve := figure.Curve{Name: name, Colour: colour, Dashed: dashed}
	for _, b := range bands {
		if b.Stage != measure.During && b.Step > last {
			continue
		}
		curve.X = append(curve.X, float64(b.Step))
		curve.Median = append(curve.Median, b.Median)
		curve.Lo, curve.Hi = append(curve.Lo, b.Lo), append(curve.Hi, b.Hi)
	}
	return curve
}
