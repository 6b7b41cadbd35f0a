package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// goldenManifolds is testdata/manifold_capacity.json.
type goldenManifolds struct {
	Clouds []struct {
		Samples, Targets                    [][]float64
		Margin, Capacity, Radius, Dimension float64
	}
	Balls [][4]float64 // margin, radius, dimension, capacity
}

func readManifolds(t *testing.T) (golden goldenManifolds) {
	t.Helper()
	text, err := os.ReadFile("testdata/manifold_capacity.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	return golden
}

// generalOf returns rows as a matrix.
func generalOf(rows [][]float64) blas64.General {
	to := newGeneral(len(rows), len(rows[0]))
	for i, row := range rows {
		copy(rowOf(to, i), row)
	}
	return to
}

// TestGoldenManifolds compares with each_manifold_analysis_D1(samples with a last row of ones, margin, n_t,
// t_vec=targets) of neural_manifolds_replicaMFT at commit d56eda1 on cvxopt 1.3.3, for the same Gaussian vectors.
func TestGoldenManifolds(t *testing.T) {
	for i, want := range readManifolds(t).Clouds {
		cloud := &pointCloud{coordinates: generalOf(want.Samples)}
		cloud.finish()
		anchors := cloud.anchors(t.Context(), generalOf(want.Targets), want.Margin)
		// Theirs is the plain mean.
		capacity := 1 / stat.Mean(anchors.costs, nil)
		for _, value := range []struct {
			name      string
			got, want float64
		}{{"capacity", capacity, want.Capacity}, {"radius", anchors.radius(), want.Radius}, {"dimension", anchors.dimension(), want.Dimension}} {
			if !(math.Abs(value.got-value.want) <= 1e-6*value.want) {
				t.Errorf("cloud %d: %s = %.12g, want %.12g", i, value.name, value.got, value.want)
			}
		}
		if anchors.unsolved > 0 {
			t.Errorf("cloud %d: %d unsolved", i, anchors.unsolved)
		}
	}
}

// TestGoldenBalls compares with the double integral by scipy.integrate.quad of SciPy 1.17.1, chi_D from
// scipy.stats.chi.pdf.
func TestGoldenBalls(t *testing.T) {
	for _, ball := range readManifolds(t).Balls {
		got, err := BallCapacity(ball[0], ball[1], ball[2])
		if err != nil || !(math.Abs(got-ball[3]) <= 1e-8*ball[3]) {
			t.Errorf("margin %g, radius %g, dimension %g: %.12g, want %.12g (%v)", ball[0], ball[1], ball[2], got, ball[3], err)
		}
	}
}

// TestCone checks the conditions that only the solution satisfies: no constraint is violated, no multiplier is negative,
// and a constraint with a multiplier is met exactly.
func TestCone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, test := range []struct {
		samples, dimensions int
		spread, margin      float64
		twice               bool // every sample twice
	}{
		{1, 3, 1, 0, false}, {4, 10, 1, 0, false}, {30, 3, 1, 0.5, false}, {40, 40, 1, 0, false}, {80, 20, 10, 0, false},
		{80, 20, 1e-3, 0.1, false}, {20, 5, 1e4, 0, false}, {40, 10, 1, 0, true}, {40, 10, 1, 2, true}, {200, 50, 2, 0, false},
	} {
		t.Run(fmt.Sprintf("samples=%d/dimensions=%d/spread=%g/margin=%g", test.samples, test.dimensions, test.spread, test.margin), func(t *testing.T) {
			samples := newGeneral(test.samples, test.dimensions)
			for i := range samples.Data {
				samples.Data[i] = test.spread * random.NormFloat64()
			}
			if test.twice {
				copy(samples.Data[len(samples.Data)/2:], samples.Data[:len(samples.Data)/2])
			}
			cloud := &pointCloud{coordinates: samples}
			cloud.finish()
			solver := newCone(cloud.gram)
			b := make([]float64, test.samples)
			for range 20 {
				target := cloud.targets(1, random).Data
				for i := range b {
					s := rowOf(samples, i)
					b[i] = (floats.Dot(s, target[:len(s)]) + target[len(s)] - test.margin) / cloud.lengths[i]
				}
				if !solver.solve(b) {
					t.Fatal("not solved")
				}
				// Multipliers grow as the spread where they hold samples on opposite sides, and rounding as their squares.
				size := floats.Norm(b, math.Inf(1)) * max(1, test.spread*test.spread/1e6)
				for i, lambda := range solver.lambda {
					gradient := b[i] + floats.Dot(rowOf(cloud.gram, i), solver.lambda)
					if lambda < 0 || gradient < -1e-9*size || (lambda > 0 && math.Abs(gradient) > 1e-8*size) {
						t.Fatalf("sample %d: multiplier %g, gradient %g of %g", i, lambda, gradient, size)
					}
				}
			}
		})
	}
}

// TestCapacityError compares the standard errors that capacity returns with the spread of many estimates, and their mean
// with that of many draws.
func TestCapacityError(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, spread := range []float64{0.03, 0.5, 5} {
		samples := newGeneral(12, 4)
		for i := range samples.Data {
			samples.Data[i] = spread * random.NormFloat64()
		}
		cloud := &pointCloud{coordinates: samples}
		cloud.finish()
		best, _ := cloud.anchors(t.Context(), cloud.targets(40000, random), 0.2).capacity(0.2)
		const repeats = 300
		estimates, claimed := make([]float64, repeats), make([]float64, repeats)
		for i := range repeats {
			estimates[i], claimed[i] = cloud.anchors(t.Context(), cloud.targets(60, random), 0.2).capacity(0.2)
		}
		mean, deviation := stat.MeanStdDev(estimates, nil)
		if ratio := stat.Mean(claimed, nil) / deviation; ratio < 0.8 || ratio > 1.25 {
			t.Errorf("spread %g: claimed error is %g of the spread of estimates", spread, ratio)
		}
		if bias := math.Abs(mean - best); bias > 0.5*deviation {
			t.Errorf("spread %g: mean estimate %g, of many draws %g, spread %g", spread, mean, best, deviation)
		}
		t.Logf("spread %g: capacity %.4f, error %.4f with 60 draws", spread, best, deviation)
	}
}
