package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Gamma is a gamma distribution that starts at Location,
//
//	p(x) = (x - Location)^(Shape-1) exp(-(x - Location)/Scale) / (Gamma(Shape) Scale^Shape),  x > Location
type Gamma struct {
	Shape    float64 // above 0
	Scale    float64 // above 0, in units of x
	Location float64 // left end of the support, in units of x
}

// FitGamma returns the gamma distribution of largest likelihood for samples, with its location fixed.
//
// With d_i = x_i - location and m their mean, the shape k solves
//
//	log k - digamma(k) = log m - mean(log d) = mean(u_i - log(1 + u_i)),  u_i = d_i/m - 1
//
// and the scale is m/k. The last form of the right side has only terms >= 0 and keeps its digits for samples that
// hardly differ, where the difference of logarithms loses all of them. Newton's method on log k finds the root.
//
// samples has at least 2 values, all above location, in the units of location.
//
// Errors: [*TooFewSamplesError], [*NotFiniteError], a value at or below location, [ErrConstantSample].
//
// Source: Minka 2002, "Estimating a Gamma distribution"; Choi and Wette 1969.
// Differs: from scipy.stats.gamma.fit(samples, floc=location) only in the last digits.
func FitGamma(samples []float64, location float64) (Gamma, error) {
	if len(samples) < 2 {
		return Gamma{}, &TooFewSamplesError{Measure: "gamma fit", Samples: len(samples), Least: 2}
	}
	if err := checkFiniteValues(samples); err != nil {
		return Gamma{}, err
	}
	if math.IsNaN(location) || math.IsInf(location, 0) {
		return Gamma{}, fmt.Errorf("analysis: location %v of a gamma fit; pass a finite one below all samples", location)
	}
	constant, mean := true, 0.0
	for i, x := range samples {
		if x <= location {
			return Gamma{}, fmt.Errorf("analysis: value %d of a gamma fit, %v, is not above the location %v; lower the location", i, x, location)
		}
		constant = constant && x == samples[0]
		mean += (x - location) / float64(len(samples))
	}
	if constant {
		return Gamma{}, ErrConstantSample
	}
	spread := 0.0
	for _, x := range samples {
		d := x - location
		spread += logarithmDeficit((d-mean)/mean, d/mean) / float64(len(samples))
	}
	shape := gammaShape(spread)
	if math.IsInf(shape, 0) || shape == 0 {
		return Gamma{}, ErrConstantSample
	}
	return Gamma{Shape: shape, Scale: mean / shape, Location: location}, nil
}

// Quantile returns the x below which the fraction p of the distribution lies, in the units of Location; p is in [0, 1].
// It is NaN for other p.
func (g Gamma) Quantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return g.Location
	case p == 1:
		return math.Inf(1)
	}
	return g.Location + g.Scale*gammaQuantile(g.Shape, p)
}

// Median returns the x below which half of the distribution lies, in the units of Location.
func (g Gamma) Median() float64 { return g.Quantile(0.5) }

// Interval returns the ends of the central interval that holds the fraction mass of the distribution, with equal tails,
// in the units of Location. mass is in (0, 1); the ends are NaN for a mass outside of [0, 1].
func (g Gamma) Interval(mass float64) (lo, hi float64) {
	return g.Quantile((1 - mass) / 2), g.Quantile((1 + mass) / 2)
}

// logarithmDeficit returns u - log(1 + u) >= 0, where ratio = 1 + u.
func logarithmDeficit(u, ratio float64) float64 {
	if math.Abs(u) > 0.1 {
		return u - math.Log(ratio)
	}
	// u^2/2 - u^3/3 + u^4/4 - ...: 16 terms leave 1e-16 of the first at |u| = 0.1.
	sum := 0.0
	for n := 17; n >= 2; n-- {
		sum = 1/float64(n) - u*sum
	}
	return u * u * sum
}

// gammaShape returns the k with log k - digamma(k) = spread > 0; +Inf where the spread is too small for a finite k.
func gammaShape(spread float64) float64 {
	// Minka's approximation is within 1.5 % of the root; Newton's steps on log k double its digits.
	k := (3 - spread + math.Sqrt((spread-3)*(spread-3)+24*spread)) / (12 * spread)
	for range 50 {
		value, slope := logMinusDigamma(k)
		step := (value - spread) / (k * slope) // slope is below 0
		if math.IsNaN(step) {
			break
		}
		step = math.Max(-1, math.Min(1, step))
		k *= math.Exp(-step)
		if math.Abs(step) < 1e-14 {
			break
		}
	}
	return k
}

// logMinusDigamma returns log k - digamma(k) and its derivative 1/k - trigamma(k).
func logMinusDigamma(k float64) (value, slope float64) {
	if k > 50 {
		// The asymptotic series has no cancellation; its next term is below 1e-17 of the first here.
		r, r2 := 1/k, 1/(k*k)
		value = r * (1./2 + r*(1./12+r2*(-1./120+r2*(1./252-r2/240))))
		slope = -r2 * (1./2 + r*(1./6+r2*(-1./30+r2*(1./42-r2/30))))
		return value, slope
	}
	return math.Log(k) - mathext.Digamma(k), 1/k - mathext.Zeta(2, k)
}

// gammaQuantile returns the p quantile of the gamma distribution of scale 1; p is in (0, 1).
func gammaQuantile(shape, p float64) float64 {
	if shape > 1e6 {
		// Cornish-Fisher; its error relative to the standard deviation falls as shape^-3/2.
		z := mathext.NormalQuantile(p)
		root := math.Sqrt(shape)
		return shape + root*(z+(z*z-1)/(3*root)+(z*z*z-7*z)/(36*shape))
	}
	// Far in the left tail of small shapes the distribution function is x^k / Gamma(k+1) to rounding, and the general
	// inverse fails.
	logGamma, _ := math.Lgamma(shape + 1)
	if x := math.Exp((math.Log(p) + logGamma) / shape); x < 1e-16 {
		return x
	}
	return mathext.GammaIncRegInv(shape, p)
}

// checkFiniteValues returns a [*NotFiniteError] for the first NaN or Inf, counted as the rows of one column.
func checkFiniteValues(values []float64) error {
	for i, value := range values {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return &NotFiniteError{Row: i, Column: 0, Value: value}
		}
	}
	return nil
}
