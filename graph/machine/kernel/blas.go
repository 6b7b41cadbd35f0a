package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS is Gonum's BLAS with the products of this package: matrix by matrix, matrix by vector, and matrix
// by its own transpose. Register it with blas32.Use(kernel.BLAS{}) and blas64.Use(kernel.BLAS{}).
//
// It panics exactly where Gonum's does, with the same text, because a call that is not in order is handed on. It computes on the
// caller's goroutine only, and is safe for any number of callers.
//
// Differs: from gonum.Implementation, which skips zeros of A: here 0 times NaN or infinity is NaN, as IEEE 754 says.
type BLAS struct{ gonum.Implementation }

var (
	_ blas.Float32 = BLAS{}
	_ blas.Float64 = BLAS{}
)

// Sgemm computes C = alpha*op(A)*op(B) + beta*C. See [Gemm].
func (b BLAS) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, x []float32, ldb int, beta float32, c []float32, ldc int) {
	if !gemmInOrder(tA, tB, m, n, k, len(a), lda, len(x), ldb, len(c), ldc) {
		b.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc)
		return
	}
	Gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc, nil)
}

// Dgemm computes C = alpha*op(A)*op(B) + beta*C. See [Gemm].
func (b BLAS) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, x []float64, ldb int, beta float64, c []float64, ldc int) {
	if !gemmInOrder(tA, tB, m, n, k, len(a), lda, len(x), ldb, len(c), ldc) {
		b.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc)
		return
	}
	Gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc, nil)
}

// Sgemv computes y = alpha*op(A)*x + beta*y. Increments other than 1 are Gonum's.
func (b BLAS) Sgemv(tA blas.Transpose, m, n int, alpha float32, a []float32, lda int, x []float32, incX int, beta float32, y []float32, incY int) {
	if !gemvInOrder(tA, m, n, len(a), lda, len(x), incX, len(y), incY) {
		b.Implementation.Sgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	gemv(tA != blas.NoTrans, m, n, alpha, a, lda, x, beta, y)
}

// Dgemv computes y = alpha*op(A)*x + beta*y. Increments other than 1 are Gonum's.
func (b BLAS) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	if !gemvInOrder(tA, m, n, len(a), lda, len(x), incX, len(y), incY) {
		b.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	gemv(tA != blas.NoTrans, m, n, alpha, a, lda, x, beta, y)
}

// Ssyrk computes one triangle of C = alpha*A*Aᵀ + beta*C, or of alpha*Aᵀ*A + beta*C.
func (b BLAS) Ssyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, beta float32, c []float32, ldc int) {
	if !syrkInOrder(ul, tA, n, k, len(a), lda, len(c), ldc) {
		b.Implementation.Ssyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	syrk(ul == blas.Upper, tA != blas.NoTrans, n, k, alpha, a, lda, beta, c, ldc)
}

// Dsyrk computes one triangle of C = alpha*A*Aᵀ + beta*C, or of alpha*Aᵀ*A + beta*C.
func (b BLAS) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	if !syrkInOrder(ul, tA, n, k, len(a), lda, len(c), ldc) {
		b.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	syrk(ul == blas.Upper, tA != blas.NoTrans, n, k, alpha, a, lda, beta, c, ldc)
}

// known reports whether t is one of the values of its type.
func known(t blas.Transpose) bool {
	return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}

// stored returns the shape in memory of the matrix whose op is rows x cols.
func stored(t blas.Transpose, rows, cols int) (int, int) {
	if t == blas.NoTrans {
		return rows, cols
	}
	return cols, rows
}

// holds reports whether a slice of the length holds rows x cols elements, all of them at least 1.
func holds(length, ld, rows, cols int) bool {
	return rows > 0 && cols > 0 && ld >= cols && length >= (rows-1)*ld+cols
}

func gemmInOrder(tA, tB blas.Transpose, m, n, k, lenA, lda, lenB, ldb, lenC, ldc int) bool {
	rowsA, colsA := stored(tA, m, k)
	rowsB, colsB := stored(tB, k, n)
	return known(tA) && known(tB) && holds(lenA, lda, rowsA, colsA) && holds(lenB, ldb, rowsB, colsB) && holds(lenC, ldc, m, n)
}

func gemvInOrder(tA blas.Transpose, m, n, lenA, lda, lenX, incX, lenY, incY int) bool {
	rows, cols := stored(tA, m, n)
	return known(tA) && holds(lenA, lda, m, n) && incX == 1 && incY == 1 && lenX >= cols && lenY >= rows
}

func syrkInOrder(ul blas.Uplo, tA blas.Transpose, n, k, lenA, lda, lenC, ldc int) bool {
	rows, cols := stored(tA, n, k)
	return (ul == blas.Upper || ul == blas.Lower) && known(tA) && holds(lenA, lda, rows, cols) && holds(lenC, ldc, n, n)
}

// gemv computes y = alpha*op(A)*x + beta*y as a product with one column or one row.
func gemv[T Float](transA bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if transA {
		Gemm(false, false, 1, n, m, alpha, x, m, a, lda, beta, y, n, nil)
		return
	}
	Gemm(false, false, m, 1, n, alpha, a, lda, x, 1, beta, y, 1, nil)
}

// triangleBlock is the side of the squares on the diagonal, which are computed whole beside C.
const triangleBlock = 96

// syrk computes one triangle of C in bands of triangleBlock rows: the square on the diagonal, and all that is left or right of it.
func syrk[T Float](upper, transA bool, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) {
	// part returns the slice of A that rows i.. of op(A) begin at.
	part := func(i int) []T {
		if transA {
			return a[i:]
		}
		return a[i*lda:]
	}
	pool := pools[T]()
	s := pool.Get().(*Scratch[T])
	s.square = grow(s.square, triangleBlock*triangleBlock)
	for i := 0; i < n; i += triangleBlock {
		rows := min(triangleBlock, n-i)
		j, cols := 0, i
		if upper {
			j, cols = i+rows, n-i-rows
		}
		if cols > 0 {
			Gemm(transA, !transA, rows, cols, k, alpha, part(i), lda, part(j), lda, beta, c[i*ldc+j:], ldc, s)
		}
		Gemm(transA, !transA, rows, rows, k, alpha, part(i), lda, part(i), lda, 0, s.square, rows, s)
		for r := range rows {
			from, to := 0, r+1
			if upper {
				from, to = r, rows
			}
			row := c[(i+r)*ldc+i+from : (i+r)*ldc+i+to]
			for q, v := range s.square[r*rows+from : r*rows+to] {
				if beta == 0 {
					row[q] = v
				} else {
					row[q] = beta*row[q] + v
				}
			}
		}
	}
	pool.Put(s)
}
