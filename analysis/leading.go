package analysis

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// The iteration for leading eigenvectors.
const (
	leadingShare    = 20    // it is used for at most a twentieth of all eigenvectors
	leadingSteps    = 120   // after which it gives up
	leadingEvery    = 10    // steps between checks of convergence
	leadingResidual = 1e-13 // relative to the largest eigenvalue: as accurate as rounding lets a full solution be
)

// leadingEigenvectors returns the k largest eigenvalues of a symmetric matrix without negative ones, descending, and
// their unit vectors as rows. ok is false where solving the full problem is better: many vectors are asked for, or
// fewer than k eigenvalues stand out from the rest.
//
// It is Lanczos' iteration, each vector made orthogonal to all before, from a start without symmetry. It ends when
// the iteration's own bound on the residual |A v - lambda v| of each pair is 1e-13 of the largest eigenvalue.
//
// Source: Golub, Van Loan, Matrix Computations, 4th ed., section 10.1 to 10.3.
func leadingEigenvectors(a blas64.General, k int) (values []float64, vectors blas64.General, ok bool) {
	n := a.Rows
	if k*leadingShare > n {
		return nil, vectors, false
	}
	steps := min(n-1, leadingSteps)
	basis := newGeneral(steps+1, n)
	diagonal, beside := make([]float64, steps), make([]float64, steps)
	vector := func(j int) blas64.Vector { return blas64.Vector{N: n, Inc: 1, Data: rowOf(basis, j)} }
	for i := range n {
		_, fraction := math.Modf(float64(i+1) * math.Phi)
		basis.Data[i] = 0.5 + fraction
	}
	blas64.Scal(1/blas64.Nrm2(vector(0)), vector(0))
	overlap := blas64.Vector{N: 0, Inc: 1, Data: make([]float64, steps)}
	for j := range steps {
		next := vector(j + 1)
		blas64.Gemv(blas.NoTrans, 1, a, vector(j), 0, next)
		diagonal[j] = blas64.Dot(vector(j), next)
		known := top(basis, j+1)
		overlap.N = j + 1
		for range 2 { // the second time removes what rounding left of the first
			blas64.Gemv(blas.NoTrans, 1, known, next, 0, overlap)
			blas64.Gemv(blas.Trans, -1, known, overlap, 1, next)
		}
		beside[j] = blas64.Nrm2(next)
		if beside[j] <= leadingResidual*diagonal[0] {
			return nil, vectors, false // the space is complete, perhaps without all vectors of equal eigenvalues
		}
		blas64.Scal(1/beside[j], next)
		if (j+1)%leadingEvery != 0 || j+1 < 2*k {
			continue
		}
		if values, vectors, ok = ritz(diagonal[:j+1], beside[:j+1], known, k); ok {
			return values, vectors, true
		}
	}
	return nil, vectors, false
}

// ritz returns the k largest eigenpairs within the space of the basis' rows, in which the matrix is tridiagonal; ok
// reports whether they have converged.
func ritz(diagonal, beside []float64, basis blas64.General, k int) (values []float64, vectors blas64.General, ok bool) {
	m := len(diagonal)
	tridiagonal := mat.NewSymDense(m, nil)
	for i, value := range diagonal {
		tridiagonal.SetSym(i, i, value)
		if i+1 < m {
			tridiagonal.SetSym(i, i+1, beside[i])
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(tridiagonal, true) {
		return nil, vectors, false
	}
	ascending := eigen.Values(nil)
	var parts mat.Dense
	eigen.VectorsTo(&parts)
	for i := range k {
		if math.Abs(beside[m-1]*parts.At(m-1, m-1-i)) > leadingResidual*ascending[m-1] {
			return nil, vectors, false
		}
	}
	vectors = newGeneral(k, basis.Cols)
	for i := range k {
		values = append(values, ascending[m-1-i])
		part := blas64.Vector{N: m, Inc: 1, Data: mat.Col(nil, m-1-i, &parts)}
		blas64.Gemv(blas.Trans, 1, basis, part, 0, blas64.Vector{N: basis.Cols, Inc: 1, Data: rowOf(vectors, i)})
	}
	return values, vectors, true
}
