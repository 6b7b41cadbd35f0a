package analysis_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestQuantile compares with numpy.quantile(x, p) of NumPy 2.4.6.
func TestQuantile(t *testing.T) {
	five := []float64{1.574, 1.779, 2.008, 2.156, 2.276}
	for _, c := range []struct {
		sorted []float64
		p      float64
		want   float64
	}{
		{[]float64{5.25, 5.53}, 0.5, 5.39},
		{[]float64{0.631, 0.805, 0.887}, 0.5, 0.805},
		{five, 0.5, 2.008}, {five, 0.125, 1.6765}, {five, 0.875, 2.216}, {five, 0, 1.574}, {five, 1, 2.276},
		{[]float64{3}, 0.3, 3},
	} {
		if got := analysis.Quantile(c.sorted, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("quantile %v of %v is %v, want %v", c.p, c.sorted, got, c.want)
		}
	}
}

// TestSampleBand takes values in any order and leaves them in place; numpy.quantile(values, [0.5, 0.125, 0.875]) of NumPy 2.4.6.
func TestSampleBand(t *testing.T) {
	values := []float64{2.156, 1.574, 2.276, 1.779, 2.008}
	band := analysis.SampleBand(values)
	if band.N != 5 || math.Abs(band.Median-2.008) > 1e-12 || math.Abs(band.Lo-1.6765) > 1e-12 || math.Abs(band.Hi-2.216) > 1e-12 || values[0] != 2.156 {
		t.Errorf("%+v of %v", band, values)
	}
}
