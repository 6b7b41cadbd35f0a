package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

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
