package measure

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// padded returns 40 samples of 6 times and 5 units, of which every other ends after 4 and all but one after 5; after their end,
// states are enormous.
func padded() *data.Trajectory {
	random := rand.New(rand.NewPCG(1, 2))
	t := &data.Trajectory{}
	for i := range 40 {
		t.Labels, t.Clusters, t.Lengths = append(t.Labels, i/2%2), append(t.Clusters, i/2%4), append(t.Lengths, 4+i%2)
	}
	t.Lengths[7] = 6
	for step := range 6 {
		states := mat.NewDense(40, 5, nil)
		states.Apply(func(i, j int, _ float64) float64 {
			if step >= t.Lengths[i] {
				return 1e6 * float64(i+j*j)
			}
			return random.NormFloat64() + float64(2*t.Labels[i]*(j%2))
		}, states)
		t.H = append(t.H, states)
	}
	return t
}

// goingOn returns the rows of 0 .. 39 that go on at a time, and their states and labels.
func goingOn(t *data.Trajectory, step int) (rows []int, states *mat.Dense, labels, clusters []int) {
	for i, length := range t.Lengths {
		if length > step {
			rows, labels, clusters = append(rows, i), append(labels, t.Labels[i]), append(clusters, t.Clusters[i])
		}
	}
	states = mat.NewDense(len(rows), 5, nil)
	for to, from := range rows {
		states.SetRow(to, t.H[step].RawRowView(from))
	}
	return rows, states, labels, clusters
}

// TestMeasuresLeaveOutPadding: measures at t are those of the samples longer than t, by the functions of package analysis; the one
// sample of the last time is a gap with a doubt.
func TestMeasuresLeaveOutPadding(t *testing.T) {
	all := padded()
	var representation Representation
	held := heldOut{samples: true, rows: [][]int{{0, 3, 5, 10}, {1, 2, 7, 12, 17}}}
	warnings, err := representation.measure(t.Context(), all, held)
	if err != nil {
		t.Fatal(err)
	}
	distance, _ := Of("distance_between")
	series, doubts, err := distance.compute(t.Context(), &Subject{Config: train.DefaultConfig(), Trajectory: all})
	if err != nil {
		t.Fatal(err)
	}
	counts, _, _ := lasting(t.Context(), nil, all, nil)
	if !slices.Equal(counts[0].Values, []float64{40, 40, 40, 40, 20, 1}) {
		t.Errorf("samples %v", counts[0].Values)
	}
	for step := range 5 {
		rows, states, labels, clusters := goingOn(all, step)
		ed, err := analysis.EffectiveDimensionality(states)
		if err != nil {
			t.Fatal(err)
		}
		of, err := analysis.ClassDistances(states, labels, clusters)
		if err != nil {
			t.Fatal(err)
		}
		alone := &data.Trajectory{H: []*mat.Dense{states}, Labels: labels, Clusters: clusters}
		accuracy, err := analysis.HeldOutSampleAccuracy(t.Context(), alone, held.among(rows).rows, analysis.DefaultLogisticConfig())
		if err != nil {
			t.Fatal(err)
		}
		if representation.ED[step] != ed || series[0].Values[step] != of.BetweenClasses.RMS || math.Abs(representation.LRHeldOut[step]-accuracy.HeldOut[0]) > 1e-12 ||
			math.Abs(representation.LRTrain[step]-accuracy.Train[0]) > 1e-12 {
			t.Errorf("t = %d: dimensionality %v, distance %v, accuracies %v and %v; want %v, %v, %v and %v", step, representation.ED[step], series[0].Values[step],
				representation.LRTrain[step], representation.LRHeldOut[step], ed, of.BetweenClasses.RMS, accuracy.Train[0], accuracy.HeldOut[0])
		}
	}
	if values := representation.Series(); !math.IsNaN(values[0].Values[5]) || !math.IsNaN(representation.LRHeldOut[5]) || !math.IsNaN(series[0].Values[5]) {
		t.Errorf("of one sample: %v, %v", values, series[0].Values)
	}
	for _, said := range []struct {
		text string
		by   []error
	}{{"1 at t = 5, fewer than half from t = 5 on", warnings}, {"nothing from t = 5 to 5 (samples left: 1)", warnings}, {"nothing from t = 5 to 5", doubts}} {
		if !slices.ContainsFunc(said.by, func(err error) bool { return strings.Contains(err.Error(), said.text) }) {
			t.Errorf("%q is not among %v", said.text, said.by)
		}
	}
}

// TestStepsOfStretches: a warning about a time names the time in the whole trajectory.
func TestStepsOfStretches(t *testing.T) {
	all := padded()
	for i := range 40 {
		all.H[4].SetRow(i, []float64{1, 2, 3, 4, 5})
	}
	for series, want := range map[string]string{
		"distance_between": "at t = 4: all samples are the same point",
		"class_capacity":   "class manifolds: analysis: at t = 4: manifold geometry of group 0", // one error inside another
	} {
		m, _ := Of(series)
		_, doubts, err := m.compute(t.Context(), &Subject{Config: train.DefaultConfig(), Trajectory: all})
		if err != nil || !slices.ContainsFunc(doubts, func(err error) bool {
			var at *analysis.AtStep
			return strings.Contains(err.Error(), want) && errors.As(err, &at) && at.Step == 4
		}) {
			t.Errorf("%s: doubts %v, %v", series, doubts, err)
		}
	}
}
