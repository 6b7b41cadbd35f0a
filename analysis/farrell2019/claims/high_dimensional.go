package claims

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// strongly is the most that a strongly compressed representation keeps of its dimensionality.
const strongly = 0.1

// highDimensional returns the claims on inputs of as many dimensions as there are units (figure 2).
func (o Options) highDimensional() []Claim {
	claims := []Claim{
		{ID: "C1", Sentence: "Both networks classify high-dimensional inputs perfectly.", Place: "figure 2 and its text"},
		{ID: "C2", Sentence: "At t = 0 the effective dimensionality is that of the input.", Place: "figure 2 and its text"},
		{ID: "C3", Sentence: "After training, the effective dimensionality falls with t and is strongly compressed at the evaluation step.",
			Place: "figure 2 and its text"},
	}
	for _, g := range couplings {
		part := o.highPart(g)
		claims[0].Parts = append(claims[0].Parts, part("", "accuracy on fresh samples after training",
			func(e *Evidence) float64 { return e.accuracy() },
			atLeast(0.99, "at most one error in a hundred, as in the authors' curves, which end at 1")))
		claims[1].Parts = append(claims[1].Parts, part("", "ED(0) after training / ED of the input",
			func(e *Evidence) float64 { return e.After.ED[0] / e.InputED },
			between(0.95, 1.05, "tanh bends inputs of this size by a few percent")))
		claims[2].Parts = append(claims[2].Parts,
			part("strength", "ED(t_eval) / ED(0) after training", (*Evidence).compression,
				atMost(strongly, "a tenth; untrained networks keep 0.46 (g = 250) and 0.63 (g = 20) of it, small ones trained on shuffled labels 0.34 and 0.14")),
			part("course", "rank correlation of ED with t = 0 .. t_eval after training",
				func(e *Evidence) float64 { return trend(upTo(e.After.ED, e.evaluation())) },
				atMost(-0.9, "a fall at nearly every step")))
	}
	return append(claims, o.attractors()...)
}

// attractors returns the claims on where trained networks go after the evaluation step, and how.
func (o Options) attractors() []Claim {
	twoPoints := Claim{ID: "C4", Sentence: "At the edge of chaos, the trained network has two stable fixed points, one a class.", Place: "figure 2 and its text"}
	calm := o.highPart(couplings[0])
	twoPoints.Parts = []Part{
		calm("number", "1 if the states at t_eval end at exactly two stable fixed points, else 0",
			func(e *Evidence) float64 { return indicator(e.Trained.FixedPoints == 2 && e.Trained.Settled > 0.99) },
			atLeast(0.8, "four networks in five: a statement on typical networks, with room for odd ones")),
		calm("purity", "share of the samples that end where most of their class does, and no other class",
			func(e *Evidence) float64 { return e.Trained.Pure },
			atLeast(0.95, "one sample in twenty may be lost")),
	}
	clouds := Claim{ID: "C5", Sentence: "The strongly chaotic network keeps two chaotic attractors, which mix back after the evaluation step.", Place: "figure 2 and its text"}
	wild := o.highPart(couplings[1])
	clouds.Parts = []Part{
		wild("chaos", "largest Lyapunov exponent after training, nats a step",
			largestExponent,
			atLeast(0.01, "above zero by more than the error of the estimate, some 0.005")),
		wild("no rest", "share of the samples that end at a stable fixed point",
			func(e *Evidence) float64 { return e.Trained.Settled },
			atMost(0.05, "chaos leaves none at rest")),
		wild("apart", "distance between / within classes at t_eval",
			func(e *Evidence) float64 { return separation(&e.Trained, e.evaluation()) },
			atLeast(2, "two clouds are apart when their distance is twice their size")),
		wild("mixing", "the same at the last t / at t_eval",
			func(e *Evidence) float64 {
				return separation(&e.Trained, e.Config.Measures.Steps) / separation(&e.Trained, e.evaluation())
			},
			atMost(0.8, "a fifth of the separation is lost, more than a cloud's wobble")),
	}
	distances := Claim{ID: "C6", Sentence: "Dimensionality drops because distances between classes grow and distances within classes shrink.", Place: "text on figure 2"}
	for _, g := range couplings {
		part := o.highPart(g)
		distances.Parts = append(distances.Parts,
			part("between", "distance between classes at t_eval / at t = 0, after training",
				func(e *Evidence) float64 { return e.Trained.Between[e.evaluation()] / e.Trained.Between[0] },
				atLeast(1, "grows")),
			part("within", "distance within classes at t_eval / at t = 0, after training",
				func(e *Evidence) float64 { return e.Trained.Within[e.evaluation()] / e.Trained.Within[0] },
				atMost(1, "shrinks")))
	}
	return []Claim{twoPoints, clouds, distances}
}

// heldOut returns the claims on generalisation to clusters never seen.
func (o Options) heldOut() []Claim {
	separable := Claim{ID: "C11", Sentence: "Logistic regression separates the training states perfectly at every t, before and after training.", Place: "figure 2 and its text"}
	general := Claim{ID: "C12", Sentence: "Before training held-out clusters are at chance; after training their accuracy rises with t to perfect.", Place: "figure 2 and its text"}
	for _, g := range couplings {
		part := o.highPart(g)
		separable.Parts = append(separable.Parts, part("", "least accuracy on the clusters fitted over t = 0 .. 15, before and after",
			func(e *Evidence) float64 {
				return min(slices.Min(upTo(e.Before.LRTrain, 15)), slices.Min(upTo(e.After.LRTrain, 15)))
			},
			atLeast(0.999, "perfect but for one sample in a thousand")))
		general.Parts = append(general.Parts,
			part("before", "mean held-out accuracy over t = 0 .. 15 before training",
				func(e *Evidence) float64 { return stat.Mean(upTo(e.Before.LRHeldOut, 15), nil) },
				between(0.4, 0.6, "chance is 0.5; with twelve held-out clusters a mean over realisations stays within 0.1")),
			part("rise", "held-out accuracy at t_eval minus at t = 0, after training",
				func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] - e.After.LRHeldOut[0] },
				atLeast(0.3, "more than half of the way from chance to 1")),
			part("end", "held-out accuracy at t_eval after training",
				func(e *Evidence) float64 { return e.After.LRHeldOut[e.evaluation()] },
				atLeast(0.99, "at most one error in a hundred")))
	}
	return []Claim{separable, general}
}

// highPart returns a maker of parts on the network of one coupling strength.
func (o Options) highPart(g float64) func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
	return partOf(o.high(g), "d = n, ", g)
}

func (o Options) lowPart(g float64) func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
	return partOf(o.low(g), "d = 2, ", g)
}

// partOf returns a maker of parts on one network.
func partOf(n network, setting string, g float64) func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
	coupling := fmt.Sprintf("g = %g", g)
	return func(name, statistic string, value func(*Evidence) float64, threshold Threshold) Part {
		full := coupling
		if name != "" {
			full += ", " + name
		}
		return Part{Name: full, Experiment: setting + coupling, Statistic: statistic, Needs: []network{n}, Threshold: threshold,
			Value: func(found []*Evidence) float64 { return value(found[0]) }}
	}
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
