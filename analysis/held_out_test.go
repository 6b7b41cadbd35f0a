package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// reverberation returns a trajectory of a random network of tanh units with coupling strength g, shown 60 noisy clusters
// in d dimensions: states like those that are measured, without a network to train. Labels alternate over the clusters.
func reverberation(samples, units, d, steps int, g float64, seed uint64) *data.Trajectory {
	const clusters, noise, small = 60, 0.02, 0.01
	random := rand.New(rand.NewPCG(seed, 0))
	recurrent := gaussian(units, units, random)
	recurrent.Scale(small*g/math.Sqrt(float64(units)), recurrent)
	for i := range units {
		recurrent.Set(i, i, recurrent.At(i, i)+1-small)
	}
	centres := mat.NewDense(clusters, d, nil)
	centres.Apply(func(_, _ int, _ float64) float64 { return 4*random.Float64() - 2 }, centres)
	turn := rotation(units, random)
	points := mat.NewDense(samples, units, nil)
	trajectory := &data.Trajectory{Labels: make([]int, samples), Clusters: make([]int, samples)}
	for i := range samples {
		cluster := i % clusters
		trajectory.Clusters[i], trajectory.Labels[i] = cluster, cluster%2
		for j := range d {
			points.Set(i, j, 1.25*math.Sqrt(float64(units))/math.Sqrt(float64(d))*(centres.At(cluster, j)+noise*random.NormFloat64()))
		}
	}
	state := mat.NewDense(samples, units, nil)
	state.Mul(points, turn)
	for range steps {
		state.Apply(func(_, _ int, x float64) float64 { return math.Tanh(x) }, state)
		trajectory.H = append(trajectory.H, mat.DenseCopyOf(state))
		var next mat.Dense
		next.Mul(state, recurrent.T())
		state = &next
	}
	return trajectory
}

// TestSplitsPartitionClusters: every split holds out the fraction of the clusters, each once, and the same seed draws
// the same splits.
func TestSplitsPartitionClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.IntRange(-5, 500), 2, 80, rapid.ID[int]).Draw(t, "ids")
		fraction := rapid.Float64Range(0.01, 0.99).Draw(t, "fraction")
		seed := rapid.Uint64().Draw(t, "seed")
		var clusters []int
		for i, id := range ids {
			for range i%3 + 1 {
				clusters = append(clusters, id)
			}
		}
		splits, err := analysis.HeldOutSplits(clusters, fraction, 5, rand.New(rand.NewPCG(seed, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if len(splits) != 5 {
			t.Fatalf("%d splits", len(splits))
		}
		for _, split := range splits {
			if size := len(split); size < 1 || size > len(ids)-1 || size > int(fraction*float64(len(ids))+1.5) {
				t.Fatalf("split of %d of %d clusters for the fraction %g", size, len(ids), fraction)
			}
			if !slices.IsSorted(split) || len(slices.Compact(slices.Clone(split))) != len(split) {
				t.Fatalf("split %v is not a sorted set", split)
			}
			for _, id := range split {
				if !slices.Contains(ids, id) {
					t.Fatalf("split holds out %d, which is no cluster", id)
				}
			}
		}
		again, err := analysis.HeldOutSplits(clusters, fraction, 5, rand.New(rand.NewPCG(seed, 1)))
		if err != nil || !slices.EqualFunc(splits, again, slices.Equal) {
			t.Fatalf("another draw of the same seed: %v, %v", again, err)
		}
	})
}

