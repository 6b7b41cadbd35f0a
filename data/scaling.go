package data

import "math"

// Scaling shifts and stretches inputs, axis by axis, into the range that the network expects: the centres of the task
// have coordinates of order 1, and an embedding keeps that order, whereas measured data may have any unit.
type Scaling struct {
	Shift   []float64 // D, subtracted first
	Stretch []float64 // D, multiplied then
}

// FitScaling returns the scaling that gives every input axis of points mean 0 and variance 1 (over S, not S - 1). An
// axis on which all points agree is only shifted. Fit it on the training part and apply it to every part, so that
// nothing leaks from one to the other.
//
// Differs: not from scikit-learn's StandardScaler.
func FitScaling(points *Points) Scaling {
	samples, dimension := points.Inputs.Dims()
	scaling := Scaling{Shift: make([]float64, dimension), Stretch: make([]float64, dimension)}
	for row := range samples {
		for axis, value := range points.Inputs.RawRowView(row) {
			scaling.Shift[axis] += value
		}
	}
	for axis := range scaling.Shift {
		scaling.Shift[axis] /= float64(samples)
	}
	for row := range samples {
		for axis, value := range points.Inputs.RawRowView(row) {
			deviation := value - scaling.Shift[axis]
			scaling.Stretch[axis] += float64(deviation * deviation)
		}
	}
	for axis, sum := range scaling.Stretch {
		deviation := math.Sqrt(sum / float64(samples))
		// The mean of S equal values may be off by S roundings, and so may their deviation.
		if deviation <= float64(samples)*0x1p-52*math.Abs(scaling.Shift[axis]) {
			deviation = 1
		}
		scaling.Stretch[axis] = 1 / deviation
	}
	return scaling
}

// Apply returns a copy of points with scaled inputs. Panics if points has another dimension.
func (s Scaling) Apply(points *Points) *Points {
	samples, dimension := points.Inputs.Dims()
	if dimension != len(s.Shift) {
		panic("data: points have another dimension than their scaling")
	}
	scaled := NewPoints(samples, dimension, points.Classes)
	copy(scaled.Labels, points.Labels)
	copy(scaled.Clusters, points.Clusters)
	scaled.Inputs.Apply(func(_, axis int, value float64) float64 {
		return (value - s.Shift[axis]) * s.Stretch[axis]
	}, points.Inputs)
	return scaled
}
