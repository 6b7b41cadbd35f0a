package analysis

import (
	"cmp"
	"context"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// The iteration for eigenvalues of modulus above 1.
const (
	// eigenvaluesDense is the number of units up to which all eigenvalues of the Jacobian are computed: 20 ms for 100.
	eigenvaluesDense = 100
	// eigenvaluesFirst is the dimension of the space at the first check, which grows by half from one check to the next.
	eigenvaluesFirst = 24
	// eigenvaluesGuard is how many of the largest eigenvalues below modulus 1 have to converge too. The iteration finds
	// eigenvalues from the outside in, so that none above 1 is missing once some below have converged.
	eigenvaluesGuard = 4
	// eigenvaluesShare is the share of eigenvalues above modulus 1 from which decomposing the whole matrix is faster: with 200
	// units, 11 such eigenvalues take 120 vectors and as long as the whole matrix, and more of them take longer.
	eigenvaluesShare = 1. / 20
	// eigenvaluesResidual is the residual |A y - theta y| of a unit vector, relative to the largest modulus, at which an
	// eigenvalue has converged. Its error is that times its condition, some ten in random networks.
	eigenvaluesResidual = 1e-9
)

// outerEigenvalues returns the eigenvalues of modulus above 1 and the next ones below of the linear map times on vectors of
// length n, largest modulus first. ok is false where decomposing the whole matrix is better: the eigenvalues are many, do not
// stand out, or the space becomes invariant, as it does where an eigenvalue has many vectors.
//
// It is Arnoldi's iteration, each vector made orthogonal twice to all before, from a start without symmetry. It ends
// when the residuals of all eigenvalues that it returns are below [eigenvaluesResidual].
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 10.5.
func outerEigenvalues(ctx context.Context, n int, times func(to, from []float64)) (values []complex128, ok bool, err error) {
	most := 2 * n / 3
	basis := newGeneral(most+1, n)
	hessenberg := newGeneral(most, most)
	vector := func(j int) blas64.Vector { return blas64.Vector{N: n, Inc: 1, Data: rowOf(basis, j)} }
	for i := range n {
		basis.Data[i] = scattered(i)
	}
	blas64.Scal(1/blas64.Nrm2(vector(0)), vector(0))
	overlap := blas64.Vector{Inc: 1, Data: make([]float64, most)}
	look, largest := eigenvaluesFirst, 0.0
	for j := range most {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		next := vector(j + 1)
		times(next.Data, vector(j).Data)
		known := top(basis, j+1)
		overlap.N = j + 1
		for range 2 { // the second time removes what rounding left of the first
			blas64.Gemv(blas.NoTrans, 1, known, next, 0, overlap)
			blas64.Gemv(blas.Trans, -1, known, overlap, 1, next)
			for i, part := range overlap.Data[:j+1] {
				hessenberg.Data[i*most+j] += part
				largest = max(largest, math.Abs(part))
			}
		}
		beside := blas64.Nrm2(next)
		if !(beside > 1e-12*largest) || math.IsInf(beside, 1) {
			return nil, false, nil // the space is complete, or the matrix not finite
		}
		blas64.Scal(1/beside, next)
		if j+1 == look || j+1 == most {
			look += look / 2
			part := tile(hessenberg, 0, 0, j+1, j+1)
			if values, ok, err = convergedEigenvalues(part, beside); ok || err != nil {
				return values, ok, err
			}
			if float64(len(values)-eigenvaluesGuard) > eigenvaluesShare*float64(n) {
				return nil, false, nil
			}
		}
		if j+1 < most {
			hessenberg.Data[(j+1)*most+j] = beside
		}
	}
	return nil, false, nil
}

// convergedEigenvalues returns the eigenvalues of a Hessenberg matrix that approximate those of modulus above 1 and the
// next ones below; ok reports whether all of these have converged. beside is the element that would follow below the last.
func convergedEigenvalues(hessenberg blas64.General, beside float64) (values []complex128, ok bool, err error) {
	var eigen mat.Eigen
	m := hessenberg.Rows
	square := mat.NewDense(m, m, nil)
	for i := range m {
		square.SetRow(i, rowOf(hessenberg, i))
	}
	if !eigen.Factorize(square, mat.EigenNone) {
		return nil, false, ErrEigenvalues
	}
	values = eigen.Values(nil)
	byModulus(values)
	wanted := countIf(values, func(v complex128) bool { return cmplx.Abs(v) > 1 }) + eigenvaluesGuard
	if wanted > m/2 {
		return values[:min(wanted, m)], false, nil // those below are not to be trusted
	}
	// They converge from the outside in: check the last ones first.
	for _, value := range slices.Backward(values[:wanted]) {
		if beside*lastComponent(hessenberg, value) > eigenvaluesResidual*cmplx.Abs(values[0]) {
			return values[:wanted], false, nil
		}
	}
	return values[:wanted], true, nil
}

// lastComponent returns the modulus of the last component of the unit eigenvector of a Hessenberg matrix by two steps of
// inverse iteration, each with its own elimination.
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 7.6.1.
func lastComponent(hessenberg blas64.General, value complex128) float64 {
	m := hessenberg.Rows
	rows, y := make([][]complex128, m), make([]complex128, m)
	norm := 0.0
	for i := range y {
		y[i] = complex(scattered(i), 0)
		for _, x := range rowOf(hessenberg, i) {
			norm = max(norm, math.Abs(x))
		}
	}
	for range 2 {
		for i := range rows {
			rows[i] = make([]complex128, m)
			for j := max(0, i-1); j < m; j++ {
				rows[i][j] = complex(hessenberg.Data[i*hessenberg.Stride+j], 0)
			}
			rows[i][i] -= value
		}
		for k := range m - 1 {
			if cmplx.Abs(rows[k+1][k]) > cmplx.Abs(rows[k][k]) {
				rows[k], rows[k+1] = rows[k+1], rows[k]
				y[k], y[k+1] = y[k+1], y[k]
			}
			if rows[k][k] == 0 {
				continue
			}
			factor := rows[k+1][k] / rows[k][k]
			y[k+1] -= factor * y[k]
			below := rows[k+1][k+1:]
			for j, x := range rows[k][k+1:] {
				below[j] -= factor * x
			}
		}
		squares := 0.0
		for i := m - 1; i >= 0; i-- {
			for j := i + 1; j < m; j++ {
				y[i] -= rows[i][j] * y[j]
			}
			pivot := rows[i][i]
			if cmplx.Abs(pivot) < 0x1p-52*norm {
				pivot = complex(0x1p-52*norm, 0)
			}
			y[i] /= pivot
			squares += real(y[i])*real(y[i]) + imag(y[i])*imag(y[i])
		}
		length := complex(math.Sqrt(squares), 0)
		for i := range y {
			y[i] /= length
		}
	}
	return cmplx.Abs(y[m-1])
}

// byModulus sorts eigenvalues, the largest modulus first.
func byModulus(values []complex128) {
	slices.SortStableFunc(values, func(a, b complex128) int { return cmp.Compare(cmplx.Abs(b), cmplx.Abs(a)) })
}
