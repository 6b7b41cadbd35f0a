package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c16LearningRates is the claim on the learning rate, with two-dimensional inputs.
func c16LearningRates(o Options) Claim {
	at := func(factor float64) network { return o.low(graph.StronglyChaotic, rate(factor), brief) }
	slow, base, fast := at(0.5), at(1), at(2)
	return Claim{
		ID: "C16", Place: "text on figure 3 (not shown)",
		Sentence: "With two-dimensional inputs, doubling the learning rate can quench chaos, and halving it removes the fall of the dimensionality.",
		Plain: "Twice the rate ends chaos in {twice the rate can quench %} of the networks. At half the rate, {half the rate, no fall " +
			"%} of the peak is left at the trough: the fall is there.",
		Doubt: "Halving the rate does not remove the fall, and the authors' code agrees: it keeps 60 % of the peak.",
		Parts: []Part{
			share(Part{Name: "twice the rate can quench", Experiment: "d = 2, g = 250, twice and once the learning rate of the same realisation", Needs: []network{base, fast},
				Statistic: "share of realisations that are chaotic (exponent from 0.01) at once the rate and not at twice",
				Value: func(n []*Evidence) float64 {
					return indicator(largestExponent(n[0]) >= chaosFrom && largestExponent(n[1]) < chaosFrom)
				},
				Threshold: atLeast(0.1, "one network in ten: the paper says can, not does")}),
			{Name: "twice the rate damps", Experiment: "d = 2, g = 250, twice and once the learning rate of the same realisation", Needs: []network{base, fast},
				Statistic: "median difference of the largest Lyapunov exponent after training, twice minus once the rate, nats a step",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[1]) - largestExponent(n[0]) }, Pool: median,
				Threshold: atMost(-chaosFrom, "less chaos by more than the error of the estimate")},
			medianPart("half the rate, no fall", "median ED over realisations at its trough / at its peak", slow, "d = 2, g = 250, half the learning rate",
				farrell2019.VariantHalfTheRate, course.fall, atLeast(fallen, "the fall of C14 is absent")),
			{Name: "half the rate, smaller fall", Experiment: "d = 2, g = 250, half and once the learning rate of the same realisation", Needs: []network{base, slow},
				Statistic: "ED at the trough / at the peak, half minus once the rate",
				Value:     func(n []*Evidence) float64 { return n[1].trained().fall() - n[0].trained().fall() },
				Threshold: atLeast(0.02, "more than nothing: the direction that the paper names")},
		},
		Draw: func(r *Result) []panel {
			var curves []figure.Curve
			for i, factor := range []float64{0.5, 1, 2} {
				curves = append(curves, r.through(at(factor), fmt.Sprintf("learning rate x %g", factor), figure.ClassColour(i), edAfter))
			}
			return []panel{{"C16", "C16: learning rates", bandsCaption, r.chart("C16: dimensionality at three learning rates, d = 2, g = 250", edLabel, nil, curves...)}}
		},
	}
}
