package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c14Expansion is the claim on the course of the dimensionality of two-dimensional inputs.
func c14Expansion(o Options) Claim {
	wild, part := o.low(graph.StronglyChaotic), o.lowPart(graph.StronglyChaotic)
	return Claim{
		ID: "C14", Place: "figure 3 and its text",
		Sentence: "The strongly chaotic network expands much more than the other, up to t = 7, and then compresses up to t = 11.",
		Plain: "At g = 250 the dimensionality rises to {expansion} times that at g = 20, is largest at t = {time of the peak} (the " +
			"paper: 7) and least after that at t = {time of the trough}, where {fall %} of the peak is left. The rise is not " +
			"learned: the untrained network goes to {g = 250, rise, untrained} times the dimensionality at t = 0, the trained one " +
			"to {g = 250, rise}. Learning holds it back and adds the fall.",
		Doubt: "The course varies between networks, and so do times read off a median of thirty; the authors' own code peaks at t = 8.",
		Parts: []Part{
			{Name: "expansion", Experiment: "d = 2, g = 250 and g = 20 of the same realisation",
				Needs:     []network{o.low(graph.EdgeOfChaos), wild},
				Statistic: "largest ED over t = 0 .. t_eval after training, g = 250 / g = 20",
				Value:     func(n []*Evidence) float64 { return peak(n[1]) / peak(n[0]) },
				Threshold: atLeast(further, "half as much again"),
				Authors: func(a *farrell2019.Authors) float64 {
					of := func(g float64) float64 {
						return theirs("", 2, g, func(c []float64) float64 { return theirCourse(c).peak })(a)
					}
					return of(graph.StronglyChaotic) / of(graph.EdgeOfChaos)
				}},
			medianPart("time of the peak", "t at which the median ED over realisations is largest, in t = 0 .. t_eval", wild, "d = 2, g = 250", "",
				func(c course) float64 { return float64(c.peakTime) }, between(6, 8, "7, within one step")),
			medianPart("time of the trough", "t at which the median ED over realisations is least, from its peak to t = 15", wild, "d = 2, g = 250", "",
				func(c course) float64 { return float64(c.troughTime) }, between(10, 12, "11, within one step")),
			medianPart("fall", "median ED over realisations at its trough / at its peak", wild, "d = 2, g = 250", "",
				course.fall, atMost(fallen, "a fall of a tenth, beyond wobbling")),
			part("rise", "largest ED over t = 0 .. t_eval / ED(0), after training", func(e *Evidence) float64 { return peak(e) / e.After.ED[0] }, reported(afterwards)),
			part("rise, untrained", "largest ED over t = 0 .. t_eval / ED(0), before training",
				func(e *Evidence) float64 { return untrainedPeak(e) / e.Before.ED[0] }, reported(afterwards)),
			part("fall, untrained", "ED at the trough / at the peak before training",
				func(e *Evidence) float64 { return courseOf(e.Before.ED, e.evaluation()).fall() }, reported(afterwards)),
		},
		Draw: func(r *Result) []panel {
			return []panel{{"C14", "C14: expansion and compression", dashedBefore,
				r.chart("C14: expansion and compression, d = 2", edLabel, nil, r.pair(r.low, edAfter, edBefore)...)}}
		},
	}
}

// medianPart is a part on the course of the median curve of the effective dimensionality after training, as the paper reads
// times off its curves. variant is that of the authors' code.
func medianPart(name, statistic string, n network, experiment, variant string, of func(course) float64, threshold Threshold) Part {
	return Part{Name: name, Experiment: experiment, Statistic: statistic + ", after training", Needs: []network{n},
		Curve: func(n []*Evidence) []float64 { return upTo(n[0].After.ED, troughUntil) },
		Pool: func(rows [][]float64) float64 {
			return of(courseOf(medianCurve(rows), n.config.Training.EvaluationStep))
		},
		Threshold: threshold,
		Authors:   theirs(variant, 2, n.config.Network.Coupling, func(c []float64) float64 { return of(theirCourse(c)) }),
	}
}
