package measure_test

import (
	"math"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestDimensionScales: the series are those of the algorithm on the samples of clusters and on their means, and clusters that are too
// small for the largest scale leave theirs out with a doubt.
func TestDimensionScales(t *testing.T) {
	c := small.Config()
	scales := measure.ScaleNeighbours()
	c.Measures.Further, c.Measures.Splits, c.Measures.Samples, c.Task.Clusters = data.List(measure.DimensionWithin(scales[0])), 0, 48*50, 48
	measured := func(c train.Config) (*train.Experiment, *measure.Measurements) {
		e := small.Experiment(t, c)
		m, err := measure.Network(t.Context(), e, e.Initial, nil, []train.EpochMetrics{{}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return e, m
	}
	e, m := measured(c)
	trajectory, err := e.Record(e.Initial)
	if err != nil {
		t.Fatal(err)
	}
	of := func(m *measure.Measurements, name string) []float64 {
		i := slices.IndexFunc(m.Before.Further, func(s measure.Series) bool { return s.Name == name })
		if i < 0 {
			return nil
		}
		return m.Before.Further[i].Values
	}
	for at, states := range trajectory.H {
		within, err := analysis.DimensionOverScales(t.Context(), states, trajectory.Clusters, scales)
		if err != nil {
			t.Fatal(err)
		}
		means, err := analysis.ClusterMeans(states, trajectory.Clusters)
		if err != nil {
			t.Fatal(err)
		}
		between, err := analysis.DimensionOverScales(t.Context(), means, make([]int, 48), scales)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range scales {
			if a, b := of(m, measure.DimensionWithin(k))[at], of(m, measure.DimensionBetween(k))[at]; a != within[i].Dimension || b != between[i].Dimension {
				t.Errorf("t = %d, %d neighbours: %g and %g, want %g and %g", at, k, a, b, within[i].Dimension, between[i].Dimension)
			}
		}
	}
	c.Measures.Samples = 480
	_, m = measured(c)
	if few, enough := of(m, measure.DimensionWithin(scales[0])), of(m, measure.DimensionBetween(scales[0])); few != nil || len(enough) != len(trajectory.H) ||
		math.IsNaN(enough[0]) || len(m.Warnings) == 0 {
		t.Errorf("clusters of 10 samples give %v, their means %v, with warnings %v", few, enough, m.Warnings)
	}
}
