package graph_test

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func parametersOf(t *testing.T, change func(*graph.Config)) *graph.Parameters {
	t.Helper()
	config := graph.DefaultConfig()
	config.Precision = graph.Float64
	change(&config)
	parameters, err := graph.NewParameters(config, embedded(config.Units, 2), streams(rand.New(rand.NewPCG(1, 1)), rand.New(rand.NewPCG(2, 2))))
	if err != nil {
		t.Fatal(err)
	}
	return parameters
}

// TestInitialWeights checks the distribution that each field of the configuration sets.
func TestInitialWeights(t *testing.T) {
	for _, want := range []struct {
		units                     int
		coupling, mixing, readout float64
	}{{200, 20, 0.01, 0.3}, {200, 250, 0.01, 0.3}, {150, 20, 0.5, 2}} {
		p := parametersOf(t, func(c *graph.Config) {
			c.Units, c.Coupling, c.Mixing, c.ReadoutScale = want.units, want.coupling, want.mixing, want.readout
		})
		n := float64(want.units)
		var diagonal, rest []float64
		for i, v := range p.Tensor("R").Float64s() {
			if i%(want.units+1) == 0 {
				diagonal = append(diagonal, v)
			} else {
				rest = append(rest, v)
			}
		}
		deviation := want.mixing * want.coupling / math.Sqrt(n)
		if got := stat.StdDev(rest, nil); math.Abs(got/deviation-1) > 0.02 {
			t.Errorf("entries of R deviate by %g, want %g", got, deviation)
		}
		if got := stat.Mean(diagonal, nil); math.Abs(got-(1-want.mixing)) > 4*deviation/math.Sqrt(n) {
			t.Errorf("diagonal of R has mean %g, want %g", got, 1-want.mixing)
		}
		if got, want := stat.StdDev(p.Tensor("W").Float64s(), nil), want.readout/math.Sqrt(n); math.Abs(got/want-1) > 0.15 {
			t.Errorf("entries of W deviate by %g, want %g", got, want)
		}
	}
}

func TestExactRadius(t *testing.T) {
	p := parametersOf(t, func(c *graph.Config) { c.Units, c.Coupling, c.ExactRadius = 60, 20, true })
	random := mat.NewDense(60, 60, p.Tensor("R").Float64s())
	for i := range 60 {
		random.Set(i, i, random.At(i, i)-0.99)
	}
	random.Scale(1/0.01, random)
	var eigen mat.Eigen
	if !eigen.Factorize(random, mat.EigenNone) {
		t.Fatal("no eigenvalues")
	}
	radius := 0.0
	for _, value := range eigen.Values(nil) {
		radius = max(radius, cmplx.Abs(value))
	}
	if math.Abs(radius-20) > 1e-9 {
		t.Errorf("spectral radius %g, want 20", radius)
	}
}

func TestPrecisionRoundsTheSameNetwork(t *testing.T) {
	double := parametersOf(t, func(*graph.Config) {})
	single := parametersOf(t, func(c *graph.Config) { c.Precision = graph.Float32 })
	if single.Precision() != graph.Float32 || double.Precision() != graph.Float64 {
		t.Fatal("precision was not taken")
	}
	for i, v := range double.Tensor("R").Float64s() {
		if float32(v) != single.Tensor("R").Float32s()[i] {
			t.Fatalf("R[%d] is %g in float32, %g in float64", i, single.Tensor("R").Float32s()[i], v)
		}
	}
}

func TestConfigFaultsNameFieldValueAndRange(t *testing.T) {
	config := graph.Config{Units: 0, Activation: "tan", Precision: "half", Coupling: math.NaN(), Mixing: 2, ReadoutScale: -1}
	err := config.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"units = 0: must be 1 or more", "activation = tan: must be one of tanh, linear, relu",
		"precision = half", "coupling = NaN", "mixing = 2", "readout_scale = -1",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from:\n%v", want, err)
		}
	}
	if err := graph.DefaultConfig().Validate(); err != nil {
		t.Errorf("the default is not valid: %v", err)
	}
}

func TestBuildErrors(t *testing.T) {
	parameters := parametersOf(t, func(c *graph.Config) { c.Units = 4 })
	for name, unroll := range map[string]graph.Unroll{
		"batch = 0":        {Batch: 0, Steps: 1},
		"steps = 0":        {Batch: 1, Steps: 0},
		"readouts = [3]":   {Batch: 1, Steps: 3, Loss: graph.CrossEntropy, Readouts: []int{3}},
		"loss = hinge":     {Batch: 1, Steps: 1, Loss: "hinge"},
		"gradients = true": {Batch: 1, Steps: 1, Gradients: true},
	} {
		if _, err := graph.Build(parameters, unroll); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
	parameters.Config.Activation = "sine"
	if _, err := graph.Build(parameters, graph.Unroll{Batch: 1, Steps: 1}); err == nil {
		t.Error("an unknown activation was built")
	}
	config := graph.DefaultConfig()
	config.Units, config.ExactRadius, config.Coupling = 1, true, 20
	if _, err := graph.NewParameters(config, embedded(config.Units, 0), streams(rand.New(rand.NewPCG(1, 1)), rand.New(rand.NewPCG(1, 1)))); err == nil {
		t.Error("no output was accepted")
	}
	if _, err := graph.ParametersFrom(vanilla(2, graph.Tanh, graph.Float64), embedded(2, 2), map[string][]float64{"b1": {0, 0}, "b2": {0, 0}, "R": {1, 2, 3}, "W": {1, 2, 3, 4}}); err == nil {
		t.Error("three entries of R for two units were accepted")
	}
}
