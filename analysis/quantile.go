package analysis

import "math"

// Quantile returns the quantile of a sample at p in [0, 1]: the value at position (n - 1) p of the sorted sample, counted from
// 0, interpolated between its neighbours. The quantile at 1/2 is the median.
//
// sorted has at least one value, in ascending order. It panics if there is none or p is outside of [0, 1].
//
// Source: Hyndman and Fan (1996), definition 7, the default of NumPy, pandas and R.
// Differs: gonum's stat.Quantile with LinInterp interpolates the empirical distribution function, at position n p, so that
// its value at 1/2 for two numbers is the lesser of them.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 || !(p >= 0 && p <= 1) {
		panic("analysis: a quantile needs a value, and a probability in [0, 1]")
	}
	place := p * float64(len(sorted)-1)
	below := int(math.Floor(place))
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := place - float64(below)
	return sorted[below] + part*(sorted[below+1]-sorted[below])
}
