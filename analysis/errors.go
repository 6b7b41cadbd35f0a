package analysis

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ErrZeroVariance says that all samples are the same point, so that there is no variance to measure.
var ErrZeroVariance = errors.New("analysis: all samples are the same point; record states of samples that differ")

// ErrConstantSample says that all values of a sample are equal, so that no distribution can be fitted to them.
var ErrConstantSample = errors.New("analysis: all values are equal; a constant sample is its own median, there is no gamma to fit")

// TooFewSamplesError says that a measure needs more samples than it got.
type TooFewSamplesError struct {
	Measure string // what was to be measured
	Samples int    // samples given
	Least   int    // samples needed
}

// Error returns the numbers and the fix on one line.
func (e *TooFewSamplesError) Error() string {
	return fmt.Sprintf("analysis: %s of %d samples; give at least %d", e.Measure, e.Samples, e.Least)
}

// NotFiniteError says where the data hold NaN or Inf.
type NotFiniteError struct {
	Row, Column int     // the first such value
	Value       float64 // NaN or an infinity
}

// Error returns the place, the value and the fix on one line.
func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("analysis: value in row %d, column %d is %v; lower the learning rate or repair the data", e.Row, e.Column, e.Value)
}

// ShapeError says that two arguments do not fit together.
type ShapeError struct {
	What string // the quantity that is wrong, e.g. "classes"
	Got  int    // its length
	Want int    // the length that fits
}

// Error returns the lengths on one line.
func (e *ShapeError) Error() string {
	return fmt.Sprintf("analysis: %d %s where the other arguments need %d; pass one for each", e.Got, e.What, e.Want)
}

// OneClassError says that a readout cannot be trained because only one class is present.
type OneClassError struct {
	Split int // the split concerned, or -1 without splits
	Class int // the only class
}

// Error returns the split, the class and the fix on one line.
func (e *OneClassError) Error() string {
	if e.Split < 0 {
		return fmt.Sprintf("analysis: every sample is of class %d; a readout needs samples of at least two classes", e.Class)
	}
	return fmt.Sprintf("analysis: held-out split %d leaves only class %d to train on; give every class more clusters, "+
		"hold out a smaller fraction or draw the splits from another seed", e.Split, e.Class)
}

// FewSamplesWarning travels with a measure of a covariance that has fewer samples than directions: the samples
// fill at most S-1 of the N dimensions, so that dimensionality is biased downwards.
type FewSamplesWarning struct {
	Samples, Units int
}

// Error returns the numbers and the fix on one line.
func (w *FewSamplesWarning) Error() string {
	return fmt.Sprintf("analysis: covariance of %d units from only %d samples; record more than %d samples", w.Units, w.Samples, w.Units)
}

// FewRealisationsWarning travels with a band of too few values to say anything about spread.
type FewRealisationsWarning struct {
	Realisations int
}

// Error returns the number and the fix on one line.
func (w *FewRealisationsWarning) Error() string {
	return fmt.Sprintf("analysis: band of only %d realisations; its width means little below %d", w.Realisations, leastRealisations)
}

// NotConvergedWarning travels with a logistic regression that stopped before its gradient was small enough.
type NotConvergedWarning struct {
	Iterations int
	Gradient   float64 // largest absolute component left
	Tolerance  float64 // largest component wanted
}

// Error returns the numbers and the fix on one line.
func (w *NotConvergedWarning) Error() string {
	return fmt.Sprintf("analysis: logistic regression stopped after %d iterations with gradient %.3g above %.3g; "+
		"its accuracy is that of the last one, states of units that differ less in size take fewer", w.Iterations, w.Gradient, w.Tolerance)
}

// AtStep says at which time step an error or a warning arose.
type AtStep struct {
	Step int
	Err  error
}

// Error returns the step and what happened there on one line.
func (e *AtStep) Error() string {
	return fmt.Sprintf("analysis: at t = %d: %s", e.Step, trimPrefix(e.Err))
}

// Unwrap returns what happened at the step.
func (e *AtStep) Unwrap() error { return e.Err }

// trimPrefix returns the message of err without the package prefix, for messages that already have it.
func trimPrefix(err error) string {
	const prefix = "analysis: "
	message := err.Error()
	if len(message) > len(prefix) && message[:len(prefix)] == prefix {
		return message[len(prefix):]
	}
	return message
}

// checkFinite returns a [*NotFiniteError] for the first NaN or Inf of points.
func checkFinite(points *mat.Dense) error {
	rows, _ := points.Dims()
	for i := range rows {
		row := points.RawRowView(i)
		// The sum of squares is finite only if all values are: one number decides for the whole row. Where squares
		// overflow, the values decide.
		if squares := floats.Dot(row, row); squares <= math.MaxFloat64 {
			continue
		}
		for j, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return &NotFiniteError{Row: i, Column: j, Value: x}
			}
		}
	}
	return nil
}
