package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// withSpectrum returns Q diag(values) Q^T with a random orthogonal Q.
func withSpectrum(values []float64, random *rand.Rand) blas64.General {
	n := len(values)
	normal := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			normal.Set(i, j, random.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(normal)
	var q, product mat.Dense
	qr.QTo(&q)
	product.Mul(&q, mat.NewDiagDense(n, values))
	product.Mul(&product, q.T())
	for i := range n {
		for j := range i {
			product.Set(j, i, product.At(i, j)) // symmetric to the last bit
		}
	}
	return product.RawMatrix()
}

// TestLeadingEigenvectors compares with the full solution and checks the residual |A v - lambda v| of each pair.
func TestLeadingEigenvectors(t *testing.T) {
	const n, k = 200, 3
	spectra := map[string]func(i int) float64{
		"falls fast": func(i int) float64 { return math.Pow(0.5, float64(i)) },
		"falls":      func(i int) float64 { return 1 / float64(i+1) },
		"flat":       func(i int) float64 { return 2 - float64(i)/n },
		"three": func(i int) float64 {
			return map[bool]float64{true: 3 - float64(i)/3, false: 1e-9 * (2 - float64(i)/n)}[i < 3]
		},
		"two close": func(i int) float64 { return math.Pow(0.8, math.Max(float64(i), 1)) * (1 - 1e-7*float64(min(i, 1))) },
	}
	for name, at := range spectra {
		t.Run(name, func(t *testing.T) {
			spectrum := make([]float64, n)
			for i := range spectrum {
				spectrum[i] = at(i)
			}
			a := withSpectrum(spectrum, rand.New(rand.NewPCG(1, 2)))
			values, vectors, ok := leadingEigenvectors(a, k)
			if !ok {
				t.Fatal("no convergence")
			}
			all, _, err := allEigenvectors(a)
			if err != nil {
				t.Fatal(err)
			}
			for i := range k {
				if difference := math.Abs(values[i] - all[i]); difference > 1e-12*all[0] {
					t.Errorf("eigenvalue %d is %v, %v by the whole problem", i, values[i], all[i])
				}
				v := blas64.Vector{N: n, Inc: 1, Data: rowOf(vectors, i)}
				residual := blas64.Vector{N: n, Inc: 1, Data: make([]float64, n)}
				blas64.Gemv(blas.NoTrans, 1, a, v, 0, residual)
				blas64.Axpy(-values[i], v, residual)
				if size := blas64.Nrm2(residual); size > 1e-12*all[0] || math.Abs(blas64.Nrm2(v)-1) > 1e-12 {
					t.Errorf("vector %d: residual %g, length %g", i, size, blas64.Nrm2(v))
				}
			}
		})
	}
}

// TestLeadingEigenvectorsGiveUp: where fewer eigenvalues stand out than are asked for, where all are equal, and where
// many vectors are asked for, the full problem has to be solved.
func TestLeadingEigenvectorsGiveUp(t *testing.T) {
	const n = 100
	for name, spectrum := range map[string]func(i int) float64{
		"all equal":   func(int) float64 { return 1 },
		"rank of two": func(i int) float64 { return map[bool]float64{true: 1 + float64(i), false: 0}[i < 2] },
	} {
		values := make([]float64, n)
		for i := range values {
			values[i] = spectrum(i)
		}
		if _, _, ok := leadingEigenvectors(withSpectrum(values, rand.New(rand.NewPCG(1, 2))), 3); ok {
			t.Errorf("%s: three eigenvectors are taken to stand out", name)
		}
	}
	if _, _, ok := leadingEigenvectors(newGeneral(n, n), 6); ok {
		t.Error("more than a twentieth of the vectors")
	}
	if _, _, ok := leadingEigenvectors(newGeneral(n, n), 3); ok {
		t.Error("a matrix of zeros has leading eigenvectors")
	}
}
