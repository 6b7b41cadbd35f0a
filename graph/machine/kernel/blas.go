package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS is Gonum's BLAS with the matrix products of this package. Register it with
// blas32.Use(kernel.BLAS{}) and blas64.Use(kernel.BLAS{}).
//
// Arguments that Gonum refuses reach Gonum, so they panic with its texts.
//
// Differs: Gonum shares a large product out over goroutines; these run on the caller's, since programs
// that register them already work side by side.
type BLAS struct{ gonum.Implementation }

var (
	_ blas.Float32 = BLAS{}
	_ blas.Float64 = BLAS{}
)

// Sgemm computes C = alpha*op(A)*op(B) + beta*C in float32.
func (b BLAS) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, x []float32, lda int, y []float32, ldb int, beta float32, c []float32, ldc int) {
	if !validProduct(tA, tB, m, n, k, len(x), lda, len(y), ldb, len(c), ldc) {
		b.Implementation.Sgemm(tA, tB, m, n, k, alpha, x, lda, y, ldb, beta, c, ldc)
		return
	}
	Gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, x, lda, y, ldb, beta, c, ldc, nil)
}

// Dgemm computes C = alpha*op(A)*op(B) + beta*C in float64.
func (b BLAS) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, x []float64, lda int, y []float64, ldb int, beta float64, c []float64, ldc int) {
	if !validProduct(tA, tB, m, n, k, len(x), lda, len(y), ldb, len(c), ldc) {
		b.Implementation.Dgemm(tA, tB, m, n, k, alpha, x, lda, y, ldb, beta, c, ldc)
		return
	}
	Gemm(tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, x, lda, y, ldb, beta, c, ldc, nil)
}

// validProduct reports whether the arguments describe a product that is not empty and lies inside its
// slices.
func validProduct(tA, tB blas.Transpose, m, n, k, lenA, lda, lenB, ldb, lenC, ldc int) bool {
	known := func(t blas.Transpose) bool { return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans }
	if !known(tA) || !known(tB) || m < 1 || n < 1 || k < 1 {
		return false
	}
	rowsA, columnsA, rowsB, columnsB := m, k, k, n
	if tA != blas.NoTrans {
		rowsA, columnsA = k, m
	}
	if tB != blas.NoTrans {
		rowsB, columnsB = n, k
	}
	fits := func(rows, columns, length, stride int) bool {
		return stride >= columns && length >= (rows-1)*stride+columns
	}
	return fits(rowsA, columnsA, lenA, lda) && fits(rowsB, columnsB, lenB, ldb) && fits(m, n, lenC, ldc)
}
