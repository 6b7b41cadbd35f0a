package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Interval is a mean over realisations with its confidence interval.
type Interval struct {
	N      int     // realisations
	Mean   float64 // of the sample
	Lo, Hi float64 // of the interval; Lo <= Hi, both the mean of a single value
}

// BootstrapMean returns the mean of values with its percentile bootstrap interval: the means of resamples drawn with
// replacement, as many values each as there are, of which the central level (in (0, 1), 0.95 for 95 %) is kept.
//
// The interval assumes that the values are independent and numerous enough to represent their distribution: below some ten
// values it is too narrow, and values that are all equal make it a point.
//
// values holds at least one number, none NaN or infinite; resamples is at least 1. It advances random by N numbers for
// each resample.
//
// Errors: no value, [*NotFiniteError], level or resamples out of range.
//
// Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3.
// Differs: from scipy.stats.bootstrap in its default, method='BCa'; method='percentile' is this interval.
func BootstrapMean(values []float64, level float64, resamples int, random *rand.Rand) (Interval, error) {
	switch {
	case len(values) == 0:
		return Interval{}, &TooFewSamplesError{Measure: "bootstrap", Samples: 0, Least: 1}
	case !(level > 0 && level < 1):
		return Interval{}, fmt.Errorf("analysis: bootstrap level %v; must be above 0 and below 1", level)
	case resamples < 1:
		return Interval{}, fmt.Errorf("analysis: %d bootstrap resamples; ask for at least 1", resamples)
	}
	for i, value := range values {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return Interval{}, &NotFiniteError{Row: i, Column: 0, Value: value}
		}
	}
	means := make([]float64, resamples)
	for i := range means {
		for range values {
			means[i] += values[random.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	slices.Sort(means)
	outside := (1 - level) / 2
	return Interval{
		N:    len(values),
		Mean: stat.Mean(values, nil),
		Lo:   Quantile(means, outside),
		Hi:   Quantile(means, 1-outside),
	}, nil
}

// RankCorrelation returns Spearman's correlation of x and y in [-1, 1]: the correlation of their ranks, tied values
// sharing the mean of their ranks. It is 0 if all values of x or all of y are equal, since there is no trend then.
//
// x and y have the same length, at least 2; infinities have ranks like other values. Errors: [*ShapeError],
// [*TooFewSamplesError], [*NotFiniteError] for NaN, with x as column 0 and y as column 1.
//
// Source: Spearman 1904; scipy.stats.spearmanr, which returns NaN for a constant.
func RankCorrelation(x, y []float64) (float64, error) {
	if len(x) != len(y) {
		return 0, &ShapeError{What: "values of y", Got: len(y), Want: len(x)}
	}
	if len(x) < 2 {
		return 0, &TooFewSamplesError{Measure: "rank correlation", Samples: len(x), Least: 2}
	}
	for column, values := range [][]float64{x, y} {
		if row := slices.IndexFunc(values, math.IsNaN); row >= 0 {
			return 0, &NotFiniteError{Row: row, Column: column, Value: values[row]}
		}
	}
	correlation := stat.Correlation(ranks(x), ranks(y), nil)
	if math.IsNaN(correlation) {
		return 0, nil
	}
	return correlation, nil
}

// ranks returns the rank of each value, from 1, tied values sharing the mean of their ranks. None is NaN.
func ranks(values []float64) []float64 {
	order := allRows(len(values))
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	ranked := make([]float64, len(values))
	for start := 0; start < len(order); {
		end := start
		for end < len(order) && values[order[end]] == values[order[start]] {
			end++
		}
		for _, i := range order[start:end] {
			ranked[i] = float64(start+end+1) / 2
		}
		start = end
	}
	return ranked
}
