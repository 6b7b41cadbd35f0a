package claims

import (
	"image/color"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// series returns the values of every realisation of a network that has any: one row per realisation.
func (r *Result) series(n network, values func(*Evidence) []float64) [][]float64 {
	var rows [][]float64
	for realisation := range r.Options.realisations(n) {
		if e := r.of([]network{n}, realisation)[0]; e.Diverged == "" {
			rows = append(rows, values(e))
		}
	}
	return rows
}

// curve draws the median over realisations with the central 75 % of the sample.
func curve(name string, colour color.Color, x []float64, rows [][]float64) figure.Curve {
	c := figure.Curve{Name: name, Colour: colour}
	if len(rows) == 0 {
		return c
	}
	for i := range min(len(x), len(rows[0])) {
		column := make([]float64, len(rows))
		for j, row := range rows {
			column[j] = row[i]
		}
		band := analysis.SampleBand(column)
		c.X, c.Median, c.Lo, c.Hi = append(c.X, x[i]), append(c.Median, band.Median), append(c.Lo, band.Lo), append(c.Hi, band.Hi)
	}
	return c
}

// through draws values through time, or over epochs, of one network.
func (r *Result) through(n network, name string, colour color.Color, values func(*Evidence) []float64) figure.Curve {
	rows := r.series(n, values)
	if len(rows) == 0 {
		return figure.Curve{Name: name, Colour: colour}
	}
	return curve(name, colour, steps(len(rows[0])), rows)
}

// over draws one value of each of several networks against their settings.
func (r *Result) over(settings []float64, networks []network, name string, colour color.Color, value func(*Evidence) float64) figure.Curve {
	c := figure.Curve{Name: name, Colour: colour}
	for i, n := range networks {
		point := curve(name, colour, settings[i:i+1], r.series(n, func(e *Evidence) []float64 { return []float64{value(e)} }))
		c.X, c.Median = append(c.X, point.X...), append(c.Median, point.Median...)
		c.Lo, c.Hi = append(c.Lo, point.Lo...), append(c.Hi, point.Hi...)
	}
	return c
}

// dashed returns a curve drawn with dashes and without its band.
func dashed(c figure.Curve) figure.Curve {
	c.Dashed, c.Lo, c.Hi = true, nil, nil
	return c
}

// steps returns 0 .. count-1.
func steps(count int) []float64 {
	x := make([]float64, count)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

// Values of a network that panels show.
func edAfter(e *Evidence) []float64      { return upTo(e.After.ED, 15) }
func edBefore(e *Evidence) []float64     { return upTo(e.Before.ED, 15) }
func fittedAfter(e *Evidence) []float64  { return upTo(e.After.LRTrain, 15) }
func fittedBefore(e *Evidence) []float64 { return upTo(e.Before.LRTrain, 15) }
func unseenAfter(e *Evidence) []float64  { return upTo(e.After.LRHeldOut, 15) }
func unseenBefore(e *Evidence) []float64 { return upTo(e.Before.LRHeldOut, 15) }

func accuracies(e *Evidence) []float64 {
	values := make([]float64, len(e.History))
	for i, metrics := range e.History {
		values[i] = metrics.Accuracy
	}
	return values
}
