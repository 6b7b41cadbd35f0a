package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// collapsing returns three-dimensional samples of a given size around one state of order 1 in 100 units, rounded to float32 if
// single.
func collapsing(size float64, single bool, random *rand.Rand) *mat.Dense {
	const samples, units = 200, 100
	state, axes := gaussian(1, units, random), gaussian(3, units, random)
	var points mat.Dense
	points.Mul(gaussian(samples, 3, random), axes)
	points.Apply(func(_, j int, x float64) float64 {
		x = state.At(0, j) + size*x
		if single {
			return float64(float32(x))
		}
		return x
	}, &points)
	return &points
}

// TestNoiseFloor shrinks three-dimensional samples into the rounding of float32, where their dimension becomes that of the
// rounding: below the floor there is the same error as for a collapse, above it the dimension is still 3.
func TestNoiseFloor(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	config := analysis.DefaultTwoNNConfig()
	for _, test := range []struct {
		size   float64
		single bool
		noise  bool
	}{
		{1e-2, true, false}, {1e-4, true, false}, {1e-7, true, true}, {2e-8, true, true}, {1e-7, false, false}, {1e-9, false, false}, {1e-16, false, true},
	} {
		points := collapsing(test.size, test.single, random)
		twoNN, err := analysis.TwoNN(t.Context(), points, config)
		_, within := analysis.LikelihoodDimensionWithin(t.Context(), points, make([]int, 200), analysis.DefaultLikelihoodDimensionConfig())
		ed, spread := analysis.EffectiveDimensionalityThroughTime(t.Context(), trajectoryOf(points))
		var noise *analysis.NoiseError
		for name, err := range map[string]error{"TwoNN": err, "likelihood": within, "effective dimensionality": spread, "noise": analysis.CheckNoise(points)} {
			if errors.As(err, &noise) != test.noise || errors.Is(err, analysis.ErrZeroVariance) != test.noise {
				t.Errorf("size %g, float32 %v, %s: %v", test.size, test.single, name, err)
			}
		}
		if !test.noise && (math.Abs(twoNN.Dimension-3) > 0.8 || ed.Values[0] > 3.1) {
			t.Errorf("size %g, float32 %v: TwoNN %.2f, effective dimensionality %.2f", test.size, test.single, twoNN.Dimension, ed.Values[0])
		}
	}
	// Two far points, each with samples around it within rounding: the spread is real, the neighbours are not.
	points := collapsing(1e-7, true, random)
	for i := range 100 {
		for j := range 100 {
			points.Set(i, j, -points.At(i, j))
		}
	}
	if err := analysis.CheckNoise(points); err != nil {
		t.Errorf("two points: %v", err)
	}
	curve, err := analysis.TwoNNThroughTime(t.Context(), trajectoryOf(points), config)
	if err != nil || curve.Values[0] != 0 || len(curve.Warnings) != 1 || !strings.Contains(curve.Warnings[0].Error(), "at t = 0: distances to the nearest sample") {
		t.Errorf("two points: %+v, %v", curve, err)
	}
	// Whole numbers are exact, wherever they lie.
	counts := mat.NewDense(50, 4, nil)
	counts.Apply(func(_, _ int, _ float64) float64 { return 1e9 + float64(random.IntN(10)) }, counts)
	if err := analysis.CheckNoise(counts); err != nil {
		t.Errorf("counts: %v", err)
	}
}
