package data_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data"
)

// draw returns clusters of a configuration that must succeed.
func draw(t testing.TB, cfg data.ClusterConfig, seed uint64) *data.Clusters {
	t.Helper()
	clusters, err := data.DrawClusters(t.Context(), cfg, data.Stream(seed, 0, "clusters", 0))
	if err != nil {
		t.Fatal(err)
	}
	return clusters
}

// configs draws configurations with enough room for their clusters.
func configs() *rapid.Generator[data.ClusterConfig] {
	return rapid.Custom(func(t *rapid.T) data.ClusterConfig {
		cfg := data.DefaultClusterConfig()
		cfg.Dimension = rapid.IntRange(2, 12).Draw(t, "dimension")
		cfg.Classes = rapid.IntRange(2, 4).Draw(t, "classes")
		cfg.Clusters = rapid.IntRange(cfg.Classes, 20).Draw(t, "clusters")
		cfg.Noise = rapid.Float64Range(0, 0.05).Draw(t, "noise")
		cfg.HalfSide = rapid.Float64Range(2, 5).Draw(t, "half side")
		return cfg
	})
}

// Values of 0.59943537*(d-1)**0.57832581 + 4.891638480163717, times 0.02, in Python 3.11.2.
func TestMinimumSeparation(t *testing.T) {
	for dimension, want := range map[int]float64{200: 0.35384365305473625, 2: 0.10982147700327435, 1: 0.09783276960327435} {
		if got := data.MinimumSeparation(0.02, dimension); math.Abs(got/want-1) > 1e-14 {
			t.Errorf("dimension %d: got %.17g, want %.17g", dimension, got, want)
		}
	}
}

func TestDrawnClustersKeepTheirDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := configs().Draw(t, "config")
		clusters, err := data.DrawClusters(t.Context(), cfg, data.Stream(rapid.Uint64().Draw(t, "seed"), 0, "clusters", 0))
		if err != nil {
			t.Fatal(err)
		}
		separation := data.MinimumSeparation(cfg.Noise, cfg.Dimension)
		for i := range cfg.Clusters {
			for _, position := range clusters.Centres.RawRowView(i) {
				if math.Abs(position) > cfg.HalfSide {
					t.Fatalf("centre %d lies outside the cube: %v", i, position)
				}
			}
			if clusters.Labels[i] != i%cfg.Classes {
				t.Fatalf("cluster %d has label %d", i, clusters.Labels[i])
			}
			for j := range i {
				var difference mat.VecDense
				difference.SubVec(clusters.Centres.RowView(i), clusters.Centres.RowView(j))
				if distance := mat.Norm(&difference, 2); distance < separation*(1-1e-12) {
					t.Fatalf("clusters %d and %d are %v apart, minimum %v", i, j, distance, separation)
				}
			}
		}
	})
}

func TestSamplesAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := configs().Draw(t, "config")
		seed := rapid.Uint64().Draw(t, "seed")
		clusters, err := data.DrawClusters(t.Context(), cfg, data.Stream(seed, 0, "clusters", 0))
		if err != nil {
			t.Fatal(err)
		}
		count := rapid.IntRange(1, 70).Draw(t, "count")
		points := clusters.Sample(count, data.Stream(seed, 0, "samples", 0))
		tally := make([]int, cfg.Clusters)
		for sample, cluster := range points.Clusters {
			tally[cluster]++
			if points.Labels[sample] != clusters.Labels[cluster] {
				t.Fatalf("sample %d of cluster %d has label %d", sample, cluster, points.Labels[sample])
			}
		}
		if slices.Max(tally)-slices.Min(tally) > 1 || points.Len() != count || points.Classes != cfg.Classes {
			t.Fatalf("%d samples over the clusters: %v", count, tally)
		}
	})
}

