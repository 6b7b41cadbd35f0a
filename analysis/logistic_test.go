package analysis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestMultinomialAgainstScikitLearn compares with LogisticRegression(C=0.7, tol=1e-12, max_iter=10000, solver='newton-cg') of scikit-learn
// 1.2.1 on three classes.
func TestMultinomialAgainstScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/multinomial.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		X         [][]float64
		Y         []int
		C         float64
		Coef      [][]float64
		Intercept []float64
		Accuracy  float64
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	config := analysis.DefaultLogisticConfig()
	config.C = golden.C
	model, err := analysis.FitLogistic(t.Context(), dense(golden.X), golden.Y, config)
	if err != nil {
		t.Fatal(err)
	}
	for k, row := range golden.Coef {
		for j, want := range row {
			near(t, fmt.Sprintf("coefficient %d, %d", k, j), model.Coefficients.At(k, j), want, 1e-6, 1)
		}
		near(t, fmt.Sprint("intercept ", k), model.Intercepts[k], golden.Intercept[k], 1e-6, 1)
	}
	accuracy, err := model.Accuracy(dense(golden.X), golden.Y)
	if err != nil || accuracy != golden.Accuracy {
		t.Errorf("accuracy %v, want %v; %v", accuracy, golden.Accuracy, err)
	}
}

// gradient returns the largest component of the gradient of the objective at a model, from its definition.
func gradient(model *analysis.LogisticModel, points *mat.Dense, classes []int, c float64) float64 {
	samples, units := points.Dims()
	columns, _ := model.Coefficients.Dims()
	weights, intercepts := mat.NewDense(columns, units, nil), make([]float64, columns)
	weights.Scale(1/c, model.Coefficients)
	for i := range samples {
		z := make([]float64, columns)
		for k := range z {
			z[k] = model.Intercepts[k] + mat.Dot(model.Coefficients.RowView(k), points.RowView(i))
		}
		sum := 0.0
		for _, value := range z {
			sum += math.Exp(value)
		}
		if columns == 1 {
			sum++
		}
		for k := range z {
			residual := math.Exp(z[k]) / sum
			if columns > 1 && model.Classes[k] == classes[i] || columns == 1 && model.Classes[1] == classes[i] {
				residual--
			}
			for j := range units {
				weights.Set(k, j, weights.At(k, j)+residual*points.At(i, j))
			}
			intercepts[k] += residual
		}
	}
	largest := 0.0
	for k := range columns {
		for j := range units {
			largest = math.Max(largest, math.Abs(weights.At(k, j)))
		}
		largest = math.Max(largest, math.Abs(intercepts[k]))
	}
	return largest
}

// TestLogisticGradientVanishes draws problems of all kinds (separable or not, wide or tall, two classes or more) and
// checks the condition that defines the answer.
func TestLogisticGradientVanishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		samples, units := rapid.IntRange(6, 60).Draw(t, "samples"), rapid.IntRange(1, 30).Draw(t, "units")
		count := rapid.IntRange(2, 5).Draw(t, "classes")
		// More than two classes are slow where they are far apart and the penalty is weak: see FitLogistic.
		reach := 2.0
		if count > 2 {
			reach = 0.6
		}
		scale := math.Pow(10, rapid.Float64Range(-reach, reach).Draw(t, "log10 of scale"))
		config := analysis.DefaultLogisticConfig()
		config.C = math.Pow(10, rapid.Float64Range(-reach, reach).Draw(t, "log10 of C"))
		points := gaussian(samples, units, random)
		classes := make([]int, samples)
		for i := range classes {
			classes[i] = 3 * (i % count)
			points.Set(i, 0, points.At(i, 0)+0.5*float64(classes[i]))
		}
		points.Scale(scale, points)
		model, err := analysis.FitLogistic(t.Context(), points, classes, config)
		if err != nil {
			t.Fatal(err)
		}
		if len(model.Warnings) > 0 {
			t.Fatalf("%d x %d points of scale %g, C = %g: %v", samples, units, scale, config.C, model.Warnings)
		}
		if largest := gradient(model, points, classes, config.C); largest > 2*config.Tolerance+1e-9*scale {
			t.Fatalf("gradient %g after %d iterations", largest, model.Iterations)
		}
		sum := 0.0
		for _, intercept := range model.Intercepts {
			sum += intercept
		}
		if len(model.Intercepts) > 1 && math.Abs(sum) > 1e-6 {
			t.Fatalf("intercepts %v do not sum to 0", model.Intercepts)
		}
	})
}

