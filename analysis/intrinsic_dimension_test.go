package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// shapes are manifolds of known dimension, as their fixtures name them.
var shapes = map[string]func(samples, dimension int, random *rand.Rand) *mat.Dense{
	"cube": func(samples, dimension int, random *rand.Rand) *mat.Dense {
		points := mat.NewDense(samples, dimension, nil)
		points.Apply(func(_, _ int, _ float64) float64 { return random.Float64() }, points)
		return points
	},
	"sphere": func(samples, dimension int, random *rand.Rand) *mat.Dense {
		points := gaussian(samples, dimension+1, random)
		for i := range samples {
			row := points.RawRowView(i)
			floats.Scale(1/floats.Norm(row, 2), row)
		}
		return points
	},
	"roll": func(samples, dimension int, random *rand.Rand) *mat.Dense {
		points := mat.NewDense(samples, dimension+1, nil)
		for i := range samples {
			row := points.RawRowView(i)
			angle := 1.5 * math.Pi * (1 + 2*random.Float64())
			row[0], row[1] = angle*math.Cos(angle), angle*math.Sin(angle)
			for j := 2; j < len(row); j++ {
				row[j] = 21 * random.Float64()
			}
		}
		return points
	},
}

// dimensionGolden is testdata/intrinsic_dimension.json; the calls of scikit-dimension are in it.
type dimensionGolden struct {
	Sets []struct {
		Name       string      `json:"name"`
		Points     [][]float64 `json:"points"`
		Regression float64     `json:"regression"`
		Likelihood float64     `json:"likelihood"`
		Censored   float64     `json:"censored"`
		Neighbours int         `json:"neighbours"`
		MLE        float64     `json:"mle"`
	} `json:"sets"`
	Bands []struct {
		Shape      string     `json:"shape"`
		Dimension  int        `json:"dimension"`
		Likelihood [2]float64 `json:"likelihood"` // mean and standard deviation over draws
		Regression [2]float64 `json:"regression"`
		MLE        [2]float64 `json:"mle"`
	} `json:"bands"`
}

