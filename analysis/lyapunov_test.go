package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/graph"
)

func TestLyapunovHenon(t *testing.T) {
	config := analysis.LyapunovConfig{Exponents: 2, Transient: 100, Alignment: 50, Steps: 100_000, Every: 4, Blocks: 50}
	result, err := analysis.LyapunovSpectrum(t.Context(), henon{}, []float64{0.1, 0.1}, config)
	if err != nil {
		t.Fatal(err)
	}
	// Sprott (2003), Chaos and Time-Series Analysis, appendix A: 0.419, -1.623, Kaplan-Yorke dimension 1.258.
	for i, want := range []float64{0.41922, -1.62319} {
		if difference := math.Abs(result.Exponents[i] - want); difference > 0.003 || difference > 4*result.Errors[i] {
			t.Errorf("exponent %d is %.5f +- %.5f, want %.5f", i, result.Exponents[i], result.Errors[i], want)
		}
		if last := result.Running.At(49, i); math.Abs(last-result.Exponents[i]) > 1e-12 {
			t.Errorf("the running estimate of exponent %d ends at %v, not at %v", i, last, result.Exponents[i])
		}
	}
	// The determinant of the Jacobian is -b everywhere.
	if sum := floats.Sum(result.Exponents); math.Abs(sum-math.Log(0.3)) > 1e-12 {
		t.Errorf("exponents sum to %v, want ln 0.3 = %v", sum, math.Log(0.3))
	}
	if math.Abs(result.Dimension-1.258) > 0.002 || result.Entropy != result.Exponents[0] || len(result.Warnings) > 0 {
		t.Errorf("dimension %v, entropy %v, warnings %v", result.Dimension, result.Entropy, result.Warnings)
	}
	if result.Times[0] != 2000 || result.Times[49] != 100_000 {
		t.Errorf("times %v", result.Times)
	}
}

func TestLyapunovLogistic(t *testing.T) {
	config := analysis.LyapunovConfig{Exponents: 1, Transient: 100, Steps: 200_000, Every: 10, Blocks: 20}
	// r = 4 has ln 2 exactly (Sprott 2003, section 5.3); r = 2 a fixed point of slope 0, so that its exponent is -Inf.
	result, err := analysis.LyapunovSpectrum(t.Context(), logistic{4}, []float64{0.3}, config)
	if err != nil {
		t.Fatal(err)
	}
	if difference := math.Abs(result.Exponents[0] - math.Ln2); difference > 1e-3 {
		t.Errorf("exponent %v, want ln 2", result.Exponents[0])
	}
	var few *analysis.FewExponentsWarning
	if result.Dimension != 1 || len(result.Warnings) != 0 {
		t.Errorf("dimension %v, warnings %v", result.Dimension, result.Warnings)
	}
	config.Steps = 100
	result, err = analysis.LyapunovSpectrum(t.Context(), logistic{2}, []float64{0.5}, config)
	if err != nil {
		t.Fatal(err)
	}
	var collapsed *analysis.CollapsedWarning
	if !math.IsInf(result.Exponents[0], -1) || !math.IsNaN(result.Errors[0]) || result.Dimension != 0 ||
		!errors.As(errors.Join(result.Warnings...), &collapsed) || collapsed.Exponents != 1 || collapsed.Step != 101 {
		t.Errorf("superstable: %+v, warning %+v", result, collapsed)
	}
	if errors.As(errors.Join(result.Warnings...), &few) {
		t.Error("warns of few exponents where the sum is below 0")
	}
}

