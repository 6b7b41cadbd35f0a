package data

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Embedding maps input points into the space of the hidden units. It is drawn once and not trained.
//
// An Embedding has scratch memory for [Embedding.EmbedInto32], so that method must not be called concurrently on one Embedding; the
// others may.
type Embedding struct {
	Matrix *mat.Dense // N x D; not to be changed after the first EmbedInto32

	matrix32 []float32 // Matrix transposed and rounded to float32, D x N row-major: long rows suit products
	points32 []float32 // the last points in float32, S x D row-major
}

// NewEmbedding returns an embedding of `dimension` inputs into `units` hidden units,
//
//	Win = Q / (mean |Q_ij| * sqrt(D))
//
// where Q (N x D) has orthonormal columns and is uniform over all such matrices: it is the Q of the QR decomposition
// of a matrix of standard normal deviates, each column given the sign that makes the diagonal of R positive.
//
// Entries of Win have mean magnitude 1/sqrt(D), so that a point with coordinates of order 1 gives every unit an input of order 1 for any D.
//
// Errors: units or dimension below 1 ([*FieldError]); dimension above units, for which no such Q exists
// ([*EmbeddingError]). Mutates: advances rng.
//
// Source: F. Mezzadri, Notices of the AMS 54 (2007) 592, for the signs that make Q uniform.
func NewEmbedding(units, dimension int, rng *rand.Rand) (*Embedding, error) {
	if err := checkEmbedding(units, dimension); err != nil {
		return nil, err
	}
	gaussian := mat.NewDense(units, dimension, nil) // N x D
	entries := gaussian.RawMatrix().Data
	for i := range entries {
		entries[i] = rng.NormFloat64()
	}
	matrix := orthonormalColumns(gaussian)
	scaled := matrix.RawMatrix().Data
	magnitude := 0.0
	for _, entry := range scaled {
		magnitude += math.Abs(entry)
	}
	magnitude /= float64(len(scaled))
	scale := 1 / (magnitude * math.Sqrt(float64(dimension)))
	for i := range scaled {
		scaled[i] *= scale
	}
	return &Embedding{Matrix: matrix}, nil
}

// NewOneToOne returns the embedding by which input i enters unit i alone, with weight 1: the other units see inputs only through the
// recurrent weights.
//
// Errors: those of [NewEmbedding].
//
// Source: the authors' code of 2022 for Farrell et al. (2019), where it is called diagonal_first_two.
func NewOneToOne(units, dimension int) (*Embedding, error) {
	if err := checkEmbedding(units, dimension); err != nil {
		return nil, err
	}
	matrix := mat.NewDense(units, dimension, nil) // N x D
	for i := range dimension {
		matrix.Set(i, i, 1)
	}
	return &Embedding{Matrix: matrix}, nil
}

// checkEmbedding returns the fault of the size of an embedding, or nil.
func checkEmbedding(units, dimension int) error {
	switch {
	case units < 1:
		return &FieldError{Field: "units", Value: units, Allowed: "1 or more"}
	case dimension < 1:
		return &FieldError{Field: "dimension", Value: dimension, Allowed: "1 or more"}
	case dimension > units:
		return &EmbeddingError{Units: units, Dimension: dimension}
	}
	return nil
}

// orthonormalColumns returns Q (N x D) of the QR decomposition of a (N x D, N >= D) with a positive diagonal of R.
func orthonormalColumns(a *mat.Dense) *mat.Dense {
	units, dimension := a.Dims()
	var decomposition mat.QR
	decomposition.Factorize(a)
	var full, r mat.Dense
	decomposition.QTo(&full) // N x N
	decomposition.RTo(&r)    // N x D
	q := mat.NewDense(units, dimension, nil)
	for column := range dimension {
		sign := math.Copysign(1, r.At(column, column))
		for row := range units {
			q.Set(row, column, sign*full.At(row, column))
		}
	}
	return q
}

// Units returns N.
func (e *Embedding) Units() int {
	units, _ := e.Matrix.Dims()
	return units
}

// Embed returns the embedded points x_0 = Win p (S x N), one row for each row p of points (S x D).
// Panics if points has another dimension than the embedding.
func (e *Embedding) Embed(points *mat.Dense) *mat.Dense {
	samples, _ := points.Dims()
	embedded := mat.NewDense(samples, e.Units(), nil) // S x N
	e.EmbedInto(embedded, points)
	return embedded
}

// EmbedInto writes the embedded points into dst (S x N), one row for each row of points (S x D). Panics if a shape does not match.
// Mutates: all of dst.
func (e *Embedding) EmbedInto(dst, points *mat.Dense) {
	e.mustAccept(points)
	samples, _ := points.Dims()
	if rows, columns := dst.Dims(); rows != samples || columns != e.Units() {
		panic("data: destination of an embedding is not samples x units")
	}
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, points.RawMatrix(), e.Matrix.RawMatrix(), 0, dst.RawMatrix())
}

// EmbedInto32 writes the embedded points in float32 into dst, S*N values, row-major. The points are rounded to float32
// first and the product is blas32.Gemm, so a faster BLAS registered with blas32.Use speeds it up.
//
// It allocates scratch for S x D values on its first call and whenever S grows; gonum's own BLAS, which splits large
// products over goroutines, allocates a little more.
//
// Panics if a shape does not match. Mutates: the first S*N values of dst, and the scratch of e: not safe for concurrent
// use.
func (e *Embedding) EmbedInto32(dst []float32, points *Points) {
	e.mustAccept(points.Inputs)
	samples, dimension := points.Inputs.Dims()
	units := e.Units()
	if len(dst) < samples*units {
		panic("data: destination of an embedding holds fewer than samples*units values")
	}
	if e.matrix32 == nil {
		e.matrix32 = make([]float32, dimension*units)
		roundRows(e.matrix32, mat.DenseCopyOf(e.Matrix.T()))
	}
	if cap(e.points32) < samples*dimension {
		e.points32 = make([]float32, samples*dimension)
	}
	e.points32 = e.points32[:samples*dimension]
	roundRows(e.points32, points.Inputs)
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1,
		blas32.General{Rows: samples, Cols: dimension, Stride: dimension, Data: e.points32},
		blas32.General{Rows: dimension, Cols: units, Stride: units, Data: e.matrix32}, 0,
		blas32.General{Rows: samples, Cols: units, Stride: units, Data: dst[:samples*units]})
}

// mustAccept panics unless points have the dimension of the embedding.
func (e *Embedding) mustAccept(points *mat.Dense) {
	_, dimension := e.Matrix.Dims()
	if _, columns := points.Dims(); columns != dimension {
		panic("data: points have another dimension than their embedding")
	}
}

// roundRows writes the rows of source into dst one after the other, rounded to float32.
func roundRows(dst []float32, source *mat.Dense) {
	rows, columns := source.Dims()
	for row := range rows {
		target := dst[row*columns : (row+1)*columns]
		for column, value := range source.RawRowView(row) {
			target[column] = float32(value)
		}
	}
}
