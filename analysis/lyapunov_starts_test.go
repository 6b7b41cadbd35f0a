package analysis_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

// TestSpectraOfTwoAttractors has a unit with a positive and a negative fixed point of different slopes, ln(2 (1 - h^2)) nats a
// step, and starts of which more go to one than to the other.
func TestSpectraOfTwoAttractors(t *testing.T) {
	const bias = 0.2
	d := network(t, graph.Tanh, mat.NewDense(1, 1, []float64{2}), []float64{bias})
	exponent := func(h float64) float64 {
		for range 1000 {
			h = math.Tanh(2*h + bias)
		}
		return math.Log(2 * (1 - h*h))
	}
	high, low := exponent(-1), exponent(1)
	config := analysis.DefaultLyapunovConfig()
	config.Exponents = 1
	starts := mat.NewDense(7, 1, []float64{0.5, -0.9, 0.7, 0.9, -0.8, 0.1, 1})
	spectra, err := analysis.SpectraOfStarts(t.Context(), d, starts, config)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]float64{"median": {spectra.Exponents[0], low}, "lowest": {spectra.Lowest[0], low}, "highest": {spectra.Highest[0], high},
		"first end": {spectra.Ends[0].Exponents[0], high}} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s %v, want %v", name, pair[0], pair[1])
		}
	}
	if !spectra.Differ || len(spectra.Ends) != 2 || spectra.Ends[0].Starts != 2 || spectra.Ends[1].Starts != 5 {
		t.Errorf("%d ends", len(spectra.Ends))
	}
	var differ *analysis.SpectraDifferWarning
	if !errors.As(errors.Join(spectra.Warnings...), &differ) || differ.Starts != 7 || math.Abs(differ.Highest-high) > 1e-9 || math.Abs(differ.Median-low) > 1e-9 {
		t.Errorf("warnings %v", spectra.Warnings)
	}
}

// TestSpectraOfOneAttractor: from several starts on one chaotic attractor, exponents equal those of one start within their errors, and no
// warning says that starts differ; starts at one point are one start.
func TestSpectraOfOneAttractor(t *testing.T) {
	config := analysis.DefaultLyapunovConfig()
	config.Exponents = 3
	for seed := range uint64(6) {
		d, _ := randomNetwork(t, 60, 2, seed)
		starts := gaussian(10, 60, rand.New(rand.NewPCG(seed, 1)))
		spectra, err := analysis.SpectraOfStarts(t.Context(), d, starts, config)
		if err != nil {
			t.Fatal(err)
		}
		long := config
		long.Steps = 20000
		one, err := analysis.LyapunovSpectrum(t.Context(), d, starts.RawRowView(0), long)
		if err != nil {
			t.Fatal(err)
		}
		if one.Exponents[0] < 0.01 {
			continue // not chaotic
		}
		for _, warning := range spectra.Warnings {
			var differ *analysis.SpectraDifferWarning
			if errors.As(warning, &differ) {
				t.Errorf("seed %d: %v", seed, warning)
			}
		}
		if off := math.Abs(spectra.Exponents[0] - one.Exponents[0]); off > 5*spectra.Errors[0]+0.01 {
			t.Errorf("seed %d: largest exponent %.4f +- %.4f, want %.4f", seed, spectra.Exponents[0], spectra.Errors[0], one.Exponents[0])
		}
	}
	settling, _ := hopfield(t, 64, 1, 1.6)
	starts := mat.NewDense(5, 64, nil)
	starts.Apply(func(_, j int, _ float64) float64 { return 0.1 + 0*float64(j) }, starts)
	spectra, err := analysis.SpectraOfStarts(t.Context(), settling, starts, config)
	if err != nil {
		t.Fatal(err)
	}
	one, err := analysis.LyapunovSpectrum(t.Context(), settling, starts.RawRowView(0), config)
	if err != nil {
		t.Fatal(err)
	}
	if spectra.Differ || len(spectra.Ends) != 1 || spectra.Ends[0].Starts != 5 || spectra.Exponents[0] != one.Exponents[0] || spectra.Errors[0] != one.Errors[0] {
		t.Errorf("%d ends, largest exponent %v, want that of one start, %v", len(spectra.Ends), spectra.Exponents[0], one.Exponents[0])
	}
}

func TestSpectraEscape(t *testing.T) {
	config := analysis.DefaultLyapunovConfig()
	config.Exponents = 1
	spectra, err := analysis.SpectraOfStarts(t.Context(), logistic{4}, mat.NewDense(3, 1, []float64{0.3, 2, 0.7}), config)
	var some *analysis.EscapedStartsWarning
	if err != nil || !errors.As(errors.Join(spectra.Warnings...), &some) || some.Escaped != 1 || some.Starts != 3 {
		t.Errorf("one of three escapes: %+v, %v", spectra, err)
	}
	var escaped *analysis.EscapedError
	if _, err := analysis.SpectraOfStarts(t.Context(), logistic{4}, mat.NewDense(2, 1, []float64{2, 3}), config); !errors.As(err, &escaped) {
		t.Errorf("all escape: %v", err)
	}
	if _, err := analysis.SpectraOfStarts(t.Context(), logistic{4}, nil, config); err == nil {
		t.Error("no starts: no error")
	}
}

// BenchmarkSpectra compares one start with ten, which share the steps.
func BenchmarkSpectra(b *testing.B) {
	d, _ := randomNetwork(b, 200, 1.5, 1)
	for _, starts := range []int{1, 10} {
		at := gaussian(starts, 200, rand.New(rand.NewPCG(2, 2)))
		b.Run(fmt.Sprintf("units=200/starts=%d", starts), func(b *testing.B) {
			for b.Loop() {
				if _, err := analysis.SpectraOfStarts(b.Context(), d, at, analysis.DefaultLyapunovConfig()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