// TestLyapunovLinear compares with the log moduli of eigenvalues, for every spacing and for fewer exponents than units.
func TestLyapunovLinear(t *testing.T) {
	const n = 40
	random := rand.New(rand.NewPCG(3, 4))
	// R = S D S^-1 with known eigenvalues: 0.95, 0.95*0.8, ..., each a real number.
	basis, diagonal := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	basis.Apply(func(i, j int, _ float64) float64 {
		if i == j {
			return 3
		}
		return random.NormFloat64() / math.Sqrt(n)
	}, basis)
	want := make([]float64, n)
	for i := range n {
		modulus := 0.95 * math.Pow(0.8, float64(i))
		want[i] = math.Log(modulus)
		diagonal.Set(i, i, modulus*float64(1-2*(i%2)))
	}
	var inverse, weights mat.Dense
	if err := inverse.Inverse(basis); err != nil {
		t.Fatal(err)
	}
	weights.Product(basis, diagonal, &inverse)
	d := network(t, graph.Linear, &weights, nil)
	for _, k := range []int{1, 7, n} {
		for _, every := range []int{1, 3, 200} {
			for name, dynamics := range map[string]analysis.Dynamics{"network": d, "plain": plain{d}} {
				config := analysis.LyapunovConfig{Exponents: k, Alignment: 200, Steps: 100, Every: every, Blocks: 4}
				result, err := analysis.LyapunovSpectrum(t.Context(), dynamics, make([]float64, n), config)
				if err != nil {
					t.Fatal(err)
				}
				if !floats.EqualApprox(result.Exponents, want[:k], 1e-6) || len(result.Warnings) > 0 {
					t.Errorf("%s, k = %d, every %d: exponents %.4f, want %.4f; warnings %v", name, k, every, result.Exponents, want[:k], result.Warnings)
				}
			}
		}
	}
}

// TestLyapunovEvery: fewer orthonormalisations change only the last digits, with exponents far apart and in strong chaos.
func TestLyapunovEvery(t *testing.T) {
	for _, test := range []struct {
		units, exponents int
		g                float64
	}{{60, 60, 2}, {200, 20, 10}} {
		d, start := randomNetwork(t, test.units, test.g, 1)
		var want []float64
		for _, every := range []int{1, 2, 5, 20, 50} {
			config := analysis.LyapunovConfig{Exponents: test.exponents, Transient: 200, Alignment: 100, Steps: 500, Every: every, Blocks: 10}
			result, err := analysis.LyapunovSpectrum(t.Context(), d, start, config)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = result.Exponents
			}
			if distance := floats.Distance(result.Exponents, want, math.Inf(1)); !(distance < 1e-10) {
				t.Errorf("%d units, every %d steps: exponents are %g off those of every step", test.units, every, distance)
			}
		}
	}
}

// TestLyapunovDeadUnits counts the exponents that units silenced by ReLU take to -Inf.
func TestLyapunovDeadUnits(t *testing.T) {
	const n, dead = 30, 12
	random := rand.New(rand.NewPCG(8, 9))
	weights, bias := mat.NewDense(n, n, nil), make([]float64, n)
	weights.Apply(func(_, _ int, _ float64) float64 { return 0.9 * random.Float64() / n }, weights)
	for i := range bias {
		bias[i] = 1
		if i < dead {
			bias[i] = -100
		}
	}
	for _, every := range []int{1, 5} {
		config := analysis.LyapunovConfig{Exponents: n, Transient: 50, Steps: 60, Every: every, Blocks: 3}
		result, err := analysis.LyapunovSpectrum(t.Context(), network(t, graph.ReLU, weights, bias), make([]float64, n), config)
		if err != nil {
			t.Fatal(err)
		}
		var collapsed *analysis.CollapsedWarning
		if !errors.As(errors.Join(result.Warnings...), &collapsed) || collapsed.Exponents != dead {
			t.Errorf("every %d: warning %+v, want %d exponents of -Inf; %v", every, collapsed, dead, result.Exponents)
		}
		if math.IsInf(result.Exponents[n-dead-1], 0) || !math.IsInf(result.Exponents[n-dead], -1) {
			t.Errorf("every %d: exponents %v", every, result.Exponents)
		}
	}
}