func TestSplitsOfThePaper(t *testing.T) {
	clusters := make([]int, 600)
	for i := range clusters {
		clusters[i] = i % 60
	}
	splits, err := analysis.HeldOutSplits(clusters, 0.2, 5, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for i, split := range splits {
		if len(split) != 12 {
			t.Errorf("split %d holds out %d of 60 clusters, want 12", i, len(split))
		}
		if i > 0 && slices.Equal(split, splits[0]) {
			t.Errorf("split %d equals the first", i)
		}
	}
}

func TestSplitsErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		clusters []int
		fraction float64
		count    int
	}{{nil, 0.2, 5}, {[]int{3, 3}, 0.2, 5}, {[]int{1, 2}, 0, 5}, {[]int{1, 2}, 1, 5}, {[]int{1, 2}, 0.2, 0}} {
		if splits, err := analysis.HeldOutSplits(c.clusters, c.fraction, c.count, random); err == nil {
			t.Errorf("%+v: no error, splits %v", c, splits)
		}
	}
}

// TestHeldOutAccuracyEqualsSeparateFits compares the lock-step fits with one converged FitLogistic for each split and
// step, on states that stay clustered and on states that chaos mixes, with two classes and with more, of fewer units than
// samples and of more, and where samples repeat each other, also across the edge of a split.
func TestHeldOutAccuracyEqualsSeparateFits(t *testing.T) {
	for _, c := range []struct {
		units, d, classes int
		g                 float64
		distinct          int
	}{{40, 40, 2, 20, 240}, {40, 2, 2, 250, 240}, {40, 3, 3, 100, 240}, {40, 3, 8, 20, 240}, {300, 200, 2, 20, 240}, {300, 2, 2, 250, 240},
		{300, 3, 3, 100, 240}, {40, 3, 2, 100, 90}, {40, 3, 3, 100, 90}, {300, 3, 3, 20, 90}} {
		t.Run(fmt.Sprintf("units=%d/d=%d/classes=%d/g=%g/distinct=%d", c.units, c.d, c.classes, c.g, c.distinct), func(t *testing.T) {
			trajectory := reverberation(240, c.units, c.d, 6, c.g, 11)
			for i := range trajectory.Clusters {
				trajectory.Labels[i] = trajectory.Clusters[i%c.distinct] % c.classes
				for _, states := range trajectory.H {
					states.SetRow(i, states.RawRowView(i%c.distinct))
				}
			}
			splits, err := analysis.HeldOutSplits(trajectory.Clusters, 0.2, 3, rand.New(rand.NewPCG(4, 4)))
			if err != nil {
				t.Fatal(err)
			}
			config := analysis.DefaultLogisticConfig()
			curve, err := analysis.HeldOutAccuracy(t.Context(), trajectory, splits, config)
			if err != nil {
				t.Fatal(err)
			}
			var repeated *analysis.RepeatedSamplesWarning
			if c.distinct == 240 && len(curve.Warnings) > 0 {
				t.Errorf("warnings %v", curve.Warnings)
			} else if c.distinct < 240 && (len(curve.Warnings) != 1 || !errors.As(curve.Warnings[0], &repeated) || repeated.Distinct != c.distinct || repeated.Samples != 240) {
				t.Errorf("warnings %v, want that of %d different samples", curve.Warnings, c.distinct)
			}
			config.Tolerance = 1e-9
			for step, states := range trajectory.H {
				train, heldOut := 0.0, 0.0
				for _, split := range splits {
					var sides [2]struct {
						rows   []float64
						labels []int
					}
					for i, cluster := range trajectory.Clusters {
						side := &sides[0]
						if slices.Contains(split, cluster) {
							side = &sides[1]
						}
						side.rows = append(side.rows, states.RawRowView(i)...)
						side.labels = append(side.labels, trajectory.Labels[i])
					}
					points := func(side int) *mat.Dense {
						return mat.NewDense(len(sides[side].labels), c.units, sides[side].rows)
					}
					model, err := analysis.FitLogistic(t.Context(), points(0), sides[0].labels, config)
					if err != nil {
						t.Fatal(err)
					}
					onTrain, err := model.Accuracy(points(0), sides[0].labels)
					if err != nil {
						t.Fatal(err)
					}
					onHeldOut, err := model.Accuracy(points(1), sides[1].labels)
					if err != nil {
						t.Fatal(err)
					}
					train += onTrain / float64(len(splits))
					heldOut += onHeldOut / float64(len(splits))
				}
				near(t, fmt.Sprint("training accuracy at t = ", step), curve.Train[step], train, 1e-12, 1)
				near(t, fmt.Sprint("held-out accuracy at t = ", step), curve.HeldOut[step], heldOut, 1e-12, 1)
			}
		})
	}
}

