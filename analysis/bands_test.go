package analysis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestBandsAgainstSciPy compares with the authors' calls, made in SciPy 1.10.1:
// gamma.fit(x, floc=.9999), gamma.median(shape, loc, scale), gamma.interval(.75, shape, loc, scale) for dimensionality;
// gamma.fit(2 - x, floc=1-1e-4), 2 - gamma.median(shape, loc=1, scale=scale), 2 - gamma.interval(.75, shape, loc=1,
// scale=scale) for accuracy.
func TestBandsAgainstSciPy(t *testing.T) {
	text, err := os.ReadFile("testdata/bands.json")
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Values                       []float64
		Shape, Scale, Median, Lo, Hi float64
	}
	var golden struct {
		Dimensionality, Accuracy []entry
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	check := func(name string, entries []entry, band func([]float64) (analysis.Band, error)) {
		for i, want := range entries {
			t.Run(fmt.Sprintf("%s/entry=%d", name, i), func(t *testing.T) {
				got, err := band(want.Values)
				if err != nil {
					t.Fatal(err)
				}
				if got.N != len(want.Values) || len(got.Warnings) != 0 {
					t.Errorf("N = %d of %d values, warnings %v", got.N, len(want.Values), got.Warnings)
				}
				near(t, "median", got.Median, want.Median, 1e-9, 0)
				near(t, "lower end", got.Lo, want.Lo, 1e-9, 0)
				near(t, "upper end", got.Hi, want.Hi, 1e-9, 0)
			})
		}
	}
	check("dimensionality", golden.Dimensionality, analysis.DimensionalityBand)
	check("accuracy", golden.Accuracy, analysis.AccuracyBand)
}

func TestBandsOfConstantSamples(t *testing.T) {
	for _, band := range []func([]float64) (analysis.Band, error){analysis.DimensionalityBand, analysis.AccuracyBand} {
		for _, values := range [][]float64{{1}, {1, 1, 1, 1, 1, 1}} {
			got, err := band(values)
			if err != nil {
				t.Fatal(err)
			}
			if got.Median != 1 || got.Lo != 1 || got.Hi != 1 || got.N != len(values) {
				t.Errorf("band of %v = %+v, want 1 throughout", values, got)
			}
			if warned := len(got.Warnings) > 0; warned != (len(values) < 5) {
				t.Errorf("band of %d values has warnings %v", len(values), got.Warnings)
			}
		}
	}
}

func TestBandsRejectBadValues(t *testing.T) {
	for _, c := range []struct {
		name   string
		band   func([]float64) (analysis.Band, error)
		values []float64
	}{
		{"none", analysis.DimensionalityBand, nil},
		{"NaN", analysis.DimensionalityBand, []float64{2, math.NaN()}},
		{"below the location", analysis.DimensionalityBand, []float64{2, 0.5}},
		{"accuracy above 1", analysis.AccuracyBand, []float64{0.5, 1.5}},
		{"accuracy below 0", analysis.AccuracyBand, []float64{0.5, -0.5}},
		{"accuracy Inf", analysis.AccuracyBand, []float64{0.5, math.Inf(1)}},
	} {
		if band, err := c.band(c.values); err == nil {
			t.Errorf("%s: no error, band %+v", c.name, band)
		}
	}
}

func TestFitGammaErrors(t *testing.T) {
	var few *analysis.TooFewSamplesError
	if _, err := analysis.FitGamma([]float64{1}, 0); !errors.As(err, &few) || few.Samples != 1 {
		t.Errorf("one value: %v", err)
	}
	if _, err := analysis.FitGamma([]float64{2, 2, 2}, 0); !errors.Is(err, analysis.ErrConstantSample) {
		t.Errorf("constant values: %v", err)
	}
	var notFinite *analysis.NotFiniteError
	if _, err := analysis.FitGamma([]float64{2, math.Inf(1)}, 0); !errors.As(err, &notFinite) || notFinite.Row != 1 {
		t.Errorf("infinite value: %v", err)
	}
	if _, err := analysis.FitGamma([]float64{2, 3}, 2); err == nil {
		t.Error("a value at the location: no error")
	}
}