func twoNN(t interface{ Fatal(...any) }, points *mat.Dense, config analysis.TwoNNConfig) *analysis.TwoNNResult {
	result, err := analysis.TwoNN(context.Background(), points, config)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func likelihoodDimension(t interface{ Fatal(...any) }, points *mat.Dense, k int) *analysis.LikelihoodDimensionResult {
	result, err := analysis.LikelihoodDimension(context.Background(), points, analysis.LikelihoodDimensionConfig{Neighbours: k})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestGoldenIntrinsicDimension compares with scikit-dimension 0.5.0 on the same points: skdim.id.TwoNN by both methods
// and skdim.id.MLE with comb='mle'.
func TestGoldenIntrinsicDimension(t *testing.T) {
	var golden dimensionGolden
	readGolden(t, "intrinsic_dimension.json", &golden)
	for _, set := range golden.Sets {
		t.Run(set.Name, func(t *testing.T) {
			points := dense(set.Points)
			near(t, "regression", twoNN(t, points, analysis.PublishedTwoNNConfig()).Dimension, set.Regression, 1e-10, 0)
			config := analysis.DefaultTwoNNConfig()
			near(t, "likelihood", twoNN(t, points, config).Dimension, set.Likelihood, 1e-10, 0)
			config.Discard = 0.1
			near(t, "censored likelihood", twoNN(t, points, config).Dimension, set.Censored, 1e-10, 0)
			near(t, "k neighbours", likelihoodDimension(t, points, set.Neighbours).Dimension, set.MLE, 1e-10, 0)
		})
	}
}

// TestIntrinsicDimensionBias takes 600 points of manifolds of 1 to 20 dimensions. Both estimators fall short in high
// dimension; the reference is scikit-dimension 0.5.0 on 40 draws of the same kind, so that the mean of ours must
// lie within 4.5 standard errors of its mean.
func TestIntrinsicDimensionBias(t *testing.T) {
	const draws = 2
	var golden dimensionGolden
	readGolden(t, "intrinsic_dimension.json", &golden)
	random := rand.New(rand.NewPCG(11, 12))
	for _, band := range golden.Bands {
		var likelihood, regression, neighbours float64
		for range draws {
			points := shapes[band.Shape](600, band.Dimension, random)
			likelihood += twoNN(t, points, analysis.DefaultTwoNNConfig()).Dimension / draws
			regression += twoNN(t, points, analysis.PublishedTwoNNConfig()).Dimension / draws
			neighbours += likelihoodDimension(t, points, 20).Dimension / draws
		}
		for _, side := range []struct {
			name string
			got  float64
			want [2]float64
		}{{"TwoNN", likelihood, band.Likelihood}, {"TwoNN regression", regression, band.Regression}, {"likelihood", neighbours, band.MLE}} {
			if math.Abs(side.got-side.want[0]) > 4.5*side.want[1]*math.Sqrt(1.0/draws+1.0/40) {
				t.Errorf("%s of a %s of dimension %d: %.3f, want %.3f, standard deviation %.3f", side.name, band.Shape,
					band.Dimension, side.got, side.want[0], side.want[1])
			}
		}
	}
}

// TestIntrinsicDimensionUncertainty: over draws of a sphere, whose bias is small, intervals cover the mean estimate about
// as often as they say, and the standard error is the spread of the estimate.
func TestIntrinsicDimensionUncertainty(t *testing.T) {
	const draws, samples = 200, 150
	random := rand.New(rand.NewPCG(13, 14))
	for _, dimension := range []int{2, 6} {
		var values, errs []float64
		intervals := map[analysis.TwoNNMethod][]*analysis.TwoNNResult{}
		for range draws {
			points := shapes["sphere"](samples, dimension, random)
			for _, config := range []analysis.TwoNNConfig{analysis.DefaultTwoNNConfig(), analysis.PublishedTwoNNConfig()} {
				intervals[config.Method] = append(intervals[config.Method], twoNN(t, points, config))
			}
			result := likelihoodDimension(t, points, 10)
			values, errs = append(values, result.Dimension), append(errs, result.StandardError)
		}
		for method, results := range intervals {
			mean, covered := 0.0, 0.0
			for _, result := range results {
				mean += result.Dimension / draws
			}
			for _, result := range results {
				if result.Lo < mean && mean < result.Hi {
					covered += 1.0 / draws
				}
			}
			t.Logf("dimension %d, %s: mean %.3f, covered %.3f", dimension, method, mean, covered)
			if covered < 0.9 || covered > 0.99 {
				t.Errorf("dimension %d, %s: intervals of 0.95 cover %v", dimension, method, covered)
			}
		}
		spread, stated := stat.StdDev(values, nil), stat.Mean(errs, nil)
		t.Logf("dimension %d: spread %.4f, standard error %.4f", dimension, spread, stated)
		if stated < 0.8*spread || stated > 1.3*spread {
			t.Errorf("dimension %d: standard error %v, spread %v", dimension, stated, spread)
		}
	}
}

// TestIntrinsicDimensionProperties: dimensions do not change with rotation, embedding, scaling, shifting and order.
func TestIntrinsicDimensionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		samples, units := rapid.IntRange(8, 60).Draw(t, "samples"), rapid.IntRange(1, 30).Draw(t, "units")
		scale := math.Pow(10, rapid.Float64Range(-100, 100).Draw(t, "log10 of scale"))
		points := gaussian(samples, units, random)
		wide := mat.NewDense(samples, units+3, nil)
		order := random.Perm(samples)
		for i, from := range order {
			copy(wide.RawRowView(i), points.RawRowView(from))
		}
		var turned mat.Dense
		turned.Mul(wide, rotation(units+3, random))
		shift := random.NormFloat64()
		turned.Apply(func(_, j int, x float64) float64 { return scale * (x + shift*float64(j)) }, &turned)
		for _, config := range []analysis.TwoNNConfig{analysis.DefaultTwoNNConfig(), analysis.PublishedTwoNNConfig()} {
			one, other := twoNN(t, points, config), twoNN(t, &turned, config)
			if !(math.Abs(one.Dimension-other.Dimension) < 1e-6*one.Dimension) || math.Abs(one.Distance-other.Distance) > 1e-6 {
				t.Fatalf("%+v became %+v", one, other)
			}
			if !(one.Dependence >= 1 && 0 < one.Lo && one.Lo < one.Dimension && one.Dimension < one.Hi) || one.PValue < 0 || one.PValue > 1 {
				t.Fatalf("%+v", one)
			}
		}
		one, other := likelihoodDimension(t, points, 5), likelihoodDimension(t, &turned, 5)
		if !(math.Abs(one.Dimension-other.Dimension) < 1e-6*one.Dimension) || one.StandardError < 0 {
			t.Fatalf("%+v became %+v", one, other)
		}
	})
}

