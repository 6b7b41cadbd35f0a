package analysis_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// readGolden decodes name from testdata, or from the folder that GOLDEN_DIR names: the same tests then run on other
// data of other sizes. testdata was written with NumPy, SciPy 1.10 and scikit-learn 1.2.
func readGolden(t *testing.T, name string, to any) {
	t.Helper()
	folder := os.Getenv("GOLDEN_DIR")
	if folder == "" {
		folder = "testdata"
	}
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// dense returns rows as a matrix.
func dense(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return m
}

// near fails the test unless got is within tolerance of want, relative to the larger of |want| and scale.
func near(t *testing.T, what string, got, want, tolerance, scale float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(math.Abs(want), scale)) {
		t.Errorf("%s = %.17g, want %.17g to %g: off by %.3g", what, got, want, tolerance, got-want)
	}
}

// rowsOrRow is a JSON matrix that is a plain list where it has one row, as are scikit-learn's coefficients for two classes.
type rowsOrRow [][]float64

// UnmarshalJSON reads [1, 2] as one row, and 1 as one row of one value.
func (r *rowsOrRow) UnmarshalJSON(text []byte) error {
	var scalar float64
	if json.Unmarshal(text, &scalar) == nil {
		*r = [][]float64{{scalar}}
		return nil
	}
	var row []float64
	if json.Unmarshal(text, &row) == nil {
		*r = [][]float64{row}
		return nil
	}
	return json.Unmarshal(text, (*[][]float64)(r))
}

// TestGoldenCovariance compares with numpy.linalg.eigvalsh(numpy.cov(points.T)), the ED from these eigenvalues, and
// sklearn.decomposition.PCA's explained_variance_ratio_.
func TestGoldenCovariance(t *testing.T) {
	var golden struct {
		Points                  [][]float64 `json:"points"`
		Eigenvalues             []float64   `json:"eigenvalues"`
		EffectiveDimensionality float64     `json:"effective_dimensionality"`
		ExplainedVarianceRatio  []float64   `json:"explained_variance_ratio"`
	}
	readGolden(t, "covariance.json", &golden)
	points := dense(golden.Points)
	samples, units := points.Dims()
	dimensionality, err := analysis.EffectiveDimensionality(points)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "effective dimensionality", dimensionality, golden.EffectiveDimensionality, 1e-10, 1)

	components, err := analysis.PrincipalComponents(points, min(samples, units))
	if err != nil {
		t.Fatal(err)
	}
	largest := components.Variances[0]
	for i, want := range golden.Eigenvalues[:min(len(golden.Eigenvalues), len(components.Variances))] {
		// Rounding of a covariance is relative to its largest eigenvalue, in NumPy as well.
		near(t, fmt.Sprint("eigenvalue ", i), components.Variances[i], want, 1e-9, 1e-6*largest)
	}
	for i, want := range golden.ExplainedVarianceRatio[:min(len(golden.ExplainedVarianceRatio), len(components.Variances))] {
		near(t, fmt.Sprint("explained ratio ", i), components.ExplainedRatio[i], want, 1e-9, 1e-6)
	}
}

// TestGoldenGammaFit compares with scipy.stats.gamma.fit(samples, floc=loc), gamma.median(shape, loc, scale) and
// gamma.interval(0.75, shape, loc, scale).
func TestGoldenGammaFit(t *testing.T) {
	var golden []struct {
		Samples    []float64  `json:"samples"`
		Location   float64    `json:"loc"`
		Shape      float64    `json:"shape"`
		Scale      float64    `json:"scale"`
		Median     float64    `json:"median"`
		Interval75 [2]float64 `json:"interval75"`
	}
	readGolden(t, "gamma_fit.json", &golden)
	for i, entry := range golden {
		t.Run(fmt.Sprint("entry=", i), func(t *testing.T) {
			fitted, err := analysis.FitGamma(entry.Samples, entry.Location)
			if err != nil {
				t.Fatal(err)
			}
			lo, hi := fitted.Interval(0.75)
			near(t, "shape", fitted.Shape, entry.Shape, 1e-5, 0)
			near(t, "scale", fitted.Scale, entry.Scale, 1e-5, 0)
			near(t, "median", fitted.Median(), entry.Median, 1e-5, 0)
			near(t, "lower end", lo, entry.Interval75[0], 1e-5, 0)
			near(t, "upper end", hi, entry.Interval75[1], 1e-5, 0)
		})
	}
}

// TestGoldenLogisticRegression compares with sklearn.linear_model.LogisticRegression(C=C) fitted to a small tolerance:
// coef_, intercept_ and score.
func TestGoldenLogisticRegression(t *testing.T) {
	var golden []struct {
		X             [][]float64 `json:"X"`
		Y             []int       `json:"y"`
		XTest         [][]float64 `json:"X_test"`
		YTest         []int       `json:"y_test"`
		C             float64     `json:"C"`
		Coefficients  rowsOrRow   `json:"coef"`
		Intercepts    rowsOrRow   `json:"intercept"`
		TrainAccuracy float64     `json:"train_accuracy"`
		TestAccuracy  float64     `json:"test_accuracy"`
	}
	readGolden(t, "logistic_regression.json", &golden)
	for i, entry := range golden {
		t.Run(fmt.Sprint("entry=", i), func(t *testing.T) {
			config := analysis.DefaultLogisticConfig()
			config.C = entry.C
			model, err := analysis.FitLogistic(t.Context(), dense(entry.X), entry.Y, config)
			if err != nil {
				t.Fatal(err)
			}
			if len(model.Warnings) > 0 {
				t.Errorf("warnings: %v", model.Warnings)
			}
			for k, row := range entry.Coefficients {
				for j, want := range row {
					near(t, fmt.Sprintf("coefficient %d, %d", k, j), model.Coefficients.At(k, j), want, 1e-4, 1)
				}
				near(t, fmt.Sprint("intercept ", k), model.Intercepts[k], entry.Intercepts[0][k], 1e-4, 1)
			}
			for _, side := range []struct {
				name   string
				points [][]float64
				y      []int
				want   float64
			}{{"train", entry.X, entry.Y, entry.TrainAccuracy}, {"test", entry.XTest, entry.YTest, entry.TestAccuracy}} {
				accuracy, err := model.Accuracy(dense(side.points), side.y)
				if err != nil {
					t.Fatal(err)
				}
				near(t, side.name+" accuracy", accuracy, side.want, 1e-12, 1)
			}
		})
	}
}
