package claims

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
)

// drawContests draws the comparisons in each sense, and for each task accuracy against noise and dimensionality through time.
func (r *Result) drawContests() []panel {
	contests := r.Options.contests()
	var panels []panel
	for _, better := range merits() {
		if drawn, ok := r.drawMerit(better, contests); ok {
			panels = append(panels, drawn)
		}
	}
	for i := 0; len(contests) > 0; i++ {
		end := 1
		for end < len(contests) && contests[end].task == contests[0].task {
			end++
		}
		panels = append(panels, r.drawNoise(i+1, contests[:end]), r.drawExpansion(i+1, contests[:end]))
		contests = contests[end:]
	}
	return panels
}

// meansColour distinguishes the means, grey the plain network.
func meansColour(means string) color.Color {
	for i, of := range []string{bestG, penalties, annealed, expansionAlone, compressionAlone} {
		if means == of {
			return figure.ClassColour(i)
		}
	}
	return color.Gray{Y: 110}
}

// drawMerit draws the mean paired differences of all comparisons with their intervals, as they are judged.
func (r *Result) drawMerit(better merit, contests []contest) (panel, bool) {
	bound := better.threshold.Least
	if math.IsInf(bound, -1) {
		bound = better.threshold.Most
	}
	drawing := &figure.DotChart{Title: "I1: " + better.name + ", variant against plain", XLabel: better.axis,
		Markers: []figure.Marker{{X: 0, Label: "equal"}, {X: bound, Label: "better"}}}
	claim := i1BetterNetworks(r.Options)
	for _, c := range contests {
		part, applies := c.part(better)
		if !applies {
			continue
		}
		if found, err := r.find(claim.ID, part, claim.level(part)); err == nil && found.Interval.N > 0 {
			drawing.Dots = append(drawing.Dots, figure.Dot{Name: c.name(), Value: found.Interval.Estimate, Lo: found.Interval.Lo, Hi: found.Interval.Hi,
				Colour: meansColour(c.means)})
		}
	}
	caption := "Mean paired difference over realisations with its interval, widened where the comparison is one of several alternatives. " +
		"A network counts as better if its whole interval is beyond the line."
	return panel{"I1-" + strings.ReplaceAll(better.name, " ", "-"), "I1: " + better.name, caption, drawing}, len(drawing.Dots) > 0
}

// networksOf returns the plain network of a task and its variants, with names and colours.
func networksOf(group []contest) (names []string, networks []network) {
	names, networks = []string{"plain"}, []network{group[0].plain}
	for _, c := range group {
		names, networks = append(names, c.means), append(networks, c.variant)
	}
	return names, networks
}

// isHalf reports whether the means are one half of the principle.
func isHalf(means string) bool { return means == expansionAlone || means == compressionAlone }

func (r *Result) drawNoise(index int, group []contest) panel {
	drawing := &figure.LineChart{Title: "I1: accuracy under noise, " + group[0].task, XLabel: "standard deviation of the noise in the units", YLabel: "accuracy or score"}
	names, networks := networksOf(group)
	for i, n := range networks {
		rows := r.series(n, func(e *Evidence) []float64 {
			var scores []float64
			for _, deviation := range drawnNoise() {
				scores = append(scores, e.scoreUnder(deviation))
			}
			return scores
		})
		drawing.Curves = append(drawing.Curves, dashed(curve(names[i], meansColour(names[i]), drawnNoise(), rows)))
		drawing.Curves[i].Dashed = isHalf(names[i])
	}
	return panel{fmt.Sprintf("I1-noise-%d", index), "I1: robustness, " + group[0].task, "Median over realisations, with the trained readout. Dashed: one half of the principle.", drawing}
}

// drawnNoise are the standard deviations that are drawn: with more noise every network is near chance.
func drawnNoise() []float64 {
	deviations := measure.NoiseDeviations()
	for len(deviations) > 0 && deviations[len(deviations)-1] > 0.5 {
		deviations = deviations[:len(deviations)-1]
	}
	return deviations
}

func (r *Result) drawExpansion(index int, group []contest) panel {
	evaluation := float64(group[0].plain.config.EvaluationTime())
	drawing := &figure.LineChart{Title: "I1: dimensionality after training, " + group[0].task, XLabel: "time step $t$", YLabel: edLabel,
		Markers: []figure.Marker{{X: evaluation, Label: "$t_{eval}$"}}}
	names, networks := networksOf(group)
	for i, n := range networks {
		drawing.Curves = append(drawing.Curves, dashed(r.through(n, names[i], meansColour(names[i]), func(e *Evidence) []float64 { return e.After.ED })))
		drawing.Curves[i].Dashed = isHalf(names[i])
	}
	return panel{fmt.Sprintf("I1-ed-%d", index), "I1: expansion and compression, " + group[0].task, "Median over realisations, on 600 samples. Dashed: one half of the principle.", drawing}
}