// TestDuplicatesCountOnce: repeated samples only add a warning.
func TestDuplicatesCountOnce(t *testing.T) {
	points := shapes["cube"](100, 4, rand.New(rand.NewPCG(1, 3)))
	repeated := mat.NewDense(130, 4, nil)
	for i := range 130 {
		repeated.SetRow(i, points.RawRowView(i%100))
	}
	one, other := twoNN(t, points, analysis.DefaultTwoNNConfig()), twoNN(t, repeated, analysis.DefaultTwoNNConfig())
	near(t, "TwoNN", other.Dimension, one.Dimension, 1e-12, 0)
	near(t, "likelihood", likelihoodDimension(t, repeated, 20).Dimension, likelihoodDimension(t, points, 20).Dimension, 1e-12, 0)
	for _, warnings := range [][]error{other.Warnings, likelihoodDimension(t, repeated, 20).Warnings} {
		var duplicates *analysis.DuplicatesWarning
		if len(warnings) != 1 || !errors.As(warnings[0], &duplicates) || duplicates.Duplicates != 30 || duplicates.Samples != 130 {
			t.Errorf("warnings %v", warnings)
			continue
		}
		if text := warnings[0].Error(); !strings.Contains(text, "30 of 130") {
			t.Error(text)
		}
	}
	if len(one.Warnings) > 0 {
		t.Errorf("warnings without duplicates: %v", one.Warnings)
	}
}

// TestTwoNNGoodnessOfFit: uniform points follow the law, points on a grid with a little noise do not.
func TestTwoNNGoodnessOfFit(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 4))
	if result := twoNN(t, shapes["cube"](600, 3, random), analysis.DefaultTwoNNConfig()); result.PValue < 0.01 || result.Distance > 0.06 {
		t.Errorf("cube: distance %v, p = %v", result.Distance, result.PValue)
	}
	grid := mat.NewDense(400, 2, nil)
	grid.Apply(func(i, j int, _ float64) float64 {
		return float64([2]int{i / 20, i % 20}[j]) + 0.01*random.NormFloat64()
	}, grid)
	if result := twoNN(t, grid, analysis.DefaultTwoNNConfig()); result.Dimension < 20 || result.PValue > 1e-3 {
		t.Errorf("grid: dimension %v, distance %v, p = %v", result.Dimension, result.Distance, result.PValue)
	}
}

