package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/farrell2019"
	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// slowRate divides the learning rate of the mean squared error, which then equals that of the cross-entropy.
const slowRate = 5

// squaredRate is one of the learning rates at which the mean squared error is tried: the paper names none.
type squaredRate struct {
	name, variant string
	change
}

func squaredRates() []squaredRate {
	return []squaredRate{{"rate 5e-3", farrell2019.VariantSquaredError, rate(1)}, {"rate 1e-3", "none", rate(1.0 / slowRate)}}
}

// c17SquaredError is the claim on the other loss, with two-dimensional inputs.
func c17SquaredError(o Options) Claim {
	entropy := o.low(graph.EdgeOfChaos, brief)
	squared := func(at squaredRate) network { return o.lowSquared(graph.EdgeOfChaos, at.change, brief) }
	claim := Claim{
		ID: "C17", Place: "text on figure 3 (not shown)",
		Sentence: "With the mean squared error, the network at the edge of chaos can learn to expand and solves the task of two-dimensional inputs.",
		Plain: "At the learning rate 1e-3, {rate 1e-3 %} of the networks at g = 20 both solve the task and expand; at 5e-3, {rate 5e-3 " +
			"%}. Their mean accuracy is {rate 1e-3, accuracy} and {rate 5e-3, accuracy}.",
		Doubt: "The paper names no rate. That of the authors' code of 2022, 5e-3, is too high to keep an expansion; at that of the " +
			"cross-entropy, 1e-3, the networks expand.",
		Draw: func(r *Result) []panel {
			curves := []figure.Curve{dashed(r.through(entropy, "cross-entropy", figure.EdgeOfChaos, edAfter))}
			for i, at := range squaredRates() {
				curves = append(curves, r.through(squared(at), "squared error, "+at.name, figure.ClassColour(i), edAfter))
			}
			return []panel{{"C17", "C17: mean squared error", bandsCaption, r.chart("C17: dimensionality with both losses, d = 2, g = 20", edLabel, nil, curves...)}}
		},
	}
	for _, at := range squaredRates() {
		experiment := "d = 2, g = 20, mean squared error, " + at.name
		needs := []network{squared(at), entropy}
		claim.Parts = append(claim.Parts,
			share(Part{Name: at.name, Experiment: experiment + ", and cross-entropy of the same realisation", Needs: needs, AnyOf: "one of the rates",
				Statistic: "share of realisations with accuracy at least 0.98 and a largest ED over t = 0 .. t_eval at least 1.2 times that with cross-entropy",
				Value:     func(n []*Evidence) float64 { return indicator(n[0].accuracy() >= near && peak(n[0]) >= 1.2*peak(n[1])) },
				Threshold: atLeast(0.5, "most networks; the paper says can, and names no rate")}),
			Part{Name: at.name + ", accuracy", Experiment: experiment, Needs: needs[:1], Statistic: "accuracy on fresh samples after training",
				Value: func(n []*Evidence) float64 { return n[0].accuracy() }, Threshold: reported("the share above decides"),
				Authors: theirAccuracy(at.variant, 2, graph.EdgeOfChaos)},
			Part{Name: at.name + ", expansion", Experiment: experiment, Needs: needs,
				Statistic: "largest ED over t = 0 .. t_eval after training, mean squared error / cross-entropy",
				Value:     func(n []*Evidence) float64 { return peak(n[0]) / peak(n[1]) }, Threshold: reported("the share above decides"),
				Authors: func(a *farrell2019.Authors) float64 {
					of := func(variant string) float64 {
						return theirs(variant, 2, graph.EdgeOfChaos, func(c []float64) float64 { return theirCourse(c).peak })(a)
					}
					return of(at.variant) / of("")
				}})
	}
	return claim
}

// c27SquaredErrorChaotic is the claim on the strongly chaotic network with the same loss and inputs.
func c27SquaredErrorChaotic(o Options) Claim {
	squared := func(at squaredRate) network { return o.lowSquared(graph.StronglyChaotic, at.change, brief) }
	claim := Claim{
		ID: "C27", Place: "text on figure 3 (not shown)",
		Sentence: "With the mean squared error, the strongly chaotic network solves the task of two-dimensional inputs as before, and expands and then compresses.",
		Plain: "At the learning rate 5e-3 {rate 5e-3 %} of the networks solve the task, expand and then compress; at 1e-3, {rate 1e-3 " +
			"%}. Mean accuracies are {rate 5e-3, accuracy} and {rate 1e-3, accuracy}; the dimensionality falls to {rate 5e-3, fall " +
			"%} and {rate 1e-3, fall %} of its peak.",
		Doubt: "At 5e-3 the expansion is lost on the way in most networks; at 1e-3 there is one, but the dimensionality stays up until " +
			"t = 10 and after. Neither of the two rates tried gives all three, and the paper names none.",
		Draw: func(r *Result) []panel {
			curves := []figure.Curve{dashed(r.through(r.low(graph.StronglyChaotic), "cross-entropy", figure.StronglyChaotic, edAfter))}
			for i, at := range squaredRates() {
				curves = append(curves, r.through(squared(at), "squared error, "+at.name, figure.ClassColour(i), edAfter))
			}
			return []panel{{"C27", "C27: mean squared error, strong chaos", bandsCaption,
				r.chart("C27: dimensionality with both losses, d = 2, g = 250", edLabel, nil, curves...)}}
		},
	}
	for _, at := range squaredRates() {
		part := func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
			return Part{Name: at.name + name, Experiment: "d = 2, g = 250, mean squared error, " + at.name, Statistic: statistic,
				Needs: []network{squared(at)}, Value: func(n []*Evidence) float64 { return value(n[0]) }, Threshold: threshold}
		}
		rise := func(e *Evidence) float64 { return peak(e) / e.After.ED[0] }
		fall := func(e *Evidence) float64 { return e.trained().fall() }
		all := share(part("", "share of realisations with accuracy at least 0.98, a largest ED over t = 0 .. t_eval at least 1.5 times ED(0), and a fall to at most 0.9 of it",
			func(e *Evidence) float64 {
				return indicator(e.accuracy() >= near && rise(e) >= further && fall(e) <= fallen)
			}, atLeast(0.5, "most networks; the paper names no rate")))
		all.AnyOf = "one of the rates"
		why := reported("the share above decides")
		claim.Parts = append(claim.Parts, all,
			beside(theirAccuracy(at.variant, 2, graph.StronglyChaotic), part(", accuracy", "accuracy on fresh samples after training", (*Evidence).accuracy, why)),
			beside(theirs(at.variant, 2, graph.StronglyChaotic, func(c []float64) float64 { return theirCourse(c).peak / c[0] }),
				part(", expansion", "largest ED over t = 0 .. t_eval after training / ED(0)", rise, why)),
			beside(theirs(at.variant, 2, graph.StronglyChaotic, func(c []float64) float64 { return theirCourse(c).fall() }),
				part(", fall", "ED at the trough / at the peak after training", fall, why)))
	}
	return claim
}
