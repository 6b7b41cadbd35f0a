package claims

import (
	"fmt"
	"math"
	"slices"
)

// sweptCouplings are the coupling strengths of the sweep; those from chaotic on count as enough chaos.
var sweptCouplings = []float64{1, 5, 20, 50, 100, 250, 500}

const chaotic = 100.0

// conclusion returns the paper's conclusion and the open question that takes training.
func (o Options) conclusion() []Claim {
	var high, low, needs []network
	for _, g := range sweptCouplings {
		high, low = append(high, swept(o.high(g))), append(low, swept(o.low(g)))
	}
	needs = append(slices.Clone(high), low...)
	count := len(sweptCouplings)
	enough := slices.Index(sweptCouplings, chaotic)
	ratio := func(curve func(*Evidence) []float64) func([]*Evidence) float64 {
		return func(n []*Evidence) float64 { // of d = 2 to d = n, geometric mean over the chaotic couplings
			sum := 0.0
			for i := enough; i < count; i++ {
				t := n[i].evaluation()
				sum += math.Log(curve(n[count+i])[t] / curve(n[i])[t])
			}
			return math.Exp(sum / float64(count-enough))
		}
	}
	experiment := fmt.Sprintf("d = n and d = 2, g in %v", sweptCouplings)
	claims := []Claim{{ID: "C19", Place: "conclusion",
		Sentence: "Given enough chaos, the dimensionality at the evaluation step is what the task needs: low for d = n, higher for d = 2.",
		Parts: []Part{
			{Name: "low for d = n", Experiment: "d = n, g in [100 250 500]", Needs: high[enough:],
				Statistic: "largest ED(t_eval) / ED(0) over g after training",
				Value: func(n []*Evidence) float64 {
					worst := 0.0
					for _, e := range n {
						worst = math.Max(worst, e.compression())
					}
					return worst
				},
				Threshold: atMost(strongly, "as C3, at every strength")},
			{Name: "higher for d = 2", Experiment: experiment, Needs: needs,
				Statistic: "ED(t_eval) after training, d = 2 / d = n, geometric mean over g from 100",
				Value:     ratio(func(e *Evidence) []float64 { return e.After.ED }),
				Threshold: atLeast(1.1, "a tenth more")},
			{Name: "by learning", Experiment: experiment, Needs: needs,
				Statistic: "the same before training",
				Value:     ratio(func(e *Evidence) []float64 { return e.Before.ED }),
				Threshold: atMost(0.9, "before training the order is the other way round, so learning made it")},
			{Name: "enough chaos", Experiment: fmt.Sprintf("d = 2, g in %v", sweptCouplings), Needs: low,
				Statistic: "rank correlation of the accuracy with g",
				Value:     func(n []*Evidence) float64 { return against(sweptCouplings, n, (*Evidence).accuracy) },
				Threshold: atLeast(0.5, "more chaos, better solved; chance gives 0 with a spread of 0.4")},
		}}}
	if !o.Quick {
		claims = append(claims, o.gradientNoise())
	}
	return claims
}
