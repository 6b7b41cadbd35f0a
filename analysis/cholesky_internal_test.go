package analysis

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestCholesky compares with mat.Cholesky, for full and partial panels.
func TestCholesky(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for _, n := range []int{1, 2, 31, 32, 33, 64, 97} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			factor := mat.NewDense(n, n+3, nil)
			factor.Apply(func(int, int, float64) float64 { return random.NormFloat64() }, factor)
			var product mat.SymDense
			product.SymOuterK(1, factor)
			var want mat.Cholesky
			if !want.Factorize(&product) {
				t.Fatal("not definite")
			}
			var lower mat.TriDense
			want.LTo(&lower)
			a := matrix[float64]{Rows: n, Cols: n, Stride: n, Data: mat.DenseCopyOf(&product).RawMatrix().Data}
			if !newCholesky[float64](n).factorise(a) {
				t.Fatal("no factor of a definite matrix")
			}
			for i := range n {
				for j := range i + 1 {
					if got, want := a.row(i)[j], lower.At(i, j); !(got-want < 1e-11 && want-got < 1e-11) {
						t.Fatalf("L[%d,%d] = %v, want %v", i, j, got, want)
					}
				}
			}
			indefinite := mat.DenseCopyOf(&product)
			indefinite.Set(n-1, n-1, -1)
			raw := matrix[float64](indefinite.RawMatrix())
			if newCholesky[float64](n).factorise(raw) {
				t.Error("a factor of an indefinite matrix")
			}
		})
	}
}
