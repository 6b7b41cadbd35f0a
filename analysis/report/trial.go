package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// mostRows is the number of channels up to which each has its own row in the picture of a trial.
const mostRows = 6

// trialPicture draws the first measuring sample of a group's first network after training; nil for samples that are shown once.
func trialPicture(a *coloured, g *measure.Group) *figure.Trial {
	m := g.Networks[0]
	plan := m.Trial()
	for _, answers := range m.Answers {
		if answers.Stage != measure.After || answers.Trial == nil {
			continue
		}
		t := answers.Trial
		drawing := &figure.Trial{Title: g.Name, XLabel: "time step $t$", Markers: markersOf(g)}
		drawing.Rows = append(drawing.Rows, channelRows(limitsOf(t.Inputs), len(t.Inputs), plan.InputNames, "input", func(channel int) []figure.Curve {
			return []figure.Curve{stepped("input", t.Inputs[channel], figure.Curve{Colour: figure.ClassColour(0)})}
		}, nil)...)
		drawing.Rows = append(drawing.Rows, channelRows(limitsOf(t.Targets, t.Outputs), len(t.Outputs), plan.OutputNames, "output", func(channel int) []figure.Curve {
			return []figure.Curve{
				stepped("target", t.Targets[channel], figure.Curve{Colour: figure.ClassColour(1)}),
				through("output", t.Outputs[channel], figure.Curve{Colour: a.colour(g)}),
			}
		}, unasked(t.Targets))...)
		return drawing
	}
	return nil
}

// describeOutputs says what the outputs of a picture of a trial are.
func describeOutputs(g *measure.Group) string {
	c, plan := g.Networks[0].Config, g.Networks[0].Trial()
	text := "Times at which nothing is asked are grey."
	if plan.Classes && c.Training.Loss == graph.CrossEntropy {
		text = "Outputs are probabilities, the softmax of the network's; times at which it is not asked are grey."
	}
	return text
}

// limitsOf returns the extent of values with some margin, nil where there is none.
func limitsOf(values ...[][]float64) *figure.Range {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range slices.Concat(slices.Concat(values...)...) {
		if measure.Finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	limits := &figure.Range{Min: low - 0.1*(high-low), Max: high + 0.1*(high-low)}
	if low > high || limits.Min == limits.Max {
		return nil
	}
	return limits
}

// channelRows returns one row for each of a number of channels, or one for all where there are many, of one height.
func channelRows(limits *figure.Range, count int, names []string, kind string, curves func(channel int) []figure.Curve, greyed []figure.Range) []figure.TrialRow {
	if count > mostRows {
		row := figure.TrialRow{Label: fmt.Sprintf("%d %ss", count, kind), Y: limits, Greyed: greyed}
		for channel := range count {
			for _, curve := range curves(channel) {
				curve.Thin = true
				row.Curves = append(row.Curves, curve)
			}
		}
		return []figure.TrialRow{row}
	}
	var rows []figure.TrialRow
	for channel := range count {
		name := fmt.Sprintf("%s %d", kind, channel+1)
		if channel < len(names) {
			name = names[channel]
		}
		rows = append(rows, figure.TrialRow{Label: name, Y: limits, Greyed: greyed, Curves: curves(channel)})
	}
	return rows
}

// through returns a curve with one value at each time.
func through(name string, values []float64, look figure.Curve) figure.Curve {
	look.Name, look.Median = name, values
	for t := range values {
		look.X = append(look.X, float64(t))
	}
	return look
}

// stepped returns a curve that holds each value for half a step on both sides of its time.
func stepped(name string, values []float64, look figure.Curve) figure.Curve {
	const half = 0.4999 // X must rise
	look.Name = name
	for t, v := range values {
		look.X, look.Median = append(look.X, float64(t)-half, float64(t)+half), append(look.Median, v, v)
	}
	return look
}

// unasked returns the stretches of time at which nothing is asked of any channel, each time half a step on both sides.
func unasked(targets [][]float64) []figure.Range {
	var stretches []figure.Range
	for t := range targets[0] {
		if measure.Finite(targets[0][t]) {
			continue
		}
		if last := len(stretches) - 1; last >= 0 && stretches[last].Max == float64(t)-0.5 {
			stretches[last].Max = float64(t) + 0.5
		} else {
			stretches = append(stretches, figure.Range{Min: float64(t) - 0.5, Max: float64(t) + 0.5})
		}
	}
	return stretches
}
