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
	"github.com/unfurl-rnn/unfurl/graph"
)

// followed returns the trajectories of d from random starts of the given size.
func followed(d analysis.Dynamics, samples, steps int, size float64) *data.Trajectory {
	random := rand.New(rand.NewPCG(21, 22))
	states := mat.NewDense(samples, d.Units(), nil)
	states.Apply(func(_, _ int, _ float64) float64 { return size * random.NormFloat64() }, states)
	trajectory := &data.Trajectory{H: []*mat.Dense{states}, Labels: make([]int, samples), Clusters: make([]int, samples)}
	for range steps - 1 {
		next := mat.NewDense(samples, d.Units(), nil)
		for i := range samples {
			d.Step(next.RawRowView(i), states.RawRowView(i))
		}
		trajectory.H = append(trajectory.H, next)
		states = next
	}
	return trajectory
}

// TestLocalLyapunovIsTheSpectrumOfProducts compares with singular values of products that are formed outright.
func TestLocalLyapunovIsTheSpectrumOfProducts(t *testing.T) {
	const n, samples, steps, from = 40, 5, 12, 2
	d, _ := randomNetwork(t, n, 1.7, 3)
	trajectory := followed(d, samples, steps, 1)
	for _, k := range []int{1, 6, n} {
		config := analysis.LocalLyapunovConfig{Exponents: k, From: from, Samples: 100}
		for name, dynamics := range map[string]analysis.Dynamics{"network": d, "plain": plain{d}} {
			curve, err := analysis.LocalLyapunov(t.Context(), dynamics, trajectory, config)
			if err != nil {
				t.Fatal(err)
			}
			if len(curve.Steps) != steps-1-from || curve.Steps[0] != from+1 || len(curve.Samples) != samples {
				t.Fatalf("steps %v, samples %v", curve.Steps, curve.Samples)
			}
			sums, squares := mat.NewDense(len(curve.Steps), k, nil), mat.NewDense(len(curve.Steps), k, nil)
			for i := range samples {
				product, jacobian := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
				for step := range curve.Steps {
					d.Jacobian(jacobian, trajectory.H[from+step].RawRowView(i))
					var next mat.Dense
					if next.CloneFrom(jacobian); step > 0 {
						next.Mul(jacobian, product)
					}
					product = &next
					var svd mat.SVD
					svd.Factorize(product, mat.SVDNone)
					for j, value := range svd.Values(nil)[:k] {
						rate := math.Log(value) / float64(step+1)
						sums.Set(step, j, sums.At(step, j)+rate)
						squares.Set(step, j, squares.At(step, j)+rate*rate)
					}
				}
			}
			for step := range curve.Steps {
				for j := range k {
					want, got := sums.At(step, j)/samples, curve.Mean.At(step, j)
					if math.IsNaN(got) && j > 10 && (want-curve.Mean.At(step, 0))*float64(step+1) < math.Log(1e-10) {
						continue // below rounding in some sample
					}
					spread := math.Sqrt(math.Max(0, squares.At(step, j)/samples-want*want) / (samples - 1))
					if !(math.Abs(got-want) < 2e-4) || math.Abs(curve.Errors.At(step, j)-spread) > 2e-4 {
						t.Errorf("%s, k = %d, t = %d, exponent %d: %v +- %v, want %v +- %v", name, k, curve.Steps[step], j, got, curve.Errors.At(step, j), want, spread)
					}
				}
			}
		}
	}
}

// TestLocalLyapunovRotation grows by known factors in rotated directions: the same at every t and sample, without error.
func TestLocalLyapunovRotation(t *testing.T) {
	// A normal matrix: its singular values are the moduli of its eigenvalues, 1.2 twice and 0.5.
	c, s := 1.2*math.Cos(1), 1.2*math.Sin(1)
	d := network(t, graph.Linear, mat.NewDense(3, 3, []float64{c, -s, 0, s, c, 0, 0, 0, 0.5}), nil)
	curve, err := analysis.LocalLyapunov(t.Context(), d, followed(d, 4, 9, 1), analysis.LocalLyapunovConfig{Exponents: 3, Samples: 2})
	if err != nil {
		t.Fatal(err)
	}
	for step := range curve.Steps {
		for j, want := range []float64{math.Log(1.2), math.Log(1.2), math.Log(0.5)} {
			if math.Abs(curve.Mean.At(step, j)-want) > 1e-9 || curve.Errors.At(step, j) > 1e-9 {
				t.Errorf("t = %d, exponent %d: %v +- %v, want %v", curve.Steps[step], j, curve.Mean.At(step, j), curve.Errors.At(step, j), want)
			}
		}
	}
	if len(curve.Warnings) > 0 || len(curve.Samples) != 2 || curve.Samples[1] != 2 {
		t.Errorf("warnings %v, samples %v", curve.Warnings, curve.Samples)
	}
}

