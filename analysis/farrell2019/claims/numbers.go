package claims

import (
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// chaosFrom is the largest Lyapunov exponent, in nats a step, from which a network counts as chaotic. The error of the estimate is
// 0.005 to 0.015.
const chaosFrom = 0.01

// unknown is a number that nobody has.
var unknown = math.NaN()

// largestExponent returns the largest Lyapunov exponent, the median over starts, NaN if the states diverge.
func largestExponent(e *Evidence) float64 { return largestOf(e.Trained.Exponents) }

// initialExponent is the same before training.
func initialExponent(e *Evidence) float64 { return largestOf(e.Initial.Exponents) }

// largestOf returns the first of exponents, NaN if there are none.
func largestOf(exponents []float64) float64 {
	if len(exponents) == 0 {
		return math.NaN()
	}
	return exponents[0]
}

// edAtEvaluation is the effective dimensionality at t_eval, after training.
func edAtEvaluation(e *Evidence) float64 { return e.After.ED[e.evaluation()] }

// learnedCompression is the effective dimensionality at t_eval after training over that of the untrained network.
func learnedCompression(e *Evidence) float64 {
	return e.After.ED[e.evaluation()] / e.Before.ED[e.evaluation()]
}

// course is what the paper reads off a curve of the effective dimensionality: where and how far it rises and falls.
type course struct {
	peakTime, troughTime int
	peak, trough         float64
}

// troughUntil is the last t at which a trough is looked for.
const troughUntil = 15

// courseOf returns the peak of a curve in t = 0 .. evaluation and the least value from there to t = 15.
func courseOf(curve []float64, evaluation int) course {
	var c course
	for t, ed := range upTo(curve, evaluation) {
		if ed > curve[c.peakTime] {
			c.peakTime = t
		}
	}
	c.troughTime = c.peakTime
	for t := c.peakTime; t < len(curve) && t <= troughUntil; t++ {
		if curve[t] < curve[c.troughTime] {
			c.troughTime = t
		}
	}
	c.peak, c.trough = curve[c.peakTime], curve[c.troughTime]
	return c
}

// fall is the trough over the peak, 1 if the curve never falls.
func (c course) fall() float64 { return c.trough / c.peak }

// trained is the course of the effective dimensionality after training.
func (e *Evidence) trained() course { return courseOf(e.After.ED, e.evaluation()) }

// peak is the largest effective dimensionality up to t_eval, after training.
func peak(e *Evidence) float64 { return e.trained().peak }

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

// mean and median pool the first number of each realisation.
func mean(rows [][]float64) float64 { return stat.Mean(firsts(rows), nil) }

func median(rows [][]float64) float64 {
	values := firsts(rows)
	slices.Sort(values)
	return analysis.Quantile(values, 0.5)
}

func firsts(rows [][]float64) []float64 {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = row[0]
	}
	return values
}

// meanCurve returns the mean over realisations at each t, nil of none.
func meanCurve(rows [][]float64) []float64 {
	if len(rows) == 0 {
		return nil
	}
	curve := make([]float64, len(rows[0]))
	for _, row := range rows {
		floats.Add(curve, row)
	}
	floats.Scale(1/float64(len(rows)), curve)
	return curve
}

// medianCurve returns the median over realisations at each t.
func medianCurve(rows [][]float64) []float64 {
	curve, column := make([]float64, len(rows[0])), make([]float64, len(rows))
	for t := range curve {
		for i, row := range rows {
			column[i] = row[t]
		}
		slices.Sort(column)
		curve[t] = analysis.Quantile(column, 0.5)
	}
	return curve
}

func meanOf(values []float64) float64 { return stat.Mean(values, nil) }
