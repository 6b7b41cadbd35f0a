package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// TestGramFactor: a cloud has the distances of its deviations in as many coordinates as these span, quantities that need no
// coordinates agree with the eigenvalues, and rotating the deviations changes no result.
func TestGramFactor(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		samples, units, rank int
		last                 float64 // size of the last direction, of 1
		twice                bool    // every sample twice
	}{
		{12, 40, 11, 1, false}, {40, 12, 12, 1, false}, {60, 200, 5, 1, false}, {200, 50, 50, 1e-3, false}, {30, 30, 10, 1e-5, true}, {30, 80, 14, 1, true}, {2, 3, 1, 1, false},
	} {
		t.Run(fmt.Sprintf("%dx%d", test.samples, test.units), func(t *testing.T) {
			scores, axes := newGeneral(test.samples, test.rank), newGeneral(test.rank, test.units)
			for i := range scores.Data {
				scores.Data[i] = random.NormFloat64()
			}
			if test.twice {
				copy(scores.Data[len(scores.Data)/2:], scores.Data[:len(scores.Data)/2])
			}
			for i := range axes.Data {
				axes.Data[i] = random.NormFloat64() / math.Sqrt(float64(test.units))
			}
			for i := range axes.Rows {
				blas64.Scal(math.Pow(test.last, float64(i)/float64(max(test.rank-1, 1))), blas64.Vector{N: axes.Cols, Inc: 1, Data: rowOf(axes, i)})
			}
			points := mat.NewDense(test.samples, test.units, nil)
			points.Mul(mat.NewDense(scores.Rows, scores.Cols, scores.Data), mat.NewDense(axes.Rows, axes.Cols, axes.Data))
			deviations, _, _ := centred(points)
			cloud := newPointCloud(deviations)
			want, got := mat.NewDense(test.samples, test.samples, nil), mat.NewDense(test.samples, test.samples, nil)
			rows, coordinates := mat.NewDense(deviations.Rows, deviations.Cols, deviations.Data), mat.NewDense(test.samples, cloud.coordinates.Cols, cloud.coordinates.Data)
			want.Mul(rows, rows.T())
			got.Mul(coordinates, coordinates.T())
			if cloud.manifold.Spanned != test.rank || cloud.coordinates.Cols != test.rank {
				t.Errorf("spans %d dimensions in %d coordinates, want %d", cloud.manifold.Spanned, cloud.coordinates.Cols, test.rank)
			}
			var difference mat.Dense
			difference.Sub(want, got)
			if largest := mat.Norm(&difference, 2); !(largest <= 1e-12*mat.Norm(want, 2)) {
				t.Errorf("the products of coordinates are %g off those of %g", largest, mat.Norm(want, 2))
			}
			ratio, err := EffectiveDimensionality(points)
			if err != nil || !(math.Abs(cloud.manifold.Participation-ratio) <= 1e-9*ratio) {
				t.Errorf("participation %g, effective dimensionality %g (%v)", cloud.manifold.Participation, ratio, err)
			}
		})
	}
}