// Every cluster has the same chance of the remainder of samples, and of every position in the order.
func TestRemainderIsFair(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension, cfg.Clusters = 1, 5
	clusters := draw(t, cfg, 1)
	const draws = 20000
	first, tally := make([]float64, 5), make([]float64, 5)
	stream := data.Stream(1, 0, "samples", 0)
	points := data.NewPoints(7, 1, 2) // every cluster once and two clusters twice
	for range draws {
		clusters.SampleInto(points, stream)
		first[points.Clusters[0]]++
		for _, cluster := range points.Clusters {
			tally[cluster]++
		}
	}
	uniform := slices.Repeat([]float64{draws / 5}, 5)
	// 18.5 is the 99.9 % quantile of chi square with 4 degrees of freedom: scipy.stats.chi2.ppf(0.999, 4) of SciPy 1.10.1 gives 18.467.
	if distance := stat.ChiSquare(first, uniform); distance > 18.5 {
		t.Errorf("clusters in first place: %v, chi square %v", first, distance)
	}
	for cluster, count := range tally {
		// 2 of 5 clusters get one more: binomial, standard deviation sqrt(draws * 0.4 * 0.6) = 69.
		if extra := count - draws; math.Abs(extra-0.4*draws) > 4*69 {
			t.Errorf("cluster %d got one more in %v of %d draws, expected %v", cluster, extra, draws, 0.4*draws)
		}
	}
}

// The noise has mean 0 and the configured standard deviation, and axes are uncorrelated.
func TestNoiseHasItsMoments(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension, cfg.Clusters, cfg.Noise = 3, 2, 0.25
	clusters := draw(t, cfg, 2)
	const count = 40000
	points := clusters.Sample(count, data.Stream(2, 0, "samples", 0))
	noise := mat.NewDense(count, 3, nil)
	for sample, cluster := range points.Clusters {
		for axis := range 3 {
			noise.Set(sample, axis, (points.Inputs.At(sample, axis)-clusters.Centres.At(cluster, axis))/cfg.Noise)
		}
	}
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, noise, nil)
	for i := range 3 {
		column := mat.Col(nil, i, noise)
		// Standard errors: 1/sqrt(count) = 0.005 of the mean, sqrt(2/count) = 0.007 of the variance.
		if mean := stat.Mean(column, nil); math.Abs(mean) > 4*0.005 {
			t.Errorf("axis %d: mean %v", i, mean)
		}
		if excess := stat.ExKurtosis(column, nil); math.Abs(excess) > 0.12 {
			t.Errorf("axis %d: excess kurtosis %v", i, excess)
		}
		for j := range 3 {
			want := 0.0
			if i == j {
				want = 1
			}
			if got := covariance.At(i, j); math.Abs(got-want) > 4*0.0071 {
				t.Errorf("covariance of axes %d and %d is %v", i, j, got)
			}
		}
	}
}

// The first point of the paper's low-dimensional task, as drawn by the first version.
func TestSamplesNeverChange(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension = 2
	clusters := draw(t, cfg, 0)
	if got, want := clusters.Centres.RawRowView(59), []float64{-0.66565527036168159, -1.9270663288632957}; !slices.Equal(got, want) {
		t.Errorf("last centre is %.17g, was %.17g", got, want)
	}
	points := clusters.Sample(5, data.Stream(0, 0, "train-samples", 0))
	if want := []int{46, 15, 36, 45, 23}; !slices.Equal(points.Clusters, want) {
		t.Errorf("clusters are %v, were %v", points.Clusters, want)
	}
	if got, want := points.Inputs.RawRowView(4), []float64{0.27776860265829767, 1.0715212686117699}; !slices.Equal(got, want) {
		t.Errorf("last point is %.17g, was %.17g", got, want)
	}
}

func TestSampleIntoEqualsSampleAndDoesNotAllocate(t *testing.T) {
	clusters := draw(t, data.DefaultClusterConfig(), 3)
	want := clusters.Sample(77, data.Stream(3, 0, "samples", 1))
	got := data.NewPoints(77, 200, 0)
	clusters.SampleInto(got, data.Stream(3, 0, "samples", 1))
	if !mat.Equal(got.Inputs, want.Inputs) || !slices.Equal(got.Labels, want.Labels) ||
		!slices.Equal(got.Clusters, want.Clusters) || got.Classes != want.Classes {
		t.Error("SampleInto and Sample differ")
	}
	stream := data.Stream(3, 0, "samples", 2)
	if allocations := testing.AllocsPerRun(10, func() { clusters.SampleInto(got, stream) }); allocations != 0 {
		t.Errorf("SampleInto allocates %v times", allocations)
	}
}

