package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// precision is what a [matrix] is computed in. Measures are float64; float32 serves what only steers a search.
type precision interface{ float32 | float64 }

// matrix is blas64.General in either precision; it converts to that where it is of float64.
type matrix[T precision] struct {
	Rows, Cols int
	Data       []T
	Stride     int
}

// newMatrix returns a matrix of zeros.
func newMatrix[T precision](rows, columns int) matrix[T] {
	return matrix[T]{Rows: rows, Cols: columns, Stride: columns, Data: make([]T, rows*columns)}
}

// row returns row i, sharing its memory.
func (a matrix[T]) row(i int) []T { return a.Data[i*a.Stride:][:a.Cols] }

// top returns the first rows, sharing their memory.
func (a matrix[T]) top(rows int) matrix[T] {
	a.Rows = rows
	return a
}

// tile returns the rows x columns part whose first element is (i, j), sharing its memory.
func (a matrix[T]) tile(i, j, rows, columns int) matrix[T] {
	return matrix[T]{Rows: rows, Cols: columns, Stride: a.Stride, Data: a.Data[i*a.Stride+j : (i+rows-1)*a.Stride+j+columns]}
}

// stock reports whether the implementation for T is Gonum's own. Its general product cuts thin matrices into short
// pieces and starts goroutines for them; sums over whole rows are several times faster on our shapes. Any other
// implementation is expected to have a product that is better than that.
func stock[T precision]() bool {
	var implementation any = blas64.Implementation()
	if _, single := any(T(0)).(float32); single {
		implementation = blas32.Implementation()
	}
	_, own := implementation.(gonum.Implementation)
	return own
}

// product sets c to alpha op(a) op(b) + beta c.
func product[T precision](transposeA, transposeB blas.Transpose, alpha T, a, b matrix[T], beta T, c matrix[T]) {
	switch a := any(a).(type) {
	case matrix[float32]:
		b, c := any(b).(matrix[float32]), any(c).(matrix[float32])
		blas32.Gemm(transposeA, transposeB, float32(alpha), single(a), single(b), float32(beta), single(c))
	case matrix[float64]:
		b, c := any(b).(matrix[float64]), any(c).(matrix[float64])
		blas64.Gemm(transposeA, transposeB, float64(alpha), blas64.General(a), blas64.General(b), float64(beta), blas64.General(c))
	}
}

// single returns a as a blas32.General, whose fields are in a different order from those of blas64.
func single(a matrix[float32]) blas32.General {
	return blas32.General{Rows: a.Rows, Cols: a.Cols, Stride: a.Stride, Data: a.Data}
}

// dot returns the product of x and y, which are equally long.
func dot[T precision](x, y []T) T {
	if len(x) == 0 {
		return 0
	}
	switch x := any(x).(type) {
	case []float32:
		return T(blas32.Implementation().Sdot(len(x), x, 1, any(y).([]float32), 1))
	case []float64:
		return T(blas64.Implementation().Ddot(len(x), x, 1, any(y).([]float64), 1))
	}
	return 0 // unreachable
}

// addScaled adds factor times x to to, which is as long as x.
func addScaled[T precision](to []T, factor T, x []T) {
	if len(x) == 0 {
		return
	}
	switch x := any(x).(type) {
	case []float32:
		blas32.Implementation().Saxpy(len(x), float32(factor), x, 1, any(to).([]float32), 1)
	case []float64:
		blas64.Implementation().Daxpy(len(x), float64(factor), x, 1, any(to).([]float64), 1)
	}
}

// scale multiplies x by factor.
func scale[T precision](factor T, x []T) {
	for i := range x {
		x[i] *= factor
	}
}
