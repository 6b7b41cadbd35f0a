package measure_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// TestDistancesOfOnePoint: before inputs differ, all samples of a task through time are one point; their distances are 0,
// and those of the later times are measured.
// RMS by hand: pairs between the classes are 5, 5, 3 and 3 apart, within them 2 and 0.
func TestDistancesOfOnePoint(t *testing.T) {
	recorded := &data.Trajectory{
		H:      []*mat.Dense{mat.NewDense(4, 1, []float64{7, 7, 7, 7}), mat.NewDense(4, 1, []float64{0, 2, 5, 5})},
		Labels: []int{0, 0, 1, 1}, Clusters: []int{0, 0, 1, 1},
	}
	distances, ok := measure.Of("distance_between")
	if !ok {
		t.Fatal("there is no such measure")
	}
	series, warnings, err := distances.Compute(context.Background(), &measure.Subject{Trajectory: recorded})
	if err != nil {
		t.Fatal(err)
	}
	between, within := math.Sqrt((25+25+9+9)/4.), math.Sqrt((4+0)/2.)
	if b, w := series[0].Values, series[1].Values; b[0] != 0 || w[0] != 0 || math.Abs(b[1]-between) > 1e-12 || math.Abs(w[1]-within) > 1e-12 {
		t.Errorf("between classes %v, within %v; want 0 and then %g and %g", b, w, between, within)
	}
	var at *analysis.AtStep
	if len(warnings) != 1 || !errors.As(warnings[0], &at) || at.Step != 0 || !errors.Is(warnings[0], analysis.ErrZeroVariance) {
		t.Errorf("warnings %v", warnings)
	}
}