// TestIntrinsicDimensionErrors: each bad input has its typed error, and no call panics.
func TestIntrinsicDimensionErrors(t *testing.T) {
	measures := map[string]func(*mat.Dense) error{
		"TwoNN": func(p *mat.Dense) error {
			_, err := analysis.TwoNN(t.Context(), p, analysis.DefaultTwoNNConfig())
			return err
		},
		"regression": func(p *mat.Dense) error {
			_, err := analysis.TwoNN(t.Context(), p, analysis.PublishedTwoNNConfig())
			return err
		},
		"likelihood": func(p *mat.Dense) error {
			_, err := analysis.LikelihoodDimension(t.Context(), p, analysis.LikelihoodDimensionConfig{Neighbours: 2})
			return err
		},
	}
	nan := mat.NewDense(4, 2, []float64{1, 2, 3, 4, 5, math.NaN(), 7, 8})
	for name, measure := range measures {
		var few *analysis.TooFewSamplesError
		for _, points := range []*mat.Dense{nil, {}, mat.NewDense(2, 1, []float64{1, 2})} {
			if err := measure(points); !errors.As(err, &few) || few.Least != 3 {
				t.Errorf("%s of too few: %v", name, err)
			}
		}
		var bad *analysis.NotFiniteError
		if err := measure(nan); !errors.As(err, &bad) || bad.Row != 2 || bad.Column != 1 {
			t.Errorf("%s of NaN: %v", name, err)
		}
		if err := measure(mat.NewDense(5, 3, nil)); !errors.Is(err, analysis.ErrZeroVariance) {
			t.Errorf("%s of one point: %v", name, err)
		}
		var distinct *analysis.TooFewDistinctError
		if err := measure(mat.NewDense(5, 1, []float64{1, 2, 2, 1, 2})); !errors.As(err, &distinct) || distinct.Distinct != 2 {
			t.Errorf("%s of two points: %v", name, err)
		} else if !strings.Contains(err.Error(), "5 samples that are only 2 different points") {
			t.Error(err)
		}
		simplex := mat.NewDense(4, 4, []float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1})
		if err := measure(simplex); !errors.Is(err, analysis.ErrEqualDistances) {
			t.Errorf("%s of a simplex: %v", name, err)
		}
	}
	points := shapes["cube"](20, 2, rand.New(rand.NewPCG(1, 1)))
	var few *analysis.TooFewSamplesError
	if _, err := analysis.LikelihoodDimension(t.Context(), points, analysis.DefaultLikelihoodDimensionConfig()); !errors.As(err, &few) || few.Least != 21 {
		t.Errorf("20 samples for 20 neighbours: %v", err)
	}
	if _, err := analysis.LikelihoodDimension(t.Context(), points, analysis.LikelihoodDimensionConfig{}); err == nil || !strings.Contains(err.Error(), "Neighbours") {
		t.Errorf("no neighbours: %v", err)
	}
	_, err := analysis.TwoNN(t.Context(), points, analysis.TwoNNConfig{Method: "median", Discard: 1, Level: math.NaN()})
	for _, field := range []string{"Method", "Discard", "Level"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("no word of %s: %v", field, err)
		}
	}
	if _, err := analysis.TwoNN(t.Context(), points, analysis.TwoNNConfig{Method: analysis.TwoNNRegression, Level: 0.9}); err == nil {
		t.Error("a regression over all ratios is accepted")
	}
	tiny := twoNN(t, points, analysis.TwoNNConfig{Method: analysis.TwoNNRegression, Discard: 1e-18, Level: 0.9})
	if tiny.Discarded != 1 || !(tiny.Dimension > 0) {
		t.Errorf("a regression that discards next to nothing: %+v", tiny)
	}
	if _, err := analysis.TwoNN(t.Context(), points, analysis.TwoNNConfig{Method: analysis.TwoNNLikelihood, Discard: 0.99, Level: 0.9}); err == nil {
		t.Error("no ratio left, and no error")
	}
}

// TestTwoNNLevel: a wider level gives a wider interval around the same value.
func TestTwoNNLevel(t *testing.T) {
	points := shapes["cube"](200, 3, rand.New(rand.NewPCG(1, 9)))
	for _, config := range []analysis.TwoNNConfig{analysis.DefaultTwoNNConfig(), analysis.PublishedTwoNNConfig()} {
		wide := twoNN(t, points, config)
		config.Level = 0.5
		narrow := twoNN(t, points, config)
		if !(wide.Lo < narrow.Lo && narrow.Hi < wide.Hi) || wide.Dimension != narrow.Dimension {
			t.Errorf("%+v and %+v", wide, narrow)
		}
	}
}