// TestHeldOutAccuracyForgetsThePast: the result at a step does not depend on earlier steps.
func TestHeldOutAccuracyForgetsThePast(t *testing.T) {
	trajectory := reverberation(240, 30, 2, 8, 250, 3)
	splits, err := analysis.HeldOutSplits(trajectory.Clusters, 0.2, 5, rand.New(rand.NewPCG(2, 2)))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := analysis.HeldOutAccuracy(t.Context(), trajectory, splits, analysis.DefaultLogisticConfig())
	if err != nil {
		t.Fatal(err)
	}
	last := *trajectory
	last.H = trajectory.H[7:]
	alone, err := analysis.HeldOutAccuracy(t.Context(), &last, splits, analysis.DefaultLogisticConfig())
	if err != nil {
		t.Fatal(err)
	}
	if alone.Train[0] != whole.Train[7] || alone.HeldOut[0] != whole.HeldOut[7] {
		t.Errorf("alone %v and %v, after others %v and %v", alone.Train[0], alone.HeldOut[0], whole.Train[7], whole.HeldOut[7])
	}
}

func TestHeldOutAccuracyErrors(t *testing.T) {
	trajectory := reverberation(120, 10, 2, 2, 20, 5)
	config := analysis.DefaultLogisticConfig()
	var one []int // all clusters of class 1
	for cluster := 1; cluster < 60; cluster += 2 {
		one = append(one, cluster)
	}
	var oneClass *analysis.OneClassError
	_, err := analysis.HeldOutAccuracy(t.Context(), trajectory, [][]int{{0, 1}, one}, config)
	if !errors.As(err, &oneClass) || oneClass.Split != 1 || oneClass.Class != 0 {
		t.Errorf("all clusters of a class held out: %v", err)
	}
	for _, splits := range [][][]int{nil, {{}}, {{1000}}} {
		if _, err := analysis.HeldOutAccuracy(t.Context(), trajectory, splits, config); err == nil {
			t.Errorf("splits %v: no error", splits)
		}
	}
	if _, err := analysis.HeldOutAccuracy(t.Context(), trajectory, [][]int{{0}}, analysis.LogisticConfig{}); err == nil {
		t.Error("no configuration: no error")
	}
	config.MaximumIterations = 1
	curve, err := analysis.HeldOutAccuracy(t.Context(), trajectory, [][]int{{0, 1}}, config)
	var warning *analysis.NotConvergedWarning
	if err != nil || len(curve.Warnings) == 0 || !errors.As(curve.Warnings[0], &warning) {
		t.Errorf("one iteration: %v, curve %+v", err, curve)
	}
	trajectory.H[1].Set(3, 4, math.NaN())
	var at *analysis.AtStep
	if _, err := analysis.HeldOutAccuracy(t.Context(), trajectory, [][]int{{0, 1}}, analysis.DefaultLogisticConfig()); !errors.As(err, &at) || at.Step != 1 {
		t.Errorf("NaN at t = 1: %v", err)
	}
}

