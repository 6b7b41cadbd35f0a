package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// TestBLASAgreesWithGonum compares products of all transpositions, odd sizes and strides.
func TestBLASAgreesWithGonum(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	normal := func(count int) []float64 {
		values := make([]float64, count)
		for i := range values {
			values[i] = random.NormFloat64()
		}
		return values
	}
	for _, size := range [][3]int{{1, 1, 1}, {7, 5, 3}, {10, 201, 33}, {64, 17, 200}} {
		m, n, k := size[0], size[1], size[2]
		for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans} {
			for _, tB := range []blas.Transpose{blas.NoTrans, blas.Trans} {
				stride := max(m, n, k) + 3
				a, b, c := normal(stride*stride), normal(stride*stride), normal(stride*stride)
				want := append([]float64(nil), c...)
				gonum.Implementation{}.Dgemm(tA, tB, m, n, k, 0.5, a, stride, b, stride, -2, want, stride)
				BLAS{}.Dgemm(tA, tB, m, n, k, 0.5, a, stride, b, stride, -2, c, stride)
				for i := range want {
					if math.Abs(c[i]-want[i]) > 1e-12*float64(k+1) {
						t.Fatalf("%v %c %c: element %d is %g, want %g", size, tA, tB, i, c[i], want[i])
					}
				}
			}
		}
	}
}

func TestBLASKeepsGonumsPanics(t *testing.T) {
	defer func() {
		if text, ok := recover().(string); !ok || text != "blas: insufficient length of a" {
			t.Errorf("panic %q", text)
		}
	}()
	BLAS{}.Dgemm(blas.NoTrans, blas.NoTrans, 2, 2, 2, 1, make([]float64, 3), 2, make([]float64, 4), 2, 0, make([]float64, 4), 2)
}