// TestIntrinsicDimensionThroughTime: each step has its own value; a collapsed step is 0 with a warning, and NaN an error
// that names the step.
func TestIntrinsicDimensionThroughTime(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	two := mat.NewDense(80, 3, nil)
	for i := range 80 {
		two.Set(i, 0, float64(i%2))
	}
	plain := shapes["cube"](80, 3, random)
	trajectory := &data.Trajectory{
		H: []*mat.Dense{plain, mat.NewDense(80, 3, nil), two, gaussian(80, 3, random)}, Labels: make([]int, 80), Clusters: make([]int, 80),
	}
	curve, err := analysis.TwoNNThroughTime(t.Context(), trajectory, analysis.DefaultTwoNNConfig())
	if err != nil {
		t.Fatal(err)
	}
	likelihood, err := analysis.LikelihoodDimensionThroughTime(t.Context(), trajectory, analysis.DefaultLikelihoodDimensionConfig())
	if err != nil {
		t.Fatal(err)
	}
	first, single := twoNN(t, plain, analysis.DefaultTwoNNConfig()), likelihoodDimension(t, plain, 20)
	if curve.Values[0] != first.Dimension || curve.Lo[0] != first.Lo || curve.Hi[0] != first.Hi || curve.Distances[0] != first.Distance ||
		curve.PValues[0] != first.PValue || likelihood.Values[0] != single.Dimension || likelihood.StandardErrors[0] != single.StandardError {
		t.Errorf("t = 0: %+v and %+v", curve, likelihood)
	}
	for _, side := range []struct {
		values   []float64
		warnings []error
	}{{curve.Values, curve.Warnings}, {likelihood.Values, likelihood.Warnings}} {
		if side.values[1] != 0 || side.values[2] != 0 || side.values[3] < 1 {
			t.Errorf("values %v", side.values)
		}
		var distinct *analysis.TooFewDistinctError
		if len(side.warnings) != 2 || !errors.Is(side.warnings[0], analysis.ErrZeroVariance) || !errors.As(side.warnings[1], &distinct) {
			t.Errorf("warnings %v", side.warnings)
		}
	}
	trajectory.H[3].Set(7, 1, math.Inf(1))
	var at *analysis.AtStep
	if _, err := analysis.TwoNNThroughTime(t.Context(), trajectory, analysis.DefaultTwoNNConfig()); !errors.As(err, &at) || at.Step != 3 {
		t.Errorf("TwoNN: %v", err)
	}
	if _, err := analysis.LikelihoodDimensionThroughTime(t.Context(), trajectory, analysis.DefaultLikelihoodDimensionConfig()); !errors.As(err, &at) || at.Step != 3 {
		t.Errorf("likelihood: %v", err)
	}
	if _, err := analysis.TwoNNThroughTime(t.Context(), &data.Trajectory{}, analysis.DefaultTwoNNConfig()); err == nil {
		t.Error("a trajectory without steps is accepted")
	}
}

// BenchmarkIntrinsicDimension measures one step of the paper's size, on points spread evenly, in 60 clusters, and in 2
// clusters so tight that products cannot resolve their neighbours.
func BenchmarkIntrinsicDimension(b *testing.B) {
	for _, clusters := range []int{600, 60, 2} {
		random := rand.New(rand.NewPCG(1, 1))
		points, centres := gaussian(600, 200, random), gaussian(clusters, 200, random)
		noise := map[int]float64{600: 1, 60: 0.02, 2: 1e-8}[clusters]
		points.Apply(func(i, j int, x float64) float64 { return centres.At(i%clusters, j) + noise*x }, points)
		b.Run(fmt.Sprintf("measure=twonn/clusters=%d/samples=600/units=200", clusters), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				twoNN(b, points, analysis.DefaultTwoNNConfig())
			}
		})
		b.Run(fmt.Sprintf("measure=likelihood/clusters=%d/samples=600/units=200", clusters), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				likelihoodDimension(b, points, 20)
			}
		})
	}
}
