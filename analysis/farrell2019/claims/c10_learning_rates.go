package claims

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// rateFactors are the learning rates of the sweep, as multiples of the paper's.
var rateFactors = []float64{0.25, 0.5, 1, 2, 4, 8}

// c10LearningRates is the claim on the learning rate, with high-dimensional inputs.
func c10LearningRates(o Options) Claim {
	sweep := make([]network, len(rateFactors))
	for i, factor := range rateFactors {
		sweep[i] = swept(o.high(graph.StronglyChaotic, rate(factor), brief))
	}
	whole := fmt.Sprintf("d = n, g = 250, learning rate x %v", rateFactors)
	half, twice := slices.Index(rateFactors, 0.5), slices.Index(rateFactors, 2)
	near, ends := "d = n, g = 250, learning rate x 2 and x 0.5 of the same realisation", []network{sweep[half], sweep[twice]}
	return Claim{
		ID: "C10", Place: "text on figure 2 (not shown)",
		Sentence: "Higher learning rates tend to damp chaos more and to compress more.",
		Plain: "Over a factor of 32 in the learning rate, chaos falls (rank correlation {chaos}) and so does the dimensionality " +
			"({compression}).",
		Doubt: "From half to twice the paper's rate little changes: the exponent by {chaos, from half to twice the rate} nats a step, " +
			"the dimensionality by a factor of {compression, from half to twice the rate}. The highest rates make the trend.",
		Parts: []Part{
			{Name: "chaos", Experiment: whole, Needs: sweep,
				Statistic: "rank correlation of the largest Lyapunov exponent after training with the learning rate",
				Value:     func(n []*Evidence) float64 { return against(rateFactors, n, largestExponent) },
				Threshold: atMost(-0.5, "a clear trend over six rates; chance gives 0 with a spread of 0.45")},
			{Name: "compression", Experiment: whole, Needs: sweep,
				Statistic: "rank correlation of ED(t_eval) after training with the learning rate",
				Value:     func(n []*Evidence) float64 { return against(rateFactors, n, edAtEvaluation) },
				Threshold: atMost(-0.5, "a clear trend over six rates; chance gives 0 with a spread of 0.45")},
			{Name: "chaos, from half to twice the rate", Experiment: near, Needs: ends,
				Statistic: "largest Lyapunov exponent after training, twice minus half the rate, nats a step",
				Value:     func(n []*Evidence) float64 { return largestExponent(n[1]) - largestExponent(n[0]) },
				Threshold: atMost(-chaosFrom, "less by more than the error of the estimate")},
			{Name: "compression, from half to twice the rate", Experiment: near, Needs: ends,
				Statistic: "ED(t_eval) after training, twice / half the rate",
				Value:     func(n []*Evidence) float64 { return edAtEvaluation(n[1]) / edAtEvaluation(n[0]) },
				Threshold: atMost(0.95, "a twentieth less")},
		},
		Draw: func(r *Result) []panel { return r.drawRates(sweep) },
	}
}

func (r *Result) drawRates(sweep []network) []panel {
	logarithms := make([]float64, len(rateFactors))
	for i, factor := range rateFactors {
		logarithms[i] = math.Log2(factor)
	}
	draw := func(title, y string, value func(*Evidence) float64) *figure.LineChart {
		return &figure.LineChart{Title: title, XLabel: "log$_{2}$ of learning rate / paper's", YLabel: y,
			Curves: []figure.Curve{r.over(logarithms, sweep, couplingName(graph.StronglyChaotic), figure.StronglyChaotic, value)}}
	}
	chaos := draw("C10: chaos left after training, d = n", "largest Lyapunov exponent", largestExponent)
	chaos.Levels = []figure.Level{{Y: 0, Label: "0"}}
	return []panel{
		{"C10-chaos", "C10: chaos and learning rate", bandsCaption, chaos},
		{"C10-compression", "C10: compression and learning rate", bandsCaption, draw("C10: compression, d = n", "ED at $t_{eval}$", edAtEvaluation)},
	}
}
