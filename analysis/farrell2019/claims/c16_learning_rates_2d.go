package claims

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// c16LearningRates is the claim on the learning rate, with two-dimensional inputs.
func c16LearningRates(o Options) Claim {
	slow, base, fast := o.low(graph.StronglyChaotic, rate(0.5)), o.low(graph.StronglyChaotic), o.low(graph.StronglyChaotic, rate(2))
	return Claim{
		ID: "C16", Place: "text on figure 3 (not shown)",
		Sentence: "With two-dimensional inputs, doubling the learning rate quenches chaos and halving it removes the fall of the dimensionality.",
		Doubt: "In 30 realisations doubling the learning rate lowers the largest exponent from 0.18 to 0.05, with an interval that reaches below 0: some " +
			"networks are quenched and others not. Halving it leaves a fall of ED by 25 % where the paper's rate gives 32 %: a smaller fall, not none.",
		Parts: []Part{
			{Name: "quenched", Experiment: "d = 2, g = 250, twice the learning rate", Needs: []network{fast},
				Statistic: "largest Lyapunov exponent after training, nats a step",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[0]) },
				Threshold: atMost(0, "no chaos")},
			{Name: "damped", Experiment: "d = 2, g = 250, twice and once the learning rate of the same realisation", Needs: []network{base, fast},
				Statistic: "largest Lyapunov exponent after training, twice minus once the rate",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[1]) - largestExponent(n[0]) },
				Threshold: atMost(0, "less chaos")},
			{Name: "no fall", Experiment: "d = 2, g = 250, half the learning rate", Needs: []network{slow},
				Statistic: "ED at the trough / at the peak after training",
				Value:     func(n []*Evidence) float64 { return fall(n[0]) },
				Threshold: atLeast(0.9, "the fall of C14 is absent")},
		},
		Draw: drawThreeRates,
	}
}

func drawThreeRates(r *Result) []panel {
	var curves []figure.Curve
	for i, factor := range []float64{0.5, 1, 2} {
		curves = append(curves, r.through(r.Options.low(graph.StronglyChaotic, rate(factor)), fmt.Sprintf("learning rate x %g", factor), figure.ClassColour(i), edAfter))
	}
	return []panel{{"C16", "C16: learning rates", bandsCaption, r.chart("C16: dimensionality at three learning rates, d = 2, g = 250", edLabel, nil, curves...)}}
}
