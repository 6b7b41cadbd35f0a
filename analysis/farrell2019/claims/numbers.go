package claims

import (
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// largestExponent returns the largest Lyapunov exponent, NaN if the states diverge.
func largestExponent(e *Evidence) float64 {
	if len(e.Trained.Exponents) == 0 {
		return math.NaN()
	}
	return e.Trained.Exponents[0]
}

// edAtEvaluation is the effective dimensionality at t_eval, after training.
func edAtEvaluation(e *Evidence) float64 { return e.After.ED[e.evaluation()] }

// peakStep is the t of the largest effective dimensionality up to t_eval, after training.
func peakStep(e *Evidence) int {
	best := 0
	for t, ed := range upTo(e.After.ED, e.evaluation()) {
		if ed > e.After.ED[best] {
			best = t
		}
	}
	return best
}

func peak(e *Evidence) float64 { return e.After.ED[peakStep(e)] }

// troughStep is the t of the smallest effective dimensionality from the peak to t = 15, after training.
func troughStep(e *Evidence) int {
	best := peakStep(e)
	for t := best; t <= e.last(15); t++ {
		if e.After.ED[t] < e.After.ED[best] {
			best = t
		}
	}
	return best
}

// fall is the effective dimensionality at the trough over that at the peak, 1 if it never falls.
func fall(e *Evidence) float64 { return e.After.ED[troughStep(e)] / peak(e) }

// upTo returns the values of t = 0 .. last.
func upTo(values []float64, last int) []float64 { return values[:min(last+1, len(values))] }

// trend is the rank correlation of values with their index.
func trend(values []float64) float64 {
	return rankCorrelation(steps(len(values)), values)
}

// against returns the rank correlation of a value of each network with a setting.
func against(settings []float64, networks []*Evidence, value func(*Evidence) float64) float64 {
	values := make([]float64, len(networks))
	for i, e := range networks {
		values[i] = value(e)
	}
	return rankCorrelation(settings, values)
}

// rankCorrelation returns the rank correlation, NaN if it is undefined.
func rankCorrelation(x, y []float64) float64 {
	correlation, err := analysis.RankCorrelation(x, y)
	if err != nil {
		return math.NaN()
	}
	return correlation
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
