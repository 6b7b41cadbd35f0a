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

// turnedStates returns the same samples on three axes, stretched by weights(t) and rotated again at every step.
func turnedStates(base *mat.Dense, random *rand.Rand, steps int, weights func(t int) [3]float64) []*mat.Dense {
	var states []*mat.Dense
	for step := range steps {
		stretch := weights(step)
		scaled := mat.DenseCopyOf(base)
		scaled.Apply(func(_, j int, x float64) float64 { return stretch[j] * x }, scaled)
		var turned mat.Dense
		turned.Mul(scaled, rotation(3, random))
		states = append(states, &turned)
	}
	return states
}

// TestSnapshotsFollowTheStates rotates states of known scores from step to step: the snapshots must show the same scores
// throughout.
func TestSnapshotsFollowTheStates(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	base := gaussian(200, 3, random)
	states := turnedStates(base, random, 6, func(int) [3]float64 { return [3]float64{3, 1.5, 0.5} })
	series, err := analysis.Snapshots(t.Context(), trajectoryOf(states...), []int{0, 1, 2, 3, 4, 5}, 2)
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
}

// TestSnapshotsKeepTheOrderOfVariance lets the variance of the third direction overtake both others: it is then the first
// component, with all of its share, and not hidden behind two that carry nothing.
func TestSnapshotsKeepTheOrderOfVariance(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	base := gaussian(200, 3, random)
	weights := func(step int) [3]float64 {
		if step < 3 {
			return [3]float64{3, 1.5, 0.5}
		}
		return [3]float64{0.01, 0.005, 2}
	}
	states := turnedStates(base, random, 6, weights)
	steps := []int{0, 1, 2, 3, 4, 5}
	series, err := analysis.Snapshots(t.Context(), trajectoryOf(states...), steps, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		components, err := analysis.PrincipalComponents(states[step], 2)
		if err != nil {
			t.Fatal(err)
		}
		scores, err := components.Project(states[step])
		if err != nil {
			t.Fatal(err)
		}
		for column := range 2 {
			if got, want := series.ExplainedRatio[step][column], components.ExplainedRatio[column]; got != want {
				t.Errorf("t = %d: component %d has %.3f of the variance, want %.3f", step, column+1, got, want)
			}
			for sample := range 200 {
				if got, want := math.Abs(series.Scores[step].At(sample, column)), math.Abs(scores.At(sample, column)); got != want {
					t.Fatalf("t = %d, sample %d: score %d is %g, want %g but for its sign", step, sample, column+1, got, want)
				}
			}
		}
	}
	first := mat.Col(nil, 0, series.Scores[5])
	if hidden := mat.Col(nil, 2, base); series.ExplainedRatio[5][0] < 0.99 || math.Abs(stat.Correlation(first, hidden, nil)) < 0.99 {
		t.Errorf("at the end the first component has %.3f of the variance and does not show the direction that carries it", series.ExplainedRatio[5][0])
	}
}

func TestSnapshotsErrors(t *testing.T) {
	trajectory := trajectoryOf(gaussian(20, 4, rand.New(rand.NewPCG(1, 2))))
	for _, steps := range [][]int{nil, {1}, {-1}} {
		if _, err := analysis.Snapshots(t.Context(), trajectory, steps, 2); err == nil {
			t.Errorf("steps %v: no error", steps)
		}
	}
	if _, err := analysis.Snapshots(t.Context(), trajectory, []int{0}, 5); err == nil {
		t.Error("5 components of 4 units: no error")
	}
}
