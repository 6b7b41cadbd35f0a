package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestComponentsAreOrthonormalAndDecorrelate checks what defines principal components, with more samples than units
// and with fewer, where components of no variance exist.
func TestComponentsAreOrthonormalAndDecorrelate(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, shape := range [][2]int{{60, 12}, {12, 60}, {25, 25}} {
		points := gaussian(shape[0], shape[1], random)
		points.Scale(1e-3, points)
		k := min(shape[0], shape[1])
		components, err := analysis.PrincipalComponents(points, k)
		if err != nil {
			t.Fatal(err)
		}
		scores, err := components.Project(points)
		if err != nil {
			t.Fatal(err)
		}
		for i := range k {
			for j := range k {
				want := 0.0
				if i == j {
					want = 1
				}
				near(t, "product of directions", floats.Dot(components.Directions.RawRowView(i), components.Directions.RawRowView(j)), want, 1e-9, 1)
				covariance := stat.Covariance(mat.Col(nil, i, scores), mat.Col(nil, j, scores), nil)
				near(t, "covariance of scores", covariance, want*components.Variances[i], 1e-9, components.Variances[0])
			}
			row := components.Directions.RawRowView(i)
			if largest := floats.MaxIdx(absolute(row)); row[largest] < 0 {
				t.Errorf("largest entry of direction %d is %v", i, row[largest])
			}
		}
		near(t, "sum of ratios", floats.Sum(components.ExplainedRatio), 1, 1e-12, 0)
		if warned := len(components.Warnings) > 0; warned != (shape[0] <= shape[1]) {
			t.Errorf("%d x %d points: warnings %v", shape[0], shape[1], components.Warnings)
		}
	}
}

func absolute(values []float64) []float64 {
	result := make([]float64, len(values))
	for i, value := range values {
		result[i] = math.Abs(value)
	}
	return result
}

func TestComponentsErrors(t *testing.T) {
	points := gaussian(5, 3, rand.New(rand.NewPCG(1, 1)))
	for _, k := range []int{0, -1, 4} {
		if _, err := analysis.PrincipalComponents(points, k); err == nil {
			t.Errorf("%d components of 3 units: no error", k)
		}
	}
	if _, err := analysis.PrincipalComponents(mat.NewDense(4, 2, nil), 1); !errors.Is(err, analysis.ErrZeroVariance) {
		t.Errorf("no variance: %v", err)
	}
	components, err := analysis.PrincipalComponents(points, 2)
	if err != nil {
		t.Fatal(err)
	}
	var shape *analysis.ShapeError
	if _, err := components.Project(mat.NewDense(2, 4, nil)); !errors.As(err, &shape) || shape.Got != 4 || shape.Want != 3 {
		t.Errorf("points of 4 units: %v", err)
	}
}

// TestSnapshotsFollowTheStates turns and flips states of known scores a little from step to step, with the variances of
// the first two directions crossing: the snapshots must show the same scores throughout.
func TestSnapshotsFollowTheStates(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	base := gaussian(200, 3, random)
	var states []*mat.Dense
	for step := range 6 {
		weights := []float64{3 - 0.4*float64(step), 1.5 + 0.4*float64(step), 0.5}
		scaled := mat.DenseCopyOf(base)
		scaled.Apply(func(_, j int, x float64) float64 { return weights[j] * x }, scaled)
		var turned mat.Dense
		turned.Mul(scaled, rotation(3, random))
		states = append(states, &turned)
	}
	series, err := analysis.Snapshots(trajectoryOf(states...), []int{0, 1, 2, 3, 4, 5}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for step := 1; step < len(series.Scores); step++ {
		for column := range 2 {
			correlation := stat.Correlation(mat.Col(nil, column, series.Scores[0]), mat.Col(nil, column, series.Scores[step]), nil)
			if correlation < 0.9 {
				t.Errorf("t = %d, column %d: correlation %.3f with the first snapshot", step, column, correlation)
			}
		}
	}
	if last := series.ExplainedRatio[5]; last[0] > last[1] {
		t.Errorf("ratios %v at the end: the second column should have the larger variance by then", last)
	}
}

func TestSnapshotsErrors(t *testing.T) {
	trajectory := trajectoryOf(gaussian(20, 4, rand.New(rand.NewPCG(1, 2))))
	for _, steps := range [][]int{nil, {1}, {-1}} {
		if _, err := analysis.Snapshots(trajectory, steps, 2); err == nil {
			t.Errorf("steps %v: no error", steps)
		}
	}
	if _, err := analysis.Snapshots(trajectory, []int{0}, 5); err == nil {
		t.Error("5 components of 4 units: no error")
	}
}