// TestLyapunovMeanField compares large random networks with the theory of infinitely large ones, where chaos begins at
// g = 1: below, the largest exponent is ln g; above, it is ln(g^2 <phi'(a)^2>)/2 with a ~ N(0, s), s = g^2 <phi(a)^2>.
// The numbers are from 5000 iterations of the equation for s, with averages by the 100 nodes of
// numpy.polynomial.hermite_e.hermegauss (numpy 1.24.2).
//
// Source: Sompolinsky, Crisanti, Sommers 1988, doi:10.1103/PhysRevLett.61.259; Molgedey, Schuchhardt, Schuster 1992,
// doi:10.1103/PhysRevLett.69.3717, for discrete time.
func TestLyapunovMeanField(t *testing.T) {
	const n, realisations = 500, 3
	for _, test := range []struct{ g, want float64 }{{0.8, math.Log(0.8)}, {1.3, 0.031191}, {2, 0.154723}} {
		mean := 0.0
		for seed := range uint64(realisations) {
			d, start := randomNetwork(t, n, test.g, seed)
			config := analysis.LyapunovConfig{Exponents: 1, Transient: 200, Alignment: 100, Steps: 500, Every: 2, Blocks: 5}
			result, err := analysis.LyapunovSpectrum(t.Context(), d, start, config)
			if err != nil {
				t.Fatal(err)
			}
			mean += result.Exponents[0] / realisations
		}
		// With 500 units the outermost eigenvalue lies outside the circle by a few hundredths; chaos is weaker than in the
		// limit by about 0.01.
		if math.Abs(mean-test.want) > 0.04 || math.Signbit(mean) != (test.g < 1) {
			t.Errorf("g = %g: largest exponent %v, want about %v", test.g, mean, test.want)
		}
		t.Logf("g = %g: largest exponent %.4f, mean field %.4f", test.g, mean, test.want)
	}
}

func TestLyapunovErrors(t *testing.T) {
	unstable := network(t, graph.Linear, mat.NewDense(1, 1, []float64{1e10}), []float64{1})
	config := analysis.DefaultLyapunovConfig()
	config.Exponents = 1
	_, err := analysis.LyapunovSpectrum(t.Context(), unstable, []float64{1}, config)
	var escaped *analysis.EscapedError
	if !errors.As(err, &escaped) || escaped.Step != 31 || escaped.Unit != 0 {
		t.Errorf("unbounded: %v", err)
	}
	if _, err = analysis.LyapunovSpectrum(t.Context(), unstable, []float64{1, 2}, config); err == nil {
		t.Error("a start of another length is accepted")
	}
	if _, err = analysis.LyapunovSpectrum(t.Context(), unstable, []float64{math.NaN()}, config); err == nil {
		t.Error("a start of NaN is accepted")
	}
	err = analysis.LyapunovConfig{Transient: -1, Alignment: -1}.Validate(3)
	joined, _ := err.(interface{ Unwrap() []error })
	if joined == nil || len(joined.Unwrap()) != 6 {
		t.Errorf("Validate finds %v", err)
	}
	if err := analysis.DefaultLyapunovConfig().Validate(20); err != nil {
		t.Error(err)
	}
}

func TestKaplanYorke(t *testing.T) {
	for _, test := range []struct {
		exponents []float64
		want      float64
		bounded   bool
	}{
		{[]float64{-1, -2}, 0, true},
		{[]float64{0, -2}, 1, true},
		{[]float64{0.419, -1.623}, 1 + 0.419/1.623, true},
		{[]float64{0.9, 0, -14.6}, 2 + 0.9/14.6, true}, // Lorenz's attractor
		{[]float64{1, math.Inf(-1)}, 1, true},
		{[]float64{1, 0.5}, 2, false},
	} {
		if got, bounded := analysis.KaplanYorke(test.exponents); got != test.want || bounded != test.bounded {
			t.Errorf("%v: %v, %v; want %v, %v", test.exponents, got, bounded, test.want, test.bounded)
		}
	}
}

// Chaos in two dimensions: one exponent above 0, one below.
func ExampleLyapunovSpectrum() {
	config := analysis.DefaultLyapunovConfig()
	config.Exponents = 2
	config.Steps = 20_000
	result, err := analysis.LyapunovSpectrum(context.Background(), henon{}, []float64{0.1, 0.1}, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f and %.2f nats a step, dimension %.2f\n", result.Exponents[0], result.Exponents[1], result.Dimension)
	// Output: 0.42 and -1.62 nats a step, dimension 1.26
}

func BenchmarkLyapunovSpectrum(b *testing.B) {
	const n, steps = 200, 500
	d, start := randomNetwork(b, n, 2, 1)
	for _, k := range []int{1, 20, 200} {
		for _, every := range []int{1, 5} {
			b.Run(fmt.Sprintf("units=%d/k=%d/steps=%d/every=%d", n, k, steps, every), func(b *testing.B) {
				b.ReportAllocs()
				config := analysis.LyapunovConfig{Exponents: k, Steps: steps, Every: every, Blocks: 10}
				for b.Loop() {
					if _, err := analysis.LyapunovSpectrum(b.Context(), d, start, config); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
