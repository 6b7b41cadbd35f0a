package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// gaussian returns samples x units normal values of variance 1.
func gaussian(samples, units int, random *rand.Rand) *mat.Dense {
	values := make([]float64, samples*units)
	for i := range values {
		values[i] = random.NormFloat64()
	}
	return mat.NewDense(samples, units, values)
}

// rotation returns a random orthogonal matrix.
func rotation(n int, random *rand.Rand) *mat.Dense {
	var qr mat.QR
	qr.Factorize(gaussian(n, n, random))
	var q mat.Dense
	qr.QTo(&q)
	return &q
}

func dimensionality(t interface{ Fatal(...any) }, points *mat.Dense) float64 {
	value, err := analysis.EffectiveDimensionality(points)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestDimensionalityProperties: it is within its limits and the same for rotated, scaled and shifted points.
func TestDimensionalityProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		samples, units := rapid.IntRange(2, 40).Draw(t, "samples"), rapid.IntRange(1, 30).Draw(t, "units")
		scale := math.Pow(10, rapid.Float64Range(-100, 100).Draw(t, "log10 of scale"))
		points := gaussian(samples, units, random)
		for j := range units { // unequal variances
			factor := math.Exp(2 * random.NormFloat64())
			for i := range samples {
				points.Set(i, j, factor*points.At(i, j))
			}
		}
		value := dimensionality(t, points)
		if most := float64(min(units, samples-1)); value < 1-1e-12 || value > most*(1+1e-12) {
			t.Fatalf("ED = %v of %d x %d points", value, samples, units)
		}
		var turned mat.Dense
		turned.Mul(points, rotation(units, random))
		shift := random.NormFloat64()
		turned.Apply(func(_, j int, x float64) float64 { return scale * (x + shift*float64(j)) }, &turned)
		if again := dimensionality(t, &turned); math.Abs(again-value) > 1e-8*value {
			t.Fatalf("ED = %v, %v after turning, scaling by %g and shifting", value, again, scale)
		}
	})
}

// TestDimensionalityOfTheCross: the 2 n points +e_i, -e_i have equal variance in n directions.
func TestDimensionalityOfTheCross(t *testing.T) {
	for _, n := range []int{1, 2, 7, 120, 250} {
		points := mat.NewDense(2*n, n, nil)
		for i := range n {
			points.Set(2*i, i, 1)
			points.Set(2*i+1, i, -1)
		}
		near(t, "ED", dimensionality(t, points), float64(n), 1e-12, 0)
		if n > 1 {
			near(t, "ED of the transpose", dimensionality(t, mat.DenseCopyOf(points.T())), float64(n-1), 1e-12, 0)
		}
	}
}

// TestDimensionalityAgreesWithEigenvalues compares the trace form with the eigenvalues, on both sides of S = N.
func TestDimensionalityAgreesWithEigenvalues(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, shape := range [][2]int{{50, 20}, {20, 50}, {300, 130}, {130, 300}} {
		points := gaussian(shape[0], shape[1], random)
		components, err := analysis.PrincipalComponents(points, min(shape[0], shape[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum, squares := 0.0, 0.0
		for _, variance := range components.Variances {
			sum += variance
			squares += variance * variance
		}
		near(t, "ED", dimensionality(t, points), sum*sum/squares, 1e-12, 0)
	}
}

func TestDimensionalityErrors(t *testing.T) {
	var few *analysis.TooFewSamplesError
	if _, err := analysis.EffectiveDimensionality(mat.NewDense(1, 3, nil)); !errors.As(err, &few) || few.Samples != 1 || few.Least != 2 {
		t.Errorf("one sample: %v", err)
	}
	if _, err := analysis.EffectiveDimensionality(nil); !errors.As(err, &few) {
		t.Errorf("no points: %v", err)
	}
	same := mat.NewDense(3, 2, []float64{0.1, 0.7, 0.1, 0.7, 0.1, 0.7})
	if _, err := analysis.EffectiveDimensionality(same); !errors.Is(err, analysis.ErrZeroVariance) {
		t.Errorf("equal samples: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		points := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, bad})
		if _, err := analysis.EffectiveDimensionality(points); !errors.As(err, &notFinite) || notFinite.Row != 2 || notFinite.Column != 1 {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// trajectoryOf returns a trajectory of the given states with alternating labels and ten samples a cluster.
func trajectoryOf(states ...*mat.Dense) *data.Trajectory {
	samples, _ := states[0].Dims()
	trajectory := &data.Trajectory{H: states, Labels: make([]int, samples), Clusters: make([]int, samples)}
	clusters := max(2, samples/10)
	for i := range samples {
		trajectory.Clusters[i] = i % clusters
		trajectory.Labels[i] = trajectory.Clusters[i] % 2
	}
	return trajectory
}

func TestDimensionalityThroughTime(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	first, second := gaussian(30, 10, random), gaussian(30, 10, random)
	curve, err := analysis.EffectiveDimensionalityThroughTime(t.Context(), trajectoryOf(first, second))
	if err != nil {
		t.Fatal(err)
	}
	if curve.Values[0] != dimensionality(t, first) || curve.Values[1] != dimensionality(t, second) || len(curve.Warnings) > 0 {
		t.Errorf("curve %+v", curve)
	}

	curve, err = analysis.EffectiveDimensionalityThroughTime(t.Context(), trajectoryOf(gaussian(10, 10, random)))
	var few *analysis.FewSamplesWarning
	if err != nil || len(curve.Warnings) != 1 || !errors.As(curve.Warnings[0], &few) || few.Samples != 10 {
		t.Errorf("10 samples of 10 units: %+v, %v", curve, err)
	}

	_, err = analysis.EffectiveDimensionalityThroughTime(t.Context(), trajectoryOf(first, mat.NewDense(30, 10, nil)))
	var at *analysis.AtStep
	if !errors.As(err, &at) || at.Step != 1 || !errors.Is(err, analysis.ErrZeroVariance) || strings.Count(err.Error(), "analysis:") != 1 {
		t.Errorf("no variance at t = 1: %v", err)
	}
	if _, err := analysis.EffectiveDimensionalityThroughTime(t.Context(), &data.Trajectory{}); err == nil {
		t.Error("empty trajectory: no error")
	}
}

// TestDimensionalityOfExtremeScales: a power of two changes no digit, also where squares leave the range of float64 or
// come near its ends.
func TestDimensionalityOfExtremeScales(t *testing.T) {
	points := gaussian(20, 6, rand.New(rand.NewPCG(5, 6)))
	want := dimensionality(t, points)
	var scaled mat.Dense
	for exponent := -1000; exponent <= 1000; exponent += 20 {
		scaled.Scale(math.Ldexp(1, exponent), points)
		if got := dimensionality(t, &scaled); got != want {
			t.Errorf("ED = %v of points times 2^%d, %v without", got, exponent, want)
		}
	}
}

// TestNotFiniteAmongLargeValues: the first NaN or infinity is found, and squares that overflow are not mistaken for one.
func TestNotFiniteAmongLargeValues(t *testing.T) {
	points := gaussian(5, 9, rand.New(rand.NewPCG(7, 8)))
	points.Set(0, 3, math.MaxFloat64)
	points.Set(1, 8, -1e160)
	dimensionality(t, points)
	for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		points.Set(3, 7, odd)
		_, err := analysis.EffectiveDimensionality(points)
		var notFinite *analysis.NotFiniteError
		if !errors.As(err, &notFinite) || notFinite.Row != 3 || notFinite.Column != 7 {
			t.Errorf("%v: %v", odd, err)
		}
	}
}
