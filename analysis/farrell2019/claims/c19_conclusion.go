package claims

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/graph"
)

// highCouplings are the coupling strengths of the sweep of high-dimensional inputs.
var highCouplings = []float64{1, 5, 20, 50, 100, 250, 500}

// enoughChaos are the coupling strengths at which networks count as sufficiently chaotic, without the 500 at which 40 epochs do not
// quench the chaos.
var enoughChaos = []float64{100, graph.StronglyChaotic}

// c19Dimensionality is the first half of the paper's conclusion.
func c19Dimensionality(o Options) Claim {
	var high, low, all []network
	for _, g := range highCouplings {
		all = append(all, swept(o.high(g, brief)))
	}
	for _, g := range enoughChaos {
		high, low = append(high, swept(o.high(g, brief))), append(low, o.lowSwept(g))
	}
	ratio := func(curve func(*Evidence) []float64) func([]*Evidence) float64 {
		return func(n []*Evidence) float64 { // of d = 2 to d = n, geometric mean over the couplings
			sum := 0.0
			for i := range enoughChaos {
				t := n[i].evaluation()
				sum += math.Log(curve(n[len(enoughChaos)+i])[t] / curve(n[i])[t])
			}
			return math.Exp(sum / float64(len(enoughChaos)))
		}
	}
	experiment := fmt.Sprintf("d = n and d = 2, g in %v", enoughChaos)
	needs := append(append([]network{}, high...), low...)
	return Claim{
		ID: "C19a", Place: "conclusion",
		Sentence: "Given enough chaos, networks end with the dimensionality that the task allows: low for d = n, higher for d = 2.",
		Plain: "At g = 100 and 250, networks end with {low for d = n %} of the inputs' dimensionality at most for d = n, and with " +
			"{higher for d = 2} times as many dimensions for d = 2 as for d = n, where untrained networks have {by learning} times " +
			"as many.",
		Parts: []Part{
			{Name: "low for d = n", Experiment: fmt.Sprintf("d = n, g in %v", enoughChaos), Needs: high,
				Statistic: "largest ED(t_eval) / ED(0) over g after training", Value: leastCompression,
				Threshold: atMost(strongly, "as C3, at every strength")},
			{Name: "generically", Experiment: fmt.Sprintf("d = n, g in %v", highCouplings), Needs: all,
				Statistic: "largest ED(t_eval) / ED(0) over g after training", Value: leastCompression,
				Threshold: atMost(0.5, "at least halved at every strength, also where 40 epochs do not quench the chaos")},
			{Name: "higher for d = 2", Experiment: experiment, Needs: needs,
				Statistic: "ED(t_eval) after training, d = 2 / d = n, geometric mean over g",
				Value:     ratio(func(e *Evidence) []float64 { return e.After.ED }),
				Threshold: atLeast(1.1, "a tenth more")},
			{Name: "by learning", Experiment: experiment, Needs: needs, Control: true,
				Statistic: "the same before training",
				Value:     ratio(func(e *Evidence) []float64 { return e.Before.ED }),
				Threshold: atMost(0.9, "before training the order is the other way round, so learning made it")},
		},
		Draw: func(r *Result) []panel {
			return r.heatMap("C19a", "d = n", highCouplings, all)
		},
	}
}

// leastCompression is the largest share of the dimensionality that any of the networks keeps.
func leastCompression(n []*Evidence) float64 {
	worst := 0.0
	for _, e := range n {
		worst = math.Max(worst, e.compression())
	}
	return worst
}

// c19EnoughChaos is its second half.
func c19EnoughChaos(o Options) Claim {
	low := o.lowSweep()
	experiment := fmt.Sprintf("d = 2, g in %v", lowCouplings)
	return Claim{
		ID: "C19b", Place: "conclusion",
		Sentence: "With two-dimensional inputs only networks with sufficiently chaotic initialisations are successful.",
		Plain:    "At g = 250 accuracy is {chaos succeeds}; the best of the couplings below 100 has a mean of {nothing else does}.",
		Doubt: "Strongly chaotic networks are the only near-perfect ones after 80 epochs, but success does not rise with g: without " +
			"any random coupling accuracy is about as high as at g = 100. F19 asks why.",
		Parts: []Part{
			{Name: "chaos succeeds", Experiment: "d = 2, g = 250", Needs: []network{o.lowSwept(graph.StronglyChaotic)},
				Statistic: "accuracy on fresh samples after training", Value: func(n []*Evidence) float64 { return n[0].accuracy() },
				Threshold: atLeast(near, "as C13")},
			{Name: "nothing else does", Experiment: experiment + ", those below 100", Needs: below(100, low),
				Statistic: "largest mean accuracy on fresh samples of any of these g",
				Curve: func(n []*Evidence) []float64 {
					values := make([]float64, len(n))
					for i, e := range n {
						values[i] = e.accuracy()
					}
					return values
				},
				Pool:      largestMean,
				Threshold: atMost(0.95, "one error in twenty, well short of near-perfect; of means, since the best of several networks would be luck")},
			{Name: "the more the better", Experiment: experiment, Needs: low,
				Statistic: "rank correlation of the accuracy with g",
				Value:     func(n []*Evidence) float64 { return against(lowCouplings, n, (*Evidence).accuracy) },
				Threshold: atLeast(0.5, "a clear trend; chance gives 0 with a spread of 0.3")},
		},
		Draw: func(r *Result) []panel { // without 500, which would take all colours
			return r.heatMap("C19b", "d = 2, g up to 250", lowCouplings[:len(lowCouplings)-1], low)
		},
	}
}

// largestMean returns the largest mean over realisations of any column.
func largestMean(rows [][]float64) float64 {
	return slices.Max(meanCurve(rows))
}

// below returns the networks with a coupling strength below some value.
func below(g float64, networks []network) []network {
	var some []network
	for _, n := range networks {
		if n.config.Network.Coupling < g {
			some = append(some, n)
		}
	}
	return some
}

// heatMap draws the dimensionality after training through time for several coupling strengths.
func (r *Result) heatMap(id, inputs string, couplings []float64, networks []network) []panel {
	grid := &figure.HeatMap{Title: id + ": dimensionality after training, " + inputs, XLabel: "time step $t$", YLabel: "coupling $g$", ValueLabel: edLabel, Y: couplings}
	for _, n := range networks[:len(couplings)] {
		median := r.through(n, "", nil, edAfter)
		if len(median.X) > len(grid.X) {
			grid.X = median.X
		}
		grid.Values = append(grid.Values, median.Median)
	}
	if len(grid.X) == 0 {
		return nil
	}
	for row := range grid.Values { // a coupling whose networks all diverged stays empty
		for len(grid.Values[row]) < len(grid.X) {
			grid.Values[row] = append(grid.Values[row], math.NaN())
		}
	}
	return []panel{{id + "-map", id + ": sweep of g, " + inputs, "Median over realisations.", grid}}
}
