package graph

import "fmt"

// scalarSquaredError is the squared error of a single output that stands for two classes, with the target 0.7 for class 1 and -0.7 for
// class 0. The network chooses class 1 where its output is above 0.
//
// Source: the authors' code of 2022 for Farrell et al. (2019).
type scalarSquaredError struct{ squaredError }

func (scalarSquaredError) Name() string { return string(ScalarSquaredError) }

func (scalarSquaredError) Target(row []float64, label int) { row[0] = 0.7 * float64(2*label-1) }

func (scalarSquaredError) Outputs(classes int) (int, error) {
	if classes != 2 {
		return 0, fmt.Errorf("graph: the loss %s tells 2 classes apart by the sign of one output, not %d; use %s", ScalarSquaredError, classes, MeanSquaredError)
	}
	return 1, nil
}
