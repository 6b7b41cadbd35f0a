package analysis

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// leastRealisations is the number of values below which a band carries a warning.
	leastRealisations = 5
	// bandMass is the part of the fitted distribution between Lo and Hi.
	bandMass = 0.75
	// bandLocation is where the fitted gammas start: just below the least possible effective dimensionality, and just
	// below the reflection of the largest possible accuracy, so that these values themselves have a likelihood.
	bandLocation = 0.9999
)

// Band is the spread of one measure over realisations.
type Band struct {
	N        int     // values
	Median   float64 // of the fitted distribution, or of the sample
	Lo, Hi   float64 // ends of its central 75 %, Lo <= Hi
	Warnings []error // doubts, e.g. [*FewRealisationsWarning]
}

// DimensionalityBand returns the median and the central 75 % of a gamma distribution fitted to effective dimensionalities, with
// its location fixed at 0.9999. If all values are equal, that value is the median and both ends.
//
// values has one effective dimensionality (>= 1) for each realisation, at least one. Fewer than 5 values give a
// [*FewRealisationsWarning].
//
// Errors: [*TooFewSamplesError], [*NotFiniteError], a value at or below 0.9999.
//
// Source: the authors' figures, with SciPy: shape, loc, scale = gamma.fit(x, floc=.9999);
// gamma.median(shape, loc, scale); gamma.interval(0.75, shape, loc, scale).
func DimensionalityBand(values []float64) (Band, error) {
	fitted, band, err := fitBand(values, func(value float64) float64 { return value })
	if err != nil || fitted == nil {
		return band, err
	}
	band.Median = fitted.Median()
	band.Lo, band.Hi = fitted.Interval(bandMass)
	return band, nil
}

// SampleBand returns the median and the central 75 % of the sample itself, by [Quantile], for measures of no known distribution. It
// takes at least one value and panics if there is none.
func SampleBand(values []float64) Band {
	sorted := slices.Sorted(slices.Values(values))
	return Band{N: len(values), Median: Quantile(sorted, 0.5), Lo: Quantile(sorted, (1-bandMass)/2), Hi: Quantile(sorted, (1+bandMass)/2)}
}

// AccuracyBand returns the median and the central 75 % of accuracies from a gamma distribution fitted to their reflections at
// 1. The reflections r = 2 - x are fitted with the location fixed at 1 - 0.0001; the quantiles are then read with the
// same shape and scale but the location 1, and reflected back:
//
//	Median = 1 - q(0.5)    Lo = 1 - q(0.875)    Hi = 1 - q(0.125)
//
// where q is the quantile of the fitted gamma with location 0. The shift by 0.0001 only keeps perfect accuracies inside
// the support of the fit. If all values are equal, that value is the median and both ends.
//
// values has one accuracy in [0, 1] for each realisation, at least one. Fewer than 5 values give a
// [*FewRealisationsWarning]. Lo may be below 0 for accuracies that spread widely: a gamma has no right end.
//
// Errors: [*TooFewSamplesError], [*NotFiniteError], a value outside of [0, 1].
//
// Source: the authors' figures, with SciPy: shape, _, scale = gamma.fit(2 - x, floc=1-1e-4);
// 2 - gamma.median(shape, loc=1, scale=scale); 2 - gamma.interval(0.75, shape, loc=1, scale=scale), swapped.
func AccuracyBand(values []float64) (Band, error) {
	for i, value := range values {
		if value < 0 || value > 1 {
			return Band{}, fmt.Errorf("analysis: accuracy %d of a band is %v; give fractions in [0, 1]", i, value)
		}
	}
	fitted, band, err := fitBand(values, func(value float64) float64 { return 2 - value })
	if err != nil || fitted == nil {
		return band, err
	}
	fitted.Location = 0
	lo, hi := fitted.Interval(bandMass)
	band.Median, band.Lo, band.Hi = 1-fitted.Median(), 1-hi, 1-lo
	return band, nil
}

// fitBand returns the gamma fitted to the mapped values and a band with everything but its quantiles. For a constant
// sample there is no gamma, and the band is complete.
func fitBand(values []float64, mapped func(float64) float64) (*Gamma, Band, error) {
	if len(values) == 0 {
		return nil, Band{}, &TooFewSamplesError{Measure: "band", Samples: 0, Least: 1}
	}
	if err := checkFiniteValues(values); err != nil {
		return nil, Band{}, err
	}
	band := Band{N: len(values)}
	if len(values) < leastRealisations {
		band.Warnings = []error{&FewRealisationsWarning{Realisations: len(values)}}
	}
	reflected := make([]float64, len(values))
	for i, value := range values {
		reflected[i] = mapped(value)
	}
	lowest, highest := slices.Min(values), slices.Max(values)
	if lowest == highest {
		band.Median, band.Lo, band.Hi = lowest, lowest, lowest
		return nil, band, nil
	}
	fitted, err := FitGamma(reflected, bandLocation)
	if errors.Is(err, ErrConstantSample) {
		// Values that differ by rounding alone have no finite shape; their middle is as good as any of them.
		middle := lowest + (highest-lowest)/2
		band.Median, band.Lo, band.Hi = middle, middle, middle
		return nil, band, nil
	}
	if err != nil {
		return nil, Band{}, err
	}
	return &fitted, band, nil
}