func TestLogisticConfigMatters(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	points, classes := gaussian(80, 10, random), make([]int, 80)
	for i := range classes {
		if points.At(i, 0)+random.NormFloat64() > 0 {
			classes[i] = 1
		}
	}
	fit := func(change func(*analysis.LogisticConfig)) *analysis.LogisticModel {
		config := analysis.DefaultLogisticConfig()
		change(&config)
		model, err := analysis.FitLogistic(t.Context(), points, classes, config)
		if err != nil {
			t.Fatal(err)
		}
		return model
	}
	usual := fit(func(*analysis.LogisticConfig) {})
	weak := fit(func(c *analysis.LogisticConfig) { c.C = 0.01 })
	if mat.Norm(weak.Coefficients, 2) >= mat.Norm(usual.Coefficients, 2) {
		t.Error("a stronger penalty does not shrink the coefficients")
	}
	if loose := fit(func(c *analysis.LogisticConfig) { c.Tolerance = 1 }); loose.Iterations >= usual.Iterations || loose.Gradient > 1 {
		t.Errorf("tolerance 1: %d iterations to %g, usually %d", loose.Iterations, loose.Gradient, usual.Iterations)
	}
	short := fit(func(c *analysis.LogisticConfig) { c.MaximumIterations = 1; c.Tolerance = 1e-12 })
	var warning *analysis.NotConvergedWarning
	if short.Iterations != 1 || len(short.Warnings) != 1 || !errors.As(short.Warnings[0], &warning) || warning.Gradient != short.Gradient {
		t.Errorf("one iteration: %d taken, warnings %v", short.Iterations, short.Warnings)
	}
}

func TestLogisticErrors(t *testing.T) {
	config := analysis.DefaultLogisticConfig()
	points := mat.NewDense(3, 1, []float64{1, 2, 3})
	var shape *analysis.ShapeError
	if _, err := analysis.FitLogistic(t.Context(), points, []int{0, 1}, config); !errors.As(err, &shape) {
		t.Errorf("two classes for three samples: %v", err)
	}
	var oneClass *analysis.OneClassError
	if _, err := analysis.FitLogistic(t.Context(), points, []int{4, 4, 4}, config); !errors.As(err, &oneClass) || oneClass.Class != 4 {
		t.Errorf("one class: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	if _, err := analysis.FitLogistic(t.Context(), mat.NewDense(2, 1, []float64{1, math.NaN()}), []int{0, 1}, config); !errors.As(err, &notFinite) {
		t.Errorf("NaN: %v", err)
	}
	for _, bad := range []analysis.LogisticConfig{{}, {C: -1, Tolerance: 1, MaximumIterations: 1}, {C: 1, Tolerance: math.NaN(), MaximumIterations: 1}, {C: math.Inf(1), Tolerance: 1, MaximumIterations: 1}} {
		if _, err := analysis.FitLogistic(t.Context(), points, []int{0, 1, 0}, bad); err == nil {
			t.Errorf("%+v: no error", bad)
		}
	}
	model, err := analysis.FitLogistic(t.Context(), points, []int{0, 1, 1}, config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Predict(mat.NewDense(2, 2, nil)); !errors.As(err, &shape) {
		t.Errorf("points of other width: %v", err)
	}
	if _, err := model.Accuracy(points, []int{0}); !errors.As(err, &shape) {
		t.Errorf("classes of other length: %v", err)
	}
	if _, err := model.Predict(nil); err == nil {
		t.Error("no points: no error")
	}
}

func TestAccuracy(t *testing.T) {
	logits := mat.NewDense(4, 3, []float64{1, 2, 0, 3, 3, 1, 0, 0, 5, -1, -3, -2})
	got, err := analysis.AccuracyOfLogits(logits, []int{1, 0, 2, 1})
	if err != nil || got != 0.75 {
		t.Errorf("accuracy %v, %v; want 0.75", got, err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.AccuracyOfLogits(logits, []int{1}); !errors.As(err, &shape) {
		t.Errorf("one class for four samples: %v", err)
	}
	var few *analysis.TooFewSamplesError
	if _, err := analysis.Accuracy(nil, nil); !errors.As(err, &few) {
		t.Errorf("no samples: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	logits.Set(3, 0, math.NaN())
	if _, err := analysis.AccuracyOfLogits(logits, []int{1, 0, 2, 1}); !errors.As(err, &notFinite) {
		t.Errorf("NaN: %v", err)
	}
}
