package analysis

import (
	"context"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// TestOuterEigenvalues compares with all eigenvalues by LAPACK's algorithm (gonum's mat.Eigen), for matrices with and
// without eigenvalues of modulus above 1, close to it and far from it, real and in pairs, normal and far from normal.
func TestOuterEigenvalues(t *testing.T) {
	const n = 240
	random := rand.New(rand.NewPCG(3, 4))
	gaussian := func(radius float64) *mat.Dense {
		a := mat.NewDense(n, n, nil)
		a.Apply(func(_, _ int, _ float64) float64 { return radius * random.NormFloat64() / math.Sqrt(n) }, a)
		return a
	}
	for _, test := range []struct {
		name    string
		matrix  func() *mat.Dense
		outside int  // least number of eigenvalues above modulus 1
		whole   bool // whether the full problem has to be solved
	}{
		{"random, stable", func() *mat.Dense { return gaussian(0.7) }, 0, false},
		{"random, few unstable", func() *mat.Dense { return gaussian(1) }, 1, false},
		{"random, a tenth unstable", func() *mat.Dense { return gaussian(1.05) }, 12, true}, // as slow as the full problem
		{"random, most unstable", func() *mat.Dense { return gaussian(2) }, n / 2, true},
		{"outlier", func() *mat.Dense {
			a := gaussian(0.5)
			for i := range n {
				for j := range n {
					a.Set(i, j, a.At(i, j)+1.5/n)
				}
			}
			return a
		}, 1, false},
		{"rotation", func() *mat.Dense {
			a := gaussian(0.3)
			a.Set(0, 0, 3)
			a.Set(0, 1, -3)
			a.Set(1, 0, 3)
			a.Set(1, 1, 3)
			return a
		}, 2, false},
		{"slowed units", func() *mat.Dense {
			a := gaussian(1.6)
			for i := range n {
				for j := range n {
					a.Set(i, j, a.At(i, j)*math.Pow(float64(i+1)/n, 2))
				}
			}
			return a
		}, 0, false},
		{"far from normal", func() *mat.Dense {
			a := gaussian(0.4)
			for i := range n - 1 {
				a.Set(i, i+1, a.At(i, i+1)+0.5)
			}
			a.Set(0, n-1, a.At(0, n-1)+1)
			return a
		}, 0, false},
		{"silent units", func() *mat.Dense {
			a := gaussian(1.3)
			for i := n / 3; i < n; i++ {
				a.SetRow(i, make([]float64, n))
			}
			return a
		}, 0, true}, // the space closes at the units that are not silent
		{"one eigenvalue with all vectors", func() *mat.Dense {
			a := mat.NewDense(n, n, nil)
			for i := range n {
				a.Set(i, i, 1.01)
			}
			return a
		}, n, true},
		{"nothing", func() *mat.Dense { return mat.NewDense(n, n, nil) }, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := test.matrix()
			times := func(to, from []float64) {
				mat.NewVecDense(n, to).MulVec(a, mat.NewVecDense(n, from))
			}
			got, ok, err := outerEigenvalues(t.Context(), n, times)
			if err != nil || ok == test.whole {
				t.Fatalf("converged: %v, %v", ok, err)
			}
			if !ok {
				return
			}
			var eigen mat.Eigen
			if !eigen.Factorize(a, mat.EigenNone) {
				t.Fatal("no eigenvalues")
			}
			want := eigen.Values(nil)
			byModulus(want)
			above := func(v complex128) bool { return cmplx.Abs(v) > 1 }
			if countIf(got, above) != countIf(want, above) || countIf(want, above) < test.outside {
				t.Errorf("%d eigenvalues of modulus above 1, LAPACK %d", countIf(got, above), countIf(want, above))
			}
			for i, value := range got {
				nearest := math.Inf(1)
				for _, w := range want {
					nearest = min(nearest, cmplx.Abs(value-w))
				}
				if nearest > 1e-7 || math.Abs(cmplx.Abs(value)-cmplx.Abs(want[i])) > 1e-7 {
					t.Errorf("eigenvalue %d is %v, LAPACK %v", i, value, want[i])
				}
			}
		})
	}
}

// TestOuterEigenvaluesNotFinite: a Jacobian that is not finite is left to the full solution, which names the place.
func TestOuterEigenvaluesNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), 1e308} {
		_, ok, err := outerEigenvalues(t.Context(), 120, func(to, from []float64) {
			for i := range to {
				to[i] = bad * from[i]
			}
		})
		if ok || err != nil {
			t.Errorf("%v: converged %v, %v", bad, ok, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := outerEigenvalues(ctx, 120, func(to, from []float64) { copy(to, from) }); err != context.Canceled {
		t.Errorf("canceled: %v", err)
	}
}

// TestLastComponent compares with eigenvectors by LAPACK's algorithm.
func TestLastComponent(t *testing.T) {
	const m = 30
	random := rand.New(rand.NewPCG(5, 6))
	h := blas64.General{Rows: m, Cols: m, Stride: m, Data: make([]float64, m*m)}
	for i := range m {
		for j := max(0, i-1); j < m; j++ {
			h.Data[i*m+j] = random.NormFloat64()
		}
	}
	var eigen mat.Eigen
	if !eigen.Factorize(mat.NewDense(m, m, append([]float64(nil), h.Data...)), mat.EigenRight) {
		t.Fatal("no eigenvectors")
	}
	var vectors mat.CDense
	eigen.VectorsTo(&vectors)
	for i, value := range eigen.Values(nil) {
		squares := 0.0
		for j := range m {
			squares += real(vectors.At(j, i) * cmplx.Conj(vectors.At(j, i)))
		}
		want := cmplx.Abs(vectors.At(m-1, i)) / math.Sqrt(squares)
		if got := lastComponent(h, value); math.Abs(got-want) > 1e-12 {
			t.Errorf("eigenvalue %v: last component %v, LAPACK %v", value, got, want)
		}
	}
}
