package analysis_test

import (
	"errors"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestRankCorrelation compares with SciPy 1.10.1: scipy.stats.spearmanr([1,2,2,4,5,9], [3,1,4,4,8,7]).statistic.
func TestRankCorrelation(t *testing.T) {
	got, err := analysis.RankCorrelation([]float64{1, 2, 2, 4, 5, 9}, []float64{3, 1, 4, 4, 8, 7})
	if err != nil || math.Abs(got-0.8088235294117647) > 1e-12 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := analysis.RankCorrelation([]float64{1, 2, 3}, []float64{5, 5, 5}); got != 0 || err != nil {
		t.Errorf("a constant gives %v, %v", got, err)
	}
	var shape *analysis.ShapeError
	if _, err := analysis.RankCorrelation([]float64{1, 2}, []float64{1}); !errors.As(err, &shape) {
		t.Errorf("lengths that differ: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	if _, err := analysis.RankCorrelation([]float64{1, 2, 3}, []float64{5, math.NaN(), 6}); !errors.As(err, &notFinite) || notFinite.Row != 1 || notFinite.Column != 1 {
		t.Errorf("NaN gives %v", err)
	}
}
