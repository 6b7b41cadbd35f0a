package measure_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// TestReadoutVariance: along and across add up to the total variance of the states, and with one unit of weight in each row along
// is the variance of those two units.
func TestReadoutVariance(t *testing.T) {
	c := small.Config()
	c.Measures.Further, c.Measures.Splits = measure.VarianceAlongReadout, 0
	e := small.Experiment(t, c)
	weights := make([]float64, 2*c.Network.Units)
	weights[3], weights[c.Network.Units+7] = 2, -0.5
	graph.SetValues(e.Initial.Tensor(graph.ReadoutWeights), weights)
	trajectory, err := e.Record(e.Initial)
	if err != nil {
		t.Fatal(err)
	}
	m, err := measure.Network(t.Context(), e, e.Initial, nil, []train.EpochMetrics{{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Before.Further) != 3 || m.Before.Further[0].Name != measure.VarianceAlongReadout || m.Before.Further[1].Name != measure.VarianceAcrossReadout {
		t.Fatalf("series %v", m.Before.Further)
	}
	for at, states := range trajectory.H {
		variance := func(unit int) float64 { return stat.Variance(mat.Col(nil, unit, states), nil) }
		total := 0.0
		for unit := range c.Network.Units {
			total += variance(unit)
		}
		along, across := m.Before.Further[0].Values[at], m.Before.Further[1].Values[at]
		if want := variance(3) + variance(7); math.Abs(along-want) > 1e-12 || math.Abs(along+across-total) > 1e-12 {
			t.Errorf("t = %d: %g along and %g across, want %g and %g", at, along, across, want, total-want)
		}
		rest := mat.DenseCopyOf(states)
		for i := range c.Measures.Samples {
			rest.Set(i, 3, 0)
			rest.Set(i, 7, 0)
		}
		want, err := analysis.EffectiveDimensionality(rest)
		if got := m.Before.Further[2].Values[at]; err != nil || math.Abs(got-want) > 1e-9*want {
			t.Errorf("t = %d: %g dimensions across, want %g; %v", at, got, want, err)
		}
	}
}
