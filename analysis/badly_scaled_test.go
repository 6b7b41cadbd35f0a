package analysis_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestBadlyScaledColumns: scikit-learn's issue 15556, where lbfgs stops early, or at another minimum, when one column is
// 10^4 times as large as the others or far from zero. The data are make_classification(80, 10, flip_y=0.2, random_state=0)
// of scikit-learn 1.9.1, rounded to four decimals, with columns 0, 1, 2 changed by * 1e4, + 1e4, * 1e-4; the minimum is
// that of Newton's method in centred columns of variance 1, where the same objective is well conditioned. scikit-learn's
// LogisticRegression(tol=1e-8) stops there with a warning at the loss 29.428227, and without one at 29.425396 after 1000 iterations; the minimum is 28.968822.
func TestBadlyScaledColumns(t *testing.T) {
	var golden struct {
		X    [][]float64
		Y    []int
		Loss float64
		Coef []float64
	}
	text, err := os.ReadFile("testdata/badly_scaled.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	model, err := analysis.FitLogistic(t.Context(), dense(golden.X), golden.Y, analysis.DefaultLogisticConfig())
	if err != nil {
		t.Fatal(err)
	}
	loss := 0.0
	for i, row := range golden.X {
		margin := model.Intercepts[0]
		for j, x := range row {
			margin += model.Coefficients.At(0, j) * x
		}
		if golden.Y[i] == 1 {
			margin = -margin
		}
		loss += math.Log1p(math.Exp(margin))
	}
	for j := range golden.Coef {
		w := model.Coefficients.At(0, j)
		loss += w * w / 2
	}
	if len(model.Warnings) > 0 {
		t.Errorf("warnings %v", model.Warnings)
	}
	near(t, "loss", loss, golden.Loss, 1e-6, 1)
	for j, want := range golden.Coef {
		near(t, fmt.Sprint("coefficient ", j), model.Coefficients.At(0, j), want, 1e-3, 1)
	}
}
