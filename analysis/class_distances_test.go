package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// goldenPairs is one kind of pairs in testdata/class_distances.json.
type goldenPairs struct {
	Mean  float64 `json:"mean"`
	RMS   float64 `json:"rms"`
	Pairs int     `json:"pairs"`
}

// TestGoldenClassDistances compares with scipy.spatial.distance.pdist(points) under masks of the pairs,
// sklearn.metrics.silhouette_score(points, labels) and numpy.trace(numpy.cov(points.T, bias=True)), of SciPy 1.10.1,
// scikit-learn 1.2.1 and NumPy 1.24.2.
func TestGoldenClassDistances(t *testing.T) {
	var golden struct {
		Points          [][]float64 `json:"points"`
		Labels          []int       `json:"labels"`
		Clusters        []int       `json:"clusters"`
		BetweenClasses  goldenPairs `json:"between_classes"`
		WithinClasses   goldenPairs `json:"within_classes"`
		BetweenClusters goldenPairs `json:"between_clusters"`
		WithinClusters  goldenPairs `json:"within_clusters"`
		All             goldenPairs `json:"all"`
		Silhouette      float64     `json:"silhouette"`
		TotalVariance   float64     `json:"total_variance"`
	}
	readGolden(t, "class_distances.json", &golden)
	got, err := analysis.ClassDistances(dense(golden.Points), golden.Labels, golden.Clusters)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct {
		name string
		got  analysis.PairDistances
		want goldenPairs
	}{{"between classes", got.BetweenClasses, golden.BetweenClasses}, {"within classes", got.WithinClasses, golden.WithinClasses},
		{"between clusters", got.BetweenClusters, golden.BetweenClusters}, {"within clusters", got.WithinClusters, golden.WithinClusters},
		{"all", got.All, golden.All}} {
		near(t, kind.name+" mean", kind.got.Mean, kind.want.Mean, 1e-12, 0)
		near(t, kind.name+" rms", kind.got.RMS, kind.want.RMS, 1e-12, 0)
		near(t, kind.name+" relative mean", kind.got.RelativeMean, kind.want.Mean/golden.All.RMS, 1e-12, 0)
		near(t, kind.name+" relative rms", kind.got.RelativeRMS, kind.want.RMS/golden.All.RMS, 1e-12, 0)
		if kind.got.Pairs != kind.want.Pairs {
			t.Errorf("%s: %d pairs, want %d", kind.name, kind.got.Pairs, kind.want.Pairs)
		}
	}
	near(t, "silhouette", got.Silhouette, golden.Silhouette, 1e-12, 0)
	near(t, "ratio", got.Ratio, golden.BetweenClasses.Mean/golden.WithinClasses.Mean, 1e-12, 0)
	near(t, "total variance", got.Variance.Total, golden.TotalVariance, 1e-12, 0)
}

// TestClassDistancesClosedForm has classes at -3 and 3 on one axis, each of two clusters 2 apart on another, each of
// two samples 1 apart on a third: every distance is known.
func TestClassDistancesClosedForm(t *testing.T) {
	points := mat.NewDense(8, 3, nil)
	labels, clusters := make([]int, 8), make([]int, 8)
	for i := range 8 {
		labels[i], clusters[i] = i/4, i/2
		points.SetRow(i, []float64{6 * float64(i/4), 2 * float64(i/2%2), float64(i % 2)})
	}
	got, err := analysis.ClassDistances(points, labels, clusters)
	if err != nil || len(got.Warnings) > 0 {
		t.Fatal(err, got.Warnings)
	}
	root := math.Sqrt
	near(t, "within clusters", got.WithinClusters.Mean, 1, 1e-14, 0)
	near(t, "between clusters", got.BetweenClusters.Mean, (2+root(5))/2, 1e-14, 0)
	near(t, "between clusters rms", got.BetweenClusters.RMS, root(4.5), 1e-14, 0)
	near(t, "within classes", got.WithinClasses.Mean, (1+2+root(5))/3, 1e-14, 0)
	near(t, "between classes", got.BetweenClasses.Mean, (6+root(37)+root(40)+root(41))/4, 1e-14, 0)
	near(t, "variance between classes", got.Variance.BetweenClasses, 9, 1e-14, 0)
	near(t, "variance between clusters", got.Variance.BetweenClusters, 1, 1e-14, 0)
	near(t, "variance within clusters", got.Variance.WithinClusters, 0.25, 1e-14, 0)
	near(t, "class fraction", got.Variance.ClassFraction(), 9/10.25, 1e-14, 0)
	within, between := (1+2+root(5))/3, (6+root(37)+root(40)+root(41))/4
	near(t, "silhouette", got.Silhouette, 1-within/between, 1e-14, 0)
	// Twice the variance with divisor S-1 is the mean square of all distances.
	near(t, "rms of all", got.All.RMS*got.All.RMS, 2*got.Variance.Total*8/7, 1e-14, 0)
}

