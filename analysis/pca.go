package analysis

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Components is the first k principal components of points.
type Components struct {
	Mean           []float64  // N, subtracted before the projection
	Directions     *mat.Dense // k x N, orthonormal rows, largest variance first
	Variances      []float64  // k, eigenvalues of the covariance with S-1 in the denominator
	ExplainedRatio []float64  // k, variance over the sum of all N variances, in [0, 1]
	Warnings       []error    // doubts, e.g. [*FewSamplesWarning]
}

// errEigen says that the eigenvalue iteration failed, which finite data do not cause.
var errEigen = errors.New("analysis: eigenvalues of the covariance did not converge; look for extreme values in the data")

// PrincipalComponents returns the k directions along which points vary most: the eigenvectors of the covariance
//
//	C = (X - mean)^T (X - mean) / (S - 1)
//
// with the largest eigenvalues. In every direction the entry of largest magnitude (the first of equal ones) is positive,
// which makes the signs the same in every run; [Snapshots] aligns them through time.
//
// points is S x N, one sample a row, S >= 2; k is in [1, min(S, N)]. The covariance has at most S-1 variances above 0.
// Cost: one symmetric eigenvalue problem of side min(S, N), or a part of it where k is at most a twentieth of that.
//
// Errors: [*TooFewSamplesError], [*NotFiniteError], [ErrZeroVariance], k out of range.
//
// Differs: from scikit-learn's PCA, whose signs come from the scores instead of the directions, and which takes the
// singular values of X; a variance below 1e-13 of the largest is rounding here.
func PrincipalComponents(points *mat.Dense, k int) (*Components, error) {
	if err := checkCovariance("principal components", points); err != nil {
		return nil, err
	}
	samples, units := points.Dims()
	side := min(samples, units)
	if k < 1 || k > side {
		return nil, fmt.Errorf("analysis: %d principal components of %d samples of %d units; ask for 1 to %d", k, samples, units, side)
	}
	deviations, mean, factor := centred(points)
	if factor == 0 {
		return nil, ErrZeroVariance
	}
	gram := smallerGram(deviations)
	mirror(gram)
	total := 0.0
	for i := range side {
		total += gram.Data[i*gram.Stride+i]
	}
	values, vectors, ok := leadingEigenvectors(gram, k)
	if !ok {
		var err error
		if values, vectors, err = allEigenvectors(gram); err != nil {
			return nil, err
		}
	}

	components := &Components{
		Mean:           mean,
		Directions:     mat.NewDense(k, units, nil),
		Variances:      make([]float64, k),
		ExplainedRatio: make([]float64, k),
		Warnings:       covarianceWarnings(points),
	}
	for component := range k {
		value := math.Max(values[component], 0)
		components.ExplainedRatio[component] = value / total
		components.Variances[component] = value / float64(samples-1) / factor / factor
		direction := blas64.Vector{N: units, Inc: 1, Data: components.Directions.RawRowView(component)}
		vector := blas64.Vector{N: side, Inc: 1, Data: rowOf(vectors, component)}
		if units <= samples {
			blas64.Copy(vector, direction)
		} else {
			// The eigenvectors of X X^T are the scores; X^T carries them back to the units.
			blas64.Gemv(blas.Trans, 1, deviations, vector, 0, direction)
		}
		orthonormalise(components.Directions, component)
		orient(direction.Data)
	}
	return components, nil
}

// allEigenvectors returns all eigenvalues of a symmetric matrix, descending, and their unit vectors as rows.
func allEigenvectors(a blas64.General) (values []float64, vectors blas64.General, err error) {
	n := a.Rows
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(n, a.Data), true) {
		return nil, vectors, errEigen
	}
	values = eigen.Values(nil) // ascending
	slices.Reverse(values)
	var columns mat.Dense
	eigen.VectorsTo(&columns)
	vectors = newGeneral(n, n)
	for i := range n {
		mat.Col(rowOf(vectors, i), n-1-i, &columns)
	}
	return values, vectors, nil
}

// Project returns the scores of points, S x k: their deviations from Mean along each direction, in the points' units.
//
// points is S x N. Errors: [*ShapeError] if N is not that of the components.
func (c *Components) Project(points *mat.Dense) (*mat.Dense, error) {
	rows, columns := points.Dims()
	k, units := c.Directions.Dims()
	if columns != units {
		return nil, &ShapeError{What: "columns", Got: columns, Want: units}
	}
	scores := mat.NewDense(rows, k, nil)
	scores.Mul(points, c.Directions.T())
	for component := range k {
		offset := mat.Dot(mat.NewVecDense(units, c.Mean), c.Directions.RowView(component))
		for i := range rows {
			scores.Set(i, component, scores.At(i, component)-offset)
		}
	}
	return scores, nil
}

// orthonormalise makes row of directions orthogonal to the rows above it and of length 1. Only rows that carry no
// variance are far from it; one that vanishes is replaced by a unit vector orthogonal to the rows above.
func orthonormalise(directions *mat.Dense, row int) {
	_, units := directions.Dims()
	vector := blas64.Vector{N: units, Inc: 1, Data: directions.RawRowView(row)}
	for attempt := -1; attempt < units; attempt++ {
		if attempt >= 0 {
			clear(vector.Data)
			vector.Data[attempt] = 1
		}
		before := blas64.Nrm2(vector)
		if before == 0 {
			continue
		}
		for range 2 { // the second time removes what rounding left of the first
			for above := range row {
				other := blas64.Vector{N: units, Inc: 1, Data: directions.RawRowView(above)}
				blas64.Axpy(-blas64.Dot(other, vector), other, vector)
			}
		}
		if after := blas64.Nrm2(vector); after > 1e-6*before {
			blas64.Scal(1/after, vector)
			return
		}
	}
}

// orient flips direction so that its entry of largest magnitude is positive.
func orient(direction []float64) {
	at := 0
	for i, value := range direction {
		if math.Abs(value) > math.Abs(direction[at]) {
			at = i
		}
	}
	if direction[at] < 0 {
		for i := range direction {
			direction[i] = -direction[i]
		}
	}
}
