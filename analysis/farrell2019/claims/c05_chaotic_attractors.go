package claims

import "github.com/unfurl-rnn/unfurl/graph"

// c5ChaoticAttractors is the claim on where the strongly chaotic network goes after the evaluation step.
func c5ChaoticAttractors(o Options) Claim {
	part := o.highPart(graph.StronglyChaotic)
	return Claim{
		ID: "C5", Place: "figure 2 and its text",
		Sentence: "The strongly chaotic network keeps two chaotic attractors, which mix back after the evaluation step.",
		Doubt: "In 30 realisations the chaos, the want of rest and the mixing are there. What fails is the distance asked for: samples of different " +
			"classes are 1.82 times as far apart as those of the same class, not twice. On the first principal component the clouds are well " +
			"apart, and all samples are told apart by the network; distances also count the spread in all other directions, which chaos keeps up.",
		Parts: []Part{
			part("chaos", "largest Lyapunov exponent after training, nats a step", largestExponent,
				atLeast(0.01, "above zero by more than the error of the estimate, some 0.005")),
			part("no rest", "share of the samples that end at a stable fixed point",
				func(e *Evidence) float64 { return e.Trained.Settled },
				atMost(0.05, "chaos leaves none at rest")),
			part("apart", "distance between / within classes at t_eval",
				func(e *Evidence) float64 { return separation(&e.Trained, e.evaluation()) },
				atLeast(2, "two clouds are apart when their distance is twice their size")),
			part("mixing", "the same at the last t / at t_eval",
				func(e *Evidence) float64 {
					return separation(&e.Trained, e.Config.Measures.Steps) / separation(&e.Trained, e.evaluation())
				},
				atMost(0.8, "a fifth of the separation is lost, more than a cloud's wobble")),
		},
		Draw: func(r *Result) []panel { return r.attractorPanel("C5", graph.StronglyChaotic) },
	}
}

// separation is the distance between classes over that within them.
func separation(s *Stage, t int) float64 { return s.Between[t] / s.Within[t] }