// TestFoldsAreStratified: within 1 / fraction folds every sample is held out at most once, and a fold has its fraction of
// every class, at least one sample and not all.
func TestFoldsAreStratified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(2, 40), 2, 6).Draw(t, "sizes")
		fraction := rapid.Float64Range(0.05, 0.95).Draw(t, "fraction")
		var labels []int
		for class, size := range sizes {
			for range size {
				labels = append(labels, 10*class)
			}
		}
		folds, err := analysis.HeldOutFolds(labels, fraction, 7, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		if err != nil || len(folds) != 7 {
			t.Fatalf("%d folds, %v", len(folds), err)
		}
		for _, fold := range folds {
			if !slices.IsSorted(fold) || len(slices.Compact(slices.Clone(fold))) != len(fold) {
				t.Fatalf("fold %v is not a sorted set", fold)
			}
			held := make([]int, len(sizes))
			for _, row := range fold {
				held[labels[row]/10]++
			}
			for class, got := range held {
				if want := fraction * float64(sizes[class]); got < 1 || got >= sizes[class] || math.Abs(float64(got)-want) > 1 && got != 1 && got != sizes[class]-1 {
					t.Fatalf("%d of %d samples of a class held out at the fraction %g", got, sizes[class], fraction)
				}
			}
		}
	})
}

// TestFoldsAreThoseOfStratifiedKFold: with the fraction 1/5, five folds hold out every sample once, as
// sklearn.model_selection.StratifiedKFold(5, shuffle=True) does: 4 of 20 and 6 of 30 samples in each.
func TestFoldsAreThoseOfStratifiedKFold(t *testing.T) {
	labels := make([]int, 50)
	for row := 20; row < 50; row++ {
		labels[row] = 1
	}
	folds, err := analysis.HeldOutFolds(labels, 0.2, 10, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		times := make([]int, 50)
		for _, fold := range folds[5*round : 5*round+5] {
			ones := 0
			for _, row := range fold {
				times[row]++
				ones += labels[row]
			}
			if len(fold) != 10 || ones != 6 {
				t.Errorf("a fold has %d samples, %d of class 1; want 10 and 6", len(fold), ones)
			}
		}
		if slices.Min(times) != 1 || slices.Max(times) != 1 {
			t.Errorf("round %d: samples are held out %v times", round, times)
		}
	}
	if slices.Equal(folds[0], folds[5]) {
		t.Error("the second round repeats the first")
	}
}

func TestFoldsErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		labels   []int
		fraction float64
		count    int
	}{{nil, 0.2, 5}, {[]int{3, 3}, 0.2, 5}, {[]int{1, 2, 2}, 0.2, 5}, {[]int{1, 1, 2, 2}, 0, 5}, {[]int{1, 1, 2, 2}, 1, 5}, {[]int{1, 1, 2, 2}, 0.2, 0}} {
		if folds, err := analysis.HeldOutFolds(c.labels, c.fraction, c.count, random); err == nil {
			t.Errorf("%+v: no error, folds %v", c, folds)
		}
	}
	trajectory := reverberation(120, 10, 2, 2, 20, 5)
	for _, folds := range [][][]int{{{0, 0}}, {{120}}, {{-1}}} {
		if _, err := analysis.HeldOutSampleAccuracy(t.Context(), trajectory, folds, analysis.DefaultLogisticConfig()); err == nil {
			t.Errorf("folds %v: no error", folds)
		}
	}
}

// TestRepeatedSamplesWarning: one repeat among many is reported as a share; only where most repeat is the accuracy reported as void.
func TestRepeatedSamplesWarning(t *testing.T) {
	for _, c := range []struct {
		warning analysis.RepeatedSamplesWarning
		share   string
		void    bool
	}{{analysis.RepeatedSamplesWarning{Distinct: 599, Samples: 600}, "1 of 600 samples (0.167 %)", false},
		{analysis.RepeatedSamplesWarning{Distinct: 300, Samples: 600}, "300 of 600 samples (50 %)", true},
		{analysis.RepeatedSamplesWarning{Distinct: 1, Samples: 600}, "599 of 600 samples (99.8 %)", true}} {
		if text := c.warning.Error(); !strings.Contains(text, c.share) || strings.Contains(text, "says nothing of new ones") != c.void {
			t.Errorf("%+v: %s", c.warning, text)
		}
	}
}