func TestLocalLyapunovDeadUnits(t *testing.T) {
	weights, bias := mat.NewDense(4, 4, nil), []float64{-100, -100, 1, 1}
	for i := range 4 {
		weights.Set(i, i, 0.9)
	}
	d := network(t, graph.ReLU, weights, bias)
	trajectory := followed(d, 3, 6, 1)
	for _, states := range trajectory.H {
		states.Apply(func(_, _ int, v float64) float64 { return math.Abs(v) }, states)
	}
	curve, err := analysis.LocalLyapunov(t.Context(), d, trajectory, analysis.LocalLyapunovConfig{Exponents: 4, Samples: 3})
	if err != nil {
		t.Fatal(err)
	}
	last := len(curve.Steps) - 1
	var lost *analysis.UnresolvedWarning
	if math.Abs(curve.Mean.At(last, 1)-math.Log(0.9)) > 1e-9 || !math.IsNaN(curve.Mean.At(last, 2)) || !math.IsNaN(curve.Errors.At(last, 3)) ||
		!errors.As(errors.Join(curve.Warnings...), &lost) || lost.Exponents != 2 || lost.Step != 1 {
		t.Errorf("mean %v, warning %+v", mat.Formatted(curve.Mean), lost)
	}
}

// TestLocalLyapunovNothingLeft has a product that is 0 from the first step on.
func TestLocalLyapunovNothingLeft(t *testing.T) {
	d := network(t, graph.Linear, mat.NewDense(2, 2, nil), nil)
	curve, err := analysis.LocalLyapunov(t.Context(), d, followed(d, 2, 3, 1), analysis.LocalLyapunovConfig{Exponents: 2, Samples: 2})
	if err != nil {
		t.Fatal(err)
	}
	for step := range curve.Steps {
		if !math.IsInf(curve.Mean.At(step, 0), -1) || !math.IsNaN(curve.Errors.At(step, 1)) {
			t.Errorf("t = %d: %v +- %v", curve.Steps[step], curve.Mean.At(step, 0), curve.Errors.At(step, 1))
		}
	}
}

func TestLocalLyapunovErrors(t *testing.T) {
	d, _ := randomNetwork(t, 5, 1, 1)
	config := analysis.LocalLyapunovConfig{Exponents: 2, Samples: 9}
	good := followed(d, 3, 4, 1)
	broken := followed(d, 3, 4, 1)
	broken.H[1].Set(2, 1, math.NaN())
	var place *analysis.AtStep
	if _, err := analysis.LocalLyapunov(t.Context(), d, broken, config); !errors.As(err, &place) || place.Step != 1 {
		t.Errorf("NaN: %v", err)
	}
	if _, err := analysis.LocalLyapunov(t.Context(), d, followed(d, 1, 4, 1), config); err == nil {
		t.Error("one sample is accepted")
	}
	if _, err := analysis.LocalLyapunov(t.Context(), henon{}, good, config); err == nil {
		t.Error("states of another map are accepted")
	}
	for _, wrong := range []analysis.LocalLyapunovConfig{{2, 3, 9}, {0, 0, 9}, {6, 0, 9}, {2, 0, 1}, {2, -1, 9}} {
		if _, err := analysis.LocalLyapunov(t.Context(), d, good, wrong); err == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}

func BenchmarkLocalLyapunov(b *testing.B) {
	const n, samples, steps = 200, 10, 31
	d, _ := randomNetwork(b, n, 1.5, 1)
	trajectory := followed(d, samples, steps, 1)
	for _, k := range []int{1, 10} {
		b.Run(fmt.Sprintf("units=%d/samples=%d/steps=%d/k=%d", n, samples, steps, k), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := analysis.LocalLyapunov(b.Context(), d, trajectory, analysis.LocalLyapunovConfig{Exponents: k, Samples: samples}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
