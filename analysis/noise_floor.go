package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// noiseMargin is the multiple of the rounding of a state, 2^-24 or 2^-53 of its root mean square, that its deviations must
// exceed. A step of a network rounds a state by 0.3 to 1 of that for each unit; the dimension of deviations of this size
// is that of the rounding, as many as there are units.
const noiseMargin = 8

// NoiseError says that samples differ by no more than the rounding of their own precision, so that their geometry is that
// of rounding. errors.Is reports it as [ErrZeroVariance].
type NoiseError struct {
	What      string  // what is too small: "deviations from the mean" or "distances to the nearest sample"
	Deviation float64 // its root mean square for each unit
	Floor     float64 // what it must exceed
}

// Error returns the numbers and the fix on one line.
func (e *NoiseError) Error() string {
	return fmt.Sprintf("analysis: %s are %.2g for each unit, rounding of these states is up to %.2g; "+
		"the samples have collapsed to within rounding, record in float64 or leave this step out", e.What, e.Deviation, e.Floor)
}

// Is reports whether target is [ErrZeroVariance].
func (e *NoiseError) Is(target error) bool { return target == ErrZeroVariance }

// noiseFloor returns the deviation for each unit up to which points differ by rounding only: [noiseMargin] times the
// rounding of their root mean square in float32 if all of them are float32 numbers, else in float64. Whole numbers are
// exact and have no floor.
func noiseFloor(points *mat.Dense) float64 {
	rows, columns := points.Dims()
	single, whole, squares := true, true, 0.0
	for i := range rows {
		row := points.RawRowView(i)
		squares += floats.Dot(row, row)
		for _, x := range row {
			single = single && float64(float32(x)) == x
			whole = whole && math.Trunc(x) == x
		}
	}
	switch size := math.Sqrt(squares / float64(rows*columns)); {
	case whole || math.IsInf(size, 1):
		return 0
	case single:
		return noiseMargin * 0x1p-24 * size
	default:
		return noiseMargin * 0x1p-53 * size
	}
}

// deviation returns the root mean square deviation of points from the mean of their columns, for each unit.
func deviation(points *mat.Dense) float64 {
	deviations, _, factor := centred(points)
	if factor == 0 {
		return 0
	}
	return floats.Norm(deviations.Data, 2) / factor / math.Sqrt(float64(len(deviations.Data)))
}

// CheckNoise returns a [*NoiseError] if points, S x N, one sample a row, differ from their mean by no more than rounding.
func CheckNoise(points *mat.Dense) error {
	if floor := noiseFloor(points); floor > 0 {
		if size := deviation(points); size < floor {
			return &NoiseError{What: "deviations from the mean", Deviation: size, Floor: floor}
		}
	}
	return nil
}