// TestClassDistancesCollapsed has clusters a million times smaller than their distance, where the Gram matrix alone
// would lose all digits of the distances within.
func TestClassDistancesCollapsed(t *testing.T) {
	const small = 1e-12
	points := mat.NewDense(4, 2, []float64{1, 0, 1, small, -1, 0, -1, small})
	got, err := analysis.ClassDistances(points, []int{0, 0, 1, 1}, []int{0, 0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "within classes", got.WithinClasses.Mean, small, 1e-9, 0)
	near(t, "between classes", got.BetweenClasses.Mean, 2, 1e-12, 0)
	var missing *analysis.NoPairsWarning
	if len(got.Warnings) != 1 || !errors.As(got.Warnings[0], &missing) || missing.Kind != "between clusters" {
		t.Errorf("one cluster a class: warnings %v", got.Warnings)
	}
	if !math.IsNaN(got.BetweenClusters.Mean) || got.BetweenClusters.Pairs != 0 {
		t.Errorf("one cluster a class: %+v between clusters", got.BetweenClusters)
	}
}

// TestClassDistancesOfShuffledLabels has no class structure: the ratio is 1 and the silhouette 0.
func TestClassDistancesOfShuffledLabels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	points := gaussian(400, 20, random)
	labels, clusters := make([]int, 400), make([]int, 400)
	for i := range labels {
		labels[i], clusters[i] = random.IntN(2), i%10
	}
	got, err := analysis.ClassDistances(points, labels, clusters)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", got.Ratio, 1, 0.01, 0)
	near(t, "silhouette", got.Silhouette, 0, 0.01, 1)
}

func TestClassDistancesInvariance(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	points := gaussian(30, 6, random)
	labels, clusters := make([]int, 30), make([]int, 30)
	for i := range labels {
		labels[i], clusters[i] = i%3, i%6
	}
	first, err := analysis.ClassDistances(points, labels, clusters)
	if err != nil {
		t.Fatal(err)
	}
	for _, scale := range []float64{1e-200, 1e3, 1e200} {
		moved := mat.NewDense(30, 6, nil)
		moved.Apply(func(_, j int, x float64) float64 { return scale * (x + float64(j)) }, points)
		got, err := analysis.ClassDistances(moved, labels, clusters)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "between", got.BetweenClasses.Mean, scale*first.BetweenClasses.Mean, 1e-12, 0)
		near(t, "relative within", got.WithinClasses.RelativeMean, first.WithinClasses.RelativeMean, 1e-12, 0)
		near(t, "silhouette", got.Silhouette, first.Silhouette, 1e-10, 1)
	}
}

func TestClassDistancesErrors(t *testing.T) {
	two := []int{0, 1}
	var few *analysis.TooFewSamplesError
	if _, err := analysis.ClassDistances(mat.NewDense(1, 2, nil), []int{0}, []int{0}); !errors.As(err, &few) {
		t.Errorf("one sample: %v", err)
	}
	if _, err := analysis.ClassDistances(nil, nil, nil); !errors.As(err, &few) {
		t.Errorf("nil: %v", err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.ClassDistances(mat.NewDense(2, 2, nil), two[:1], two); !errors.As(err, &shape) || shape.What != "labels" {
		t.Errorf("one label: %v", err)
	}
	if _, err := analysis.ClassDistances(mat.NewDense(2, 2, nil), two, nil); !errors.As(err, &shape) || shape.What != "cluster ids" {
		t.Errorf("no clusters: %v", err)
	}
	var one *analysis.OneClassError
	if _, err := analysis.ClassDistances(mat.NewDense(2, 1, []float64{1, 2}), []int{3, 3}, two); !errors.As(err, &one) || one.Class != 3 {
		t.Errorf("one class: %v", err)
	}
	if _, err := analysis.ClassDistances(mat.NewDense(2, 2, nil), two, two); !errors.Is(err, analysis.ErrZeroVariance) {
		t.Errorf("identical samples: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	if _, err := analysis.ClassDistances(mat.NewDense(2, 1, []float64{1, math.NaN()}), two, two); !errors.As(err, &notFinite) {
		t.Errorf("NaN: %v", err)
	}
}

func TestClassDistancesThroughTime(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	first, second := gaussian(40, 10, random), gaussian(40, 10, random)
	trajectory := trajectoryOf(first, second)
	curve, err := analysis.ClassDistancesThroughTime(t.Context(), trajectory)
	if err != nil {
		t.Fatal(err)
	}
	want, err := analysis.ClassDistances(second, trajectory.Labels, trajectory.Clusters)
	if err != nil || len(curve.Values) != 2 || curve.Values[1].BetweenClasses != want.BetweenClasses {
		t.Errorf("curve %+v, want %+v at 1 (%v)", curve, want, err)
	}
	_, err = analysis.ClassDistancesThroughTime(t.Context(), trajectoryOf(first, mat.NewDense(40, 10, nil)))
	var at *analysis.AtStep
	if !errors.As(err, &at) || at.Step != 1 || !errors.Is(err, analysis.ErrZeroVariance) {
		t.Errorf("no variance at t = 1: %v", err)
	}
	if _, err := analysis.ClassDistancesThroughTime(t.Context(), &data.Trajectory{}); err == nil {
		t.Error("empty trajectory: no error")
	}
}

func BenchmarkClassDistances(b *testing.B) {
	for _, samples := range []int{60, 600} {
		points := gaussian(samples, 200, rand.New(rand.NewPCG(1, 1)))
		labels, clusters := make([]int, samples), make([]int, samples)
		for i := range labels {
			labels[i], clusters[i] = i%2, i%60
		}
		b.Run(fmt.Sprintf("samples=%d/units=200", samples), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := analysis.ClassDistances(points, labels, clusters); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
