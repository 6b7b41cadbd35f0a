package analysis

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// LogisticConfig says what a logistic regression minimises and how far. The zero value is not a default: start from
// [DefaultLogisticConfig].
type LogisticConfig struct {
	C                 float64 // inverse strength of the penalty |w|^2 / (2 C), above 0; large C means weak penalty
	Tolerance         float64 // largest absolute component of the gradient at which the fit has converged, above 0
	MaximumIterations int     // steps after which the fit stops with a warning, at least 1
}

// DefaultLogisticConfig returns C = 1 as in scikit-learn, a gradient below 1e-6 (scikit-learn: 1e-4) and at most 1000
// iterations (scikit-learn: 100 of its slower kind).
func DefaultLogisticConfig() LogisticConfig {
	return LogisticConfig{C: 1, Tolerance: 1e-6, MaximumIterations: 1000}
}

// Validate returns all errors of the configuration, joined, or nil.
func (c LogisticConfig) Validate() error {
	var faults []error
	if !(c.C > 0) || math.IsInf(c.C, 1) {
		faults = append(faults, fmt.Errorf("analysis: C = %v: must be above 0, finite", c.C))
	}
	if !(c.Tolerance > 0) || math.IsInf(c.Tolerance, 1) {
		faults = append(faults, fmt.Errorf("analysis: Tolerance = %v: must be above 0, finite", c.Tolerance))
	}
	if c.MaximumIterations < 1 {
		faults = append(faults, fmt.Errorf("analysis: MaximumIterations = %d: must be at least 1", c.MaximumIterations))
	}
	return errors.Join(faults...)
}

// LogisticModel is a trained logistic regression.
type LogisticModel struct {
	Classes      []int      // class numbers, ascending
	Coefficients *mat.Dense // 1 x N for two classes (the second is the positive one), else one row for each class
	Intercepts   []float64  // one for each row of Coefficients
	Iterations   int        // steps taken
	Gradient     float64    // largest absolute component of the gradient at the end
	Warnings     []error    // doubts, e.g. [*NotConvergedWarning]
}

// FitLogistic returns the logistic regression of the classes on points, with a penalty on the weights but not on the
// intercepts. It minimises
//
//	f(w, b) = sum_i loss_i + |w|^2 / (2 C)
//	two classes   loss_i = log(1 + exp(-s_i (w x_i + b))),  s_i = 1 for the second class and -1 for the first
//	more classes  loss_i = log sum_k exp(w_k x_i + b_k) - (w_y x_i + b_y)
//
// points is S x N, one sample a row; classes has S entries, any ints, at least two different ones. With more than two
// classes the intercepts are those that sum to 0, since adding a number to all of them changes nothing.
//
// Two classes take some 10 iterations. More classes take hundreds where they are far apart and the penalty is weak,
// because the second derivative then couples the classes, which the search does not know at its start.
//
// A fit that does not reach the tolerance is returned with a [*NotConvergedWarning].
//
// Errors: those of config, [*ShapeError], [*TooFewSamplesError], [*NotFiniteError], [*OneClassError].
//
// Source: Hastie, Tibshirani, Friedman 2009, section 4.4; L-BFGS from Nocedal and Wright 2006, chapter 7, started from
// the second derivative at the first guess instead of a multiple of the identity.
// Differs: from scikit-learn's LogisticRegression (solver lbfgs, multi_class multinomial) in a tighter tolerance only.
func FitLogistic(ctx context.Context, points *mat.Dense, classes []int, config LogisticConfig) (*LogisticModel, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if points == nil || points.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: "logistic regression", Samples: 0, Least: 2}
	}
	samples, units := points.Dims()
	if len(classes) != samples {
		return nil, &ShapeError{What: "classes", Got: len(classes), Want: samples}
	}
	if err := checkFinite(points); err != nil {
		return nil, err
	}
	fitted, err := newReadout(allRows(samples), classes)
	if err != nil {
		return nil, err
	}
	solver := newSolver(samples, units, []readout{fitted}, nil, config)
	if err := solver.solve(ctx, points); err != nil {
		return nil, err
	}
	state := solver.states[0]
	model := &LogisticModel{
		Classes:      fitted.classes,
		Coefficients: mat.NewDense(fitted.columns, units, nil),
		Intercepts:   make([]float64, fitted.columns),
		Iterations:   state.iterations,
		Gradient:     state.largest,
	}
	for column := range fitted.columns {
		parameters := state.parameters[column*(units+1):][:units+1]
		model.Coefficients.SetRow(column, parameters[:units])
		model.Intercepts[column] = parameters[units]
	}
	if warning := solver.warning(0); warning != nil {
		model.Warnings = append(model.Warnings, warning)
	}
	return model, nil
}

// Predict returns the class of each row of points. points is S x N; errors: [*ShapeError], [*NotFiniteError].
func (m *LogisticModel) Predict(points *mat.Dense) ([]int, error) {
	if points == nil || points.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: "prediction", Samples: 0, Least: 1}
	}
	rows, units := points.Dims()
	columns, want := m.Coefficients.Dims()
	if units != want {
		return nil, &ShapeError{What: "columns", Got: units, Want: want}
	}
	if err := checkFinite(points); err != nil {
		return nil, err
	}
	var margins mat.Dense
	margins.Mul(points, m.Coefficients.T()) // S x columns
	predictions := make([]int, rows)
	for i := range rows {
		row := margins.RawRowView(i)
		for column := range columns {
			row[column] += m.Intercepts[column]
		}
		switch {
		case columns > 1:
			predictions[i] = m.Classes[largest(row)]
		case row[0] > 0:
			predictions[i] = m.Classes[1]
		default:
			predictions[i] = m.Classes[0]
		}
	}
	return predictions, nil
}

// Accuracy returns the fraction of rows of points whose predicted class is theirs, in [0, 1]. Errors are those of
// Predict and of [Accuracy].
func (m *LogisticModel) Accuracy(points *mat.Dense, classes []int) (float64, error) {
	predictions, err := m.Predict(points)
	if err != nil {
		return 0, err
	}
	return Accuracy(predictions, classes)
}

// warning returns a [*NotConvergedWarning] if a readout has not converged in the last solve, else nil.
func (s *solver) warning(readout int) error {
	state := s.states[readout]
	if state.settled || state.largest <= s.config.Tolerance {
		return nil
	}
	return &NotConvergedWarning{Iterations: state.iterations, Gradient: state.largest, Tolerance: s.config.Tolerance}
}

// allRows returns 0 to count-1.
func allRows(count int) []int {
	rows := make([]int, count)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// sortedUnique returns the different labels of the given rows, ascending.
func sortedUnique(rows, labels []int) []int {
	var values []int
	for _, row := range rows {
		values = append(values, labels[row])
	}
	slices.Sort(values)
	return slices.Compact(values)
}
