package analysis_test

import (
	"errors"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"gonum.org/v1/gonum/mat"
)

// TestVarianceAlong: four points at (+-a, 0, 0) and (0, +-b, 0) around a centre have the covariance diag(2 a^2, 2 b^2, 0) / 3.
func TestVarianceAlong(t *testing.T) {
	const a, b = 3.0, 2.0
	for _, scale := range []float64{1, 1e-170, 1e150} {
		points := mat.NewDense(4, 3, []float64{7 + a, 1, 5, 7 - a, 1, 5, 7, 1 + b, 5, 7, 1 - b, 5})
		if scale != 1 {
			points = mat.NewDense(4, 3, []float64{a, 0, 0, -a, 0, 0, 0, b, 0, 0, -b, 0})
		}
		points.Scale(scale, points)
		first, second := 2*a*a*scale*scale/3, 2*b*b*scale*scale/3
		for name, test := range map[string]struct {
			directions    []float64
			along, across float64
		}{
			"first axis":        {[]float64{-4, 0, 0}, first, second},
			"third axis":        {[]float64{0, 0, 1}, 0, first + second},
			"diagonal":          {[]float64{1, 1, 0}, (first + second) / 2, (first + second) / 2},
			"plane, not square": {[]float64{1, 0, 0, 1, 1e-3, 0}, first + second, 0},
			"one twice":         {[]float64{0, 2, 0, 0, -3, 0}, second, first},
			"none":              {[]float64{0, 0, 0}, 0, first + second},
		} {
			along, across, err := analysis.VarianceAlong(points, mat.NewDense(len(test.directions)/3, 3, test.directions))
			tolerance := 1e-12 * (first + second)
			if err != nil || math.Abs(along-test.along) > tolerance || math.Abs(across-test.across) > tolerance {
				t.Errorf("scale %g, %s: %g along and %g across, want %g and %g; %v", scale, name, along, across, test.along, test.across, err)
			}
		}
	}
	same := mat.NewDense(2, 2, []float64{0.1, 0.2, 0.1, 0.2})
	if along, across, err := analysis.VarianceAlong(same, same); along != 0 || across != 0 || err != nil {
		t.Errorf("two equal points have %g along and %g across; %v", along, across, err)
	}
	var shape *analysis.ShapeError
	if _, _, err := analysis.VarianceAlong(same, mat.NewDense(1, 3, nil)); !errors.As(err, &shape) {
		t.Errorf("directions of another length give %v", err)
	}
	var odd *analysis.NotFiniteError
	if _, _, err := analysis.VarianceAlong(same, mat.NewDense(1, 2, []float64{math.NaN(), 0})); !errors.As(err, &odd) {
		t.Errorf("NaN in a direction gives %v", err)
	}
	var few *analysis.TooFewSamplesError
	if _, _, err := analysis.VarianceAlong(mat.NewDense(1, 2, nil), same); !errors.As(err, &few) {
		t.Errorf("one point gives %v", err)
	}
}

// TestAcrossDirections: what remains is orthogonal to the directions, and with what was taken away gives the points.
func TestAcrossDirections(t *testing.T) {
	points := mat.NewDense(2, 3, []float64{1, 2, 3, -4, 5, 6})
	directions := mat.NewDense(2, 3, []float64{1, 1, 0, 2, 2, 0}) // of rank 1
	across, err := analysis.AcrossDirections(points, directions)
	want := mat.NewDense(2, 3, []float64{-0.5, 0.5, 3, -4.5, 4.5, 6})
	if err != nil || !mat.EqualApprox(across, want, 1e-12) {
		t.Errorf("got %v, want %v; %v", mat.Formatted(across), mat.Formatted(want), err)
	}
	if none, err := analysis.AcrossDirections(points, mat.NewDense(1, 3, nil)); err != nil || !mat.Equal(none, points) {
		t.Errorf("without directions %v; %v", none, err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.AcrossDirections(points, mat.NewDense(1, 2, nil)); !errors.As(err, &shape) {
		t.Errorf("directions of another length give %v", err)
	}
}
