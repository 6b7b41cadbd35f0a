package data

import (
	"fmt"
	"math"
	"slices"
)

// Scaling shifts and scales inputs, axis by axis, to the range that the network expects: the centres of the task have coordinates
// of order 1, and an embedding preserves that order, whereas measured data may be in any unit.
type Scaling struct {
	Shift   []float64 // D, subtracted first
	Stretch []float64 // D, then multiplied
}

// NewScaling returns the scaling (x - mean) / scale, of D values each.
//
// Errors: no values, or unequal numbers of them; a mean that is not finite; a scale that is not a finite number above 0.
func NewScaling(mean, scale []float64) (Scaling, error) {
	if len(mean) == 0 || len(mean) != len(scale) {
		return Scaling{}, fmt.Errorf("data: %d means and %d scales; give one of each for every input", len(mean), len(scale))
	}
	scaling := Scaling{Shift: slices.Clone(mean), Stretch: make([]float64, len(scale))}
	for axis, width := range scale {
		scaling.Stretch[axis] = 1 / width
		if math.IsNaN(mean[axis]-mean[axis]) || !(width > 0 && width <= math.MaxFloat64) || math.IsInf(1/width, 0) {
			return Scaling{}, fmt.Errorf("data: input %d has the mean %g and the scale %g; give finite numbers, the scale above 0", axis, mean[axis], width)
		}
	}
	return scaling, nil
}

// Mean returns what is subtracted from each input (D).
func (s Scaling) Mean() []float64 { return slices.Clone(s.Shift) }

// Scale returns what each input is divided by after that (D): its standard deviation if [FitScaling] found one, otherwise 1.
func (s Scaling) Scale() []float64 {
	scale := make([]float64, len(s.Stretch))
	for axis, stretch := range s.Stretch {
		scale[axis] = 1 / stretch
	}
	return scale
}

// ScalingError reports that an input cannot be scaled to variance 1 in double precision.
type ScalingError struct {
	Input     int     // D
	Name      string  // its name in the file
	Deviation float64 // standard deviation; infinite if it overflows
}

// Error returns the numbers and the fix on one line.
func (e *ScalingError) Error() string {
	return fmt.Sprintf("data: %s has the standard deviation %.3g, whose inverse or square leaves double precision; give it in another unit", e.Name, e.Deviation)
}

// constantRoundings is the variation, in units in the last place of the largest value, up to which an axis counts as constant:
// computing a constant in different ways gives such differences.
const constantRoundings = 8

// FitScaling returns the scaling that gives every input axis of points mean 0 and variance 1 (over S, not S - 1). An axis on which
// all points agree, up to 8 units in the last place, is only shifted. Fit it on the training part and apply it to every part, so
// that no information leaks between parts.
//
// Sums are over differences from the first point, in units of the largest of them: neither a large mean nor a value whose square
// overflows costs accuracy.
//
// Errors: a [*ScalingError] for values beyond 1e307 or a deviation below 1e-307.
//
// Differs: not from scikit-learn's StandardScaler where that is exact, except in the threshold for a constant axis: StandardScaler
// uses the rounding error of its own sums, S times as large.
func FitScaling(points *Points) (Scaling, error) {
	samples, dimension := points.Inputs.Dims()
	scaling := Scaling{Shift: make([]float64, dimension), Stretch: make([]float64, dimension)}
	for axis := range dimension {
		mean, deviation := axisMoments(points, axis)
		switch {
		case deviation == 0:
			scaling.Shift[axis], scaling.Stretch[axis] = points.Inputs.At(0, axis), 1
			continue
		case deviation < 1e-307 || !(math.Abs(mean) < 1e307 && deviation < 1e307/float64(samples)):
			return Scaling{}, &ScalingError{Input: axis, Name: points.InputName(axis), Deviation: deviation}
		}
		scaling.Shift[axis], scaling.Stretch[axis] = mean, 1/deviation
	}
	return scaling, nil
}

// axisMoments returns mean and standard deviation of an axis; 0 for the latter if all points agree on it.
func axisMoments(points *Points, axis int) (mean, deviation float64) {
	samples, _ := points.Inputs.Dims()
	origin := points.Inputs.At(0, axis)
	spread, largest := 0.0, math.Abs(origin)
	for row := range samples {
		value := points.Inputs.At(row, axis)
		spread, largest = max(spread, math.Abs(value-origin)), max(largest, math.Abs(value))
	}
	if spread <= constantRoundings*0x1p-52*largest {
		return origin, 0
	}
	if math.IsInf(spread, 0) {
		return origin, spread
	}
	_, exponent := math.Frexp(spread)
	unit := math.Ldexp(1, exponent-1) // a power of two, so that dividing by it is exact
	for row := range samples {
		mean += (points.Inputs.At(row, axis) - origin) / unit
	}
	mean /= float64(samples)
	squares := 0.0
	for row := range samples {
		difference := (points.Inputs.At(row, axis)-origin)/unit - mean
		squares += float64(difference * difference)
	}
	return origin + float64(mean*unit), math.Sqrt(squares/float64(samples)) * unit
}

// Apply returns a copy of points with scaled inputs. Panics if points has another dimension.
func (s Scaling) Apply(points *Points) *Points {
	samples, dimension := points.Inputs.Dims()
	if dimension != len(s.Shift) {
		panic("data: points have another dimension than their scaling")
	}
	scaled := NewPoints(samples, dimension, points.Classes)
	scaled.Origin = points.Origin
	copy(scaled.Labels, points.Labels)
	copy(scaled.Clusters, points.Clusters)
	scaled.FileRows = slices.Clone(points.FileRows)
	scaled.Inputs.Apply(func(_, axis int, value float64) float64 {
		return (value - s.Shift[axis]) * s.Stretch[axis]
	}, points.Inputs)
	return scaled
}
