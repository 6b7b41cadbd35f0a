package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is an estimate from realisations with its confidence interval.
type Interval struct {
	N        int     // realisations
	Estimate float64 // from the sample
	Lo, Hi   float64 // of the interval; Lo <= Hi, both the estimate if it cannot vary
	// Error is the standard error of the estimate.
	Error float64
}

// Bootstrap returns the statistic of count realisations with its bias-corrected and accelerated (BCa) bootstrap interval:
// the statistic of resamples, rows drawn with replacement, of which the central level (in (0, 1), 0.95 for 95 %) is kept after
// correcting for the bias and the skewness of the statistic.
//
// statistic gets count row numbers, from 0 and with repetitions, and returns a finite number; it may not keep the slice. The
// interval assumes that the realisations are independent and numerous enough to represent their distribution: below some
// ten it is too narrow, and a statistic that is the same for all resamples makes it a point. resamples is at least 1. It advances
// random by count numbers for each resample.
//
// Errors: no realisation, [*NotFiniteError] with the row of the resample, level or resamples out of range.
//
// Source: Efron 1987, Better Bootstrap Confidence Intervals, J. Am. Stat. Assoc. 82:171; scipy.stats.bootstrap in its default, BCa.
// Differs: where all resamples or all jackknife values are the same, SciPy returns NaN; here the interval is that of the plain
// percentiles.
func Bootstrap(count int, statistic func(rows []int) float64, level float64, resamples int, random *rand.Rand) (Interval, error) {
	switch {
	case count == 0:
		return Interval{}, &TooFewSamplesError{Measure: "bootstrap", Samples: 0, Least: 1}
	case resamples < 1:
		return Interval{}, fmt.Errorf("analysis: %d bootstrap resamples; ask for at least 1", resamples)
	}
	if err := checkLevel(level); err != nil {
		return Interval{}, err
	}
	rows := allRows(count)
	interval := Interval{N: count, Estimate: statistic(rows)}
	if math.IsNaN(interval.Estimate) || math.IsInf(interval.Estimate, 0) {
		return Interval{}, &NotFiniteError{Row: 0, Column: 0, Value: interval.Estimate}
	}
	values := make([]float64, resamples)
	for i := range values {
		for j := range rows {
			rows[j] = random.IntN(count)
		}
		if values[i] = statistic(rows); math.IsNaN(values[i]) || math.IsInf(values[i], 0) {
			return Interval{}, &NotFiniteError{Row: i, Column: 0, Value: values[i]}
		}
	}
	slices.Sort(values)
	interval.Error = spread(values)
	bias, acceleration := biasOf(values, interval.Estimate), accelerationOf(count, statistic)
	outside := (1 - level) / 2
	corrected := func(share float64) float64 {
		z := bias + distuv.UnitNormal.Quantile(share)
		share = distuv.UnitNormal.CDF(bias + z/(1-acceleration*z))
		return Quantile(values, min(max(share, 0), 1))
	}
	interval.Lo, interval.Hi = corrected(outside), corrected(1-outside)
	return interval, nil
}

// ShareInterval returns a share, successes of count, with its exact binomial interval, which holds the true share with a
// probability of at least level whatever it is. Unlike a bootstrap interval it is no point if all or none succeed.
//
// Errors: no realisation, successes outside 0 .. count, level out of (0, 1).
//
// Source: Clopper and Pearson 1934, Biometrika 26:404; scipy.stats.binomtest(successes, count).proportion_ci(level, 'exact').
func ShareInterval(successes, count int, level float64) (Interval, error) {
	switch {
	case count == 0:
		return Interval{}, &TooFewSamplesError{Measure: "share", Samples: 0, Least: 1}
	case successes < 0 || successes > count:
		return Interval{}, fmt.Errorf("analysis: %d successes of %d; they are 0 to %d", successes, count, count)
	}
	if err := checkLevel(level); err != nil {
		return Interval{}, err
	}
	share, outside := float64(successes)/float64(count), (1-level)/2
	interval := Interval{N: count, Estimate: share, Lo: 0, Hi: 1, Error: math.Sqrt(share * (1 - share) / float64(count))}
	if successes > 0 {
		interval.Lo = distuv.Beta{Alpha: float64(successes), Beta: float64(count - successes + 1)}.Quantile(outside)
	}
	if successes < count {
		interval.Hi = distuv.Beta{Alpha: float64(successes + 1), Beta: float64(count - successes)}.Quantile(1 - outside)
	}
	return interval, nil
}

func checkLevel(level float64) error {
	if !(level > 0 && level < 1) {
		return fmt.Errorf("analysis: level %v of an interval; must be above 0 and below 1", level)
	}
	return nil
}

// spread returns the standard deviation of sorted values, exactly 0 if all are equal.
func spread(sorted []float64) float64 {
	if sorted[0] == sorted[len(sorted)-1] {
		return 0
	}
	return stat.PopStdDev(sorted, nil)
}

// biasOf returns how far the median of the resamples is from the estimate, in standard deviations; ties count half.
func biasOf(values []float64, estimate float64) float64 {
	below := 0.0
	for _, value := range values {
		switch {
		case value < estimate:
			below++
		case value == estimate:
			below += 0.5
		}
	}
	if share := below / float64(len(values)); share > 0 && share < 1 {
		return distuv.UnitNormal.Quantile(share)
	}
	return 0 // the estimate is outside of all resamples
}

// accelerationOf returns how fast the standard error changes with the statistic, from its values without one realisation each.
func accelerationOf(count int, statistic func(rows []int) float64) float64 {
	if count < 3 {
		return 0
	}
	without, rows := make([]float64, count), make([]int, count-1)
	for left := range count {
		for j := range rows {
			rows[j] = j
			if j >= left {
				rows[j]++
			}
		}
		without[left] = statistic(rows)
	}
	mean, squares, cubes := stat.Mean(without, nil), 0.0, 0.0
	for _, value := range without {
		d := mean - value
		squares += d * d
		cubes += d * d * d
	}
	acceleration := cubes / (6 * math.Pow(squares, 1.5))
	if math.IsNaN(acceleration) || math.IsInf(acceleration, 0) {
		return 0
	}
	return acceleration
}
