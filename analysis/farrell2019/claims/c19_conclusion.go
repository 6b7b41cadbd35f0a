package claims

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// sweptCouplings are the coupling strengths of the sweep; those from chaotic on count as enough chaos.
var sweptCouplings = []float64{1, 5, 20, 50, 100, 250, 500}

const chaotic = 100.0

// c19Conclusion is the paper's conclusion.
func c19Conclusion(o Options) Claim {
	var high, low []network
	for _, g := range sweptCouplings {
		high, low = append(high, swept(o.high(g))), append(low, swept(o.low(g)))
	}
	needs := slices.Concat(high, low)
	count := len(sweptCouplings)
	enough := slices.Index(sweptCouplings, chaotic)
	ratio := func(curve func(*Evidence) []float64) func([]*Evidence) float64 {
		return func(n []*Evidence) float64 { // ratio of d = 2 to d = n, geometric mean over the chaotic couplings
			sum := 0.0
			for i := enough; i < count; i++ {
				t := n[i].evaluation()
				sum += math.Log(curve(n[count+i])[t] / curve(n[i])[t])
			}
			return math.Exp(sum / float64(count-enough))
		}
	}
	experiment := fmt.Sprintf("d = n and d = 2, g in %v", sweptCouplings)
	return Claim{
		ID: "C19", Place: "conclusion",
		Sentence: "Given enough chaos, the dimensionality at the evaluation step is what the task needs: low for d = n, higher for d = 2.",
		Doubt: "In 10 realisations the conclusion is right at g = 100 and g = 250: 1.1 and 3.4 dimensions for d = n, 3.5 and 4.1 for d = 2. At g = 500 it is " +
			"not: 40 epochs do not quench that much chaos, and 33 % of the dimensionality stays for d = n, 15 dimensions. So there is too much chaos " +
			"as well as too little. Nor does accuracy rise steadily with g for d = 2: from 0.97 at g = 1 it falls to 0.88 at 50 and then rises to " +
			"0.995 at 250.",
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
		},
		Draw: func(r *Result) []panel { return r.drawCouplings(high, low) },
	}
}

// drawCouplings draws the sweep for inputs of both dimensions as heat maps, and the ends of both.
func (r *Result) drawCouplings(high, low []network) []panel {
	ends := &figure.LineChart{Title: "C19: dimensionality at the evaluation step", XLabel: "log$_{10}$ of $g$", YLabel: "ED at $t_{eval}$"}
	logarithms := make([]float64, len(sweptCouplings))
	for i, g := range sweptCouplings {
		logarithms[i] = math.Log10(g)
	}
	var panels []panel
	for i, networks := range [][]network{high, low} {
		name := []string{"d = n", "d = 2"}[i]
		grid := &figure.HeatMap{Title: "C19: dimensionality after training, " + name, XLabel: "time step $t$", YLabel: "coupling $g$", ValueLabel: edLabel, Y: sweptCouplings}
		for _, n := range networks {
			median := r.through(n, "", nil, edAfter)
			if len(median.X) > len(grid.X) {
				grid.X = median.X
			}
			grid.Values = append(grid.Values, median.Median)
		}
		for row := range grid.Values { // a coupling whose networks all diverged stays empty
			for len(grid.Values[row]) < len(grid.X) {
				grid.Values[row] = append(grid.Values[row], math.NaN())
			}
		}
		before := func(e *Evidence) float64 { return e.Before.ED[e.evaluation()] }
		ends.Curves = append(ends.Curves, r.over(logarithms, networks, name+", after training", figure.ClassColour(i), edAtEvaluation),
			dashed(r.over(logarithms, networks, name+", before", figure.ClassColour(i), before)))
		panels = append(panels, panel{fmt.Sprintf("C19-heat-%d", i+1), "C19: sweep of g, " + name, "Median over realisations.", grid})
	}
	return append(panels, panel{"C19", "C19: what the task needs", dashedBefore, ends})
}