// TestFitGammaIsTheMaximum compares the likelihood at the fit with that around it, for shapes from 0.05 to 5e4.
func TestFitGammaIsTheMaximum(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	likelihood := func(samples []float64, shape, scale float64) float64 {
		logGamma, _ := math.Lgamma(shape)
		sum := 0.0
		for _, x := range samples {
			sum += (shape-1)*math.Log(x) - x/scale - logGamma - shape*math.Log(scale)
		}
		return sum
	}
	for _, spread := range []float64{3, 1, 0.3, 0.01} {
		samples := make([]float64, 40)
		for i := range samples {
			samples[i] = math.Exp(spread * random.NormFloat64())
		}
		fitted, err := analysis.FitGamma(samples, 0)
		if err != nil {
			t.Fatal(err)
		}
		best := likelihood(samples, fitted.Shape, fitted.Scale)
		for _, factor := range []float64{0.97, 1.03} {
			if other := likelihood(samples, fitted.Shape*factor, fitted.Scale); other >= best {
				t.Errorf("spread %g: likelihood %g at shape x %g, %g at the fit", spread, other, factor, best)
			}
			if other := likelihood(samples, fitted.Shape*factor, fitted.Scale/factor); other >= best {
				t.Errorf("spread %g: likelihood %g at shape x %g and scale / %g, %g at the fit", spread, other, factor, factor, best)
			}
		}
	}
}

// TestGammaProperties: quantiles rise, the median lies in the interval, and scaling samples scales the fit.
func TestGammaProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOfN(rapid.Float64Range(0.01, 100), 3, 40).Draw(t, "samples")
		factor := rapid.Float64Range(0.1, 10).Draw(t, "factor")
		fitted, err := analysis.FitGamma(samples, 0)
		if errors.Is(err, analysis.ErrConstantSample) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := fitted.Interval(0.75)
		if median := fitted.Median(); !(lo <= median && median <= hi) {
			t.Fatalf("median %v outside of [%v, %v]", median, lo, hi)
		}
		scaled := make([]float64, len(samples))
		for i, x := range samples {
			scaled[i] = factor * x
		}
		again, err := analysis.FitGamma(scaled, 0)
		if errors.Is(err, analysis.ErrConstantSample) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(again.Median()-factor*fitted.Median()) > 1e-6*factor*fitted.Median() {
			t.Fatalf("median %v of samples scaled by %v, want %v", again.Median(), factor, factor*fitted.Median())
		}
	})
}

func TestGammaQuantileEnds(t *testing.T) {
	g := analysis.Gamma{Shape: 2, Scale: 3, Location: 1}
	if g.Quantile(0) != 1 || !math.IsInf(g.Quantile(1), 1) || !math.IsNaN(g.Quantile(1.5)) || !math.IsNaN(g.Quantile(math.NaN())) {
		t.Errorf("quantiles 0, 1, 1.5 = %v, %v, %v", g.Quantile(0), g.Quantile(1), g.Quantile(1.5))
	}
	// scipy.stats.gamma.ppf(0.125, 0.01) of SciPy 1.10.1; math.log of it, as only its size matters.
	small := analysis.Gamma{Shape: 0.01, Scale: 1}
	near(t, "log of a tiny quantile", math.Log(small.Quantile(0.125)), math.Log(2.778909264650314e-91), 1e-10, 0)
	// scipy.stats.gamma.ppf(0.875, 1e7) and (0.875, 1e9) of SciPy 1.10.1.
	near(t, "quantile of shape 1e7", analysis.Gamma{Shape: 1e7, Scale: 1}.Quantile(0.875), 10003637.83185749, 1e-12, 0)
	near(t, "quantile of shape 1e9", analysis.Gamma{Shape: 1e9, Scale: 1}.Quantile(0.875), 1000036377.3492317, 1e-12, 0)
}
