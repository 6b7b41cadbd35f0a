package claims

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// variant is one moderate change to the paper's configuration.
type variant struct {
	name string
	change
}

func variants() []variant {
	return []variant{
		{"half the learning rate", rate(0.5)}, {"twice the learning rate", rate(2)},
		{"half the batch", batch(5)}, {"twice the batch", batch(20)},
		{"half the units", units(0.5)}, {"twice the units", units(2)},
		{"half the noise", noise(0.5)}, {"twice the noise", noise(2)},
		{"half the epochs", epochs(0.5)}, {"twice the epochs", epochs(2)},
	}
}

// rateFactors are the learning rates of the sweep, as multiples of the paper's.
var rateFactors = []float64{0.25, 0.5, 1, 2, 4, 8}

// variants returns the claims that the paper makes on other losses, activations and settings.
func (o Options) variants() []Claim {
	squared := Claim{ID: "C7", Sentence: "Accuracy and compression are the same with the mean squared error.", Place: "text on figure 2 (not shown)"}
	straight := Claim{ID: "C8", Sentence: "Accuracy and compression are the same with a linear activation.", Place: "text on figure 2 (not shown)"}
	for _, g := range couplings {
		squared.Parts = append(squared.Parts, sameParts(partOf(o.highSquared(g), "d = n, mean squared error, ", g))...)
		straight.Parts = append(straight.Parts, sameParts(partOf(o.high(g, linear), "d = n, linear, ", g))...)
	}
	moderate := Claim{ID: "C9", Sentence: "Accuracy and compression are the same under moderate changes of learning rate, batch, units, noise and epochs.", Place: "text on figure 2 (not shown)"}
	for _, v := range variants() {
		moderate.Parts = append(moderate.Parts, Part{
			Name: v.name, Experiment: "d = n, g = 20 and g = 250, " + v.name,
			Statistic: "share of the two networks with accuracy at least 0.99 and ED(t_eval) / ED(0) at most 0.1",
			Needs:     []network{swept(o.high(couplings[0], v.change)), swept(o.high(couplings[1], v.change))},
			Value: func(n []*Evidence) float64 {
				both := 0.0
				for _, e := range n {
					both += indicator(e.accuracy() >= 0.99 && e.compression() <= strongly) / float64(len(n))
				}
				return both
			},
			Threshold: atLeast(0.8, "four networks in five, at the thresholds of C1 and C3"),
		})
	}
	damping := Claim{ID: "C10", Sentence: "Higher learning rates damp chaos more and compress more.", Place: "text on figure 2 (not shown)"}
	var sweep []network
	for _, factor := range rateFactors {
		sweep = append(sweep, swept(o.high(graph.StronglyChaotic, rate(factor))))
	}
	experiment := fmt.Sprintf("d = n, g = 250, learning rate x %v", rateFactors)
	damping.Parts = []Part{
		{Name: "chaos", Experiment: experiment, Needs: sweep,
			Statistic: "rank correlation of the largest Lyapunov exponent after training with the learning rate",
			Value:     func(n []*Evidence) float64 { return against(rateFactors, n, largestExponent) },
			Threshold: atMost(-0.5, "a clear trend over six rates; chance gives 0 with a spread of 0.45")},
		{Name: "compression", Experiment: experiment, Needs: sweep,
			Statistic: "rank correlation of ED(t_eval) after training with the learning rate",
			Value: func(n []*Evidence) float64 {
				return against(rateFactors, n, func(e *Evidence) float64 { return e.After.ED[e.evaluation()] })
			},
			Threshold: atMost(-0.5, "a clear trend over six rates; chance gives 0 with a spread of 0.45")},
	}
	return []Claim{squared, straight, moderate, damping}
}

// sameParts returns the parts of C1 and C3 for another network.
func sameParts(part func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part) []Part {
	return []Part{
		part("accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy, atLeast(0.99, "as C1")),
		part("compression", "ED(t_eval) / ED(0) after training", (*Evidence).compression, atMost(strongly, "as C3")),
	}
}

// largestExponent is NaN, no number, where the states leave all bounds.
func largestExponent(e *Evidence) float64 {
	if len(e.Trained.Exponents) == 0 {
		return math.NaN()
	}
	return e.Trained.Exponents[0]
}

// against returns the rank correlation of a number of each network with a setting.
func against(settings []float64, networks []*Evidence, value func(*Evidence) float64) float64 {
	values := make([]float64, len(networks))
	for i, e := range networks {
		values[i] = value(e)
	}
	correlation, err := analysis.RankCorrelation(settings, values)
	if err != nil {
		return math.NaN()
	}
	return correlation
}