func TestImpossibleSeparation(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Dimension, cfg.Noise, cfg.MaxTries = 2, 0.5, 100
	_, err := data.DrawClusters(t.Context(), cfg, data.Stream(0, 0, "clusters", 0))
	var impossible *data.SeparationError
	if !errors.As(err, &impossible) {
		t.Fatalf("got %v", err)
	}
	if impossible.Placed < 1 || impossible.Placed >= 60 || impossible.Tries != 100 ||
		impossible.Separation != data.MinimumSeparation(0.5, 2) {
		t.Errorf("got %+v", impossible)
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "lower noise (0.5)") {
		t.Errorf("got %q", text)
	}
}

// Every field of the configuration changes what is drawn.
func TestEveryFieldMatters(t *testing.T) {
	base := data.DefaultClusterConfig()
	base.Dimension, base.Clusters = 2, 10
	describe := func(cfg data.ClusterConfig) (centres, points *mat.Dense, labels []int, err error) {
		clusters, err := data.DrawClusters(t.Context(), cfg, data.Stream(5, 0, "clusters", 0))
		if err != nil {
			return nil, nil, nil, err
		}
		return clusters.Centres, clusters.Sample(20, data.Stream(5, 0, "samples", 0)).Inputs, clusters.Labels, nil
	}
	centres, points, labels, err := describe(base)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*data.ClusterConfig){
		"dimension": func(cfg *data.ClusterConfig) { cfg.Dimension = 3 },
		"clusters":  func(cfg *data.ClusterConfig) { cfg.Clusters = 11 },
		"classes":   func(cfg *data.ClusterConfig) { cfg.Classes = 3 },
		"noise":     func(cfg *data.ClusterConfig) { cfg.Noise = 0.03 },
		"half side": func(cfg *data.ClusterConfig) { cfg.HalfSide = 3 },
		"max tries": func(cfg *data.ClusterConfig) { cfg.MaxTries, cfg.HalfSide = 1, 0.4 },
	} {
		cfg := base
		change(&cfg)
		otherCentres, otherPoints, otherLabels, err := describe(cfg)
		if name == "max tries" {
			if err == nil {
				t.Error("one try was enough for crowded clusters")
			}
			cfg.MaxTries = 10000
			if _, _, _, err := describe(cfg); err != nil {
				t.Errorf("10000 tries were not enough: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if mat.Equal(centres, otherCentres) && mat.Equal(points, otherPoints) && slices.Equal(labels, otherLabels) {
			t.Errorf("%s changes nothing", name)
		}
	}
}

func TestConfigFaultsAreAllReported(t *testing.T) {
	err := data.ClusterConfig{Classes: 3, Clusters: 2, Noise: math.NaN(), HalfSide: math.Inf(1)}.Validate()
	for _, want := range []string{
		"dimension = 0: must be 1 or more", "clusters = 2: must be at least one for each of the 3 classes",
		"noise = NaN: must be 0 or more, finite", "half_side = +Inf: must be above 0, finite",
		"max_tries = 0: must be 1 to 10000000",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to contain %q", err, want)
		}
	}
	if err := (data.ClusterConfig{}).Validate(); err == nil || !strings.Contains(err.Error(), "classes = 0") {
		t.Errorf("got %v", err)
	}
	if err := data.DefaultClusterConfig().Validate(); err != nil {
		t.Errorf("the default configuration: %v", err)
	}
	if _, err := data.DrawClusters(t.Context(), data.ClusterConfig{}, nil); err == nil {
		t.Error("no error for an empty configuration")
	}
}

// TestDrawClustersStops: crowded centres take minutes, and the caller can cancel.
func TestDrawClustersStops(t *testing.T) {
	cfg := data.DefaultClusterConfig()
	cfg.Clusters, cfg.Dimension, cfg.Noise, cfg.MaxTries = 1000, 2, 0.02, 10_000_000
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	started := time.Now()
	clusters, err := data.DrawClusters(ctx, cfg, data.Stream(0, 0, "clusters", 0))
	if clusters != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, error %v", clusters, err)
	}
	if waited := time.Since(started); waited > time.Second {
		t.Errorf("it stopped after %v", waited)
	}
}
