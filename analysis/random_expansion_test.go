package analysis_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// TestRandomExpansions: weights of variance gain^2/D, drawn alike by both; a linear map adds no dimension, tanh does.
func TestRandomExpansions(t *testing.T) {
	const samples, units = 300, 400
	identity := mat.NewDense(50, 50, nil)
	for i := range 50 {
		identity.Set(i, i, 1)
	}
	weights, err := analysis.RandomLinearExpansion(identity, units, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	mean, variance := stat.MeanVariance(weights.RawMatrix().Data, nil)
	near(t, "mean", mean, 0, 4*math.Sqrt(0.02/20000), 1)
	near(t, "variance", variance, 1.0/50, 4*math.Sqrt(2.0/20000), 0)

	random := rand.New(rand.NewPCG(3, 4))
	inputs := gaussian(samples, 2, random)
	before := mat.DenseCopyOf(inputs)
	linear, err := analysis.RandomLinearExpansion(inputs, units, rand.New(rand.NewPCG(5, 6)))
	if err != nil {
		t.Fatal(err)
	}
	for _, gain := range []float64{1, 30} {
		curved, err := analysis.RandomTanhExpansion(inputs, units, gain, rand.New(rand.NewPCG(5, 6)))
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i, x := range linear.RawMatrix().Data {
			worst = max(worst, math.Abs(curved.RawMatrix().Data[i]-math.Tanh(gain*x)))
		}
		near(t, "difference from tanh of the linear expansion", worst, 0, 1e-12, 1)
		if flat, bent := dimensionality(t, linear), dimensionality(t, curved); flat > 2+1e-9 || gain > 1 && bent < 2.2 {
			t.Errorf("gain %v: ED %v of the linear, %v of the tanh expansion", gain, flat, bent)
		}
	}
	if !mat.Equal(inputs, before) {
		t.Error("the inputs were changed")
	}
	// Neither bends a plane so far that its neighbours leave it.
	near(t, "TwoNN of the linear expansion", twoNN(t, linear, analysis.DefaultTwoNNConfig()).Dimension, 2, 0.2, 0)
}

// TestRandomExpansionErrors: bad inputs are errors that say what to change.
func TestRandomExpansionErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	inputs := mat.NewDense(2, 2, []float64{1, 2, 3, math.Inf(1)})
	var bad *analysis.NotFiniteError
	if _, err := analysis.RandomLinearExpansion(inputs, 3, random); !errors.As(err, &bad) {
		t.Errorf("infinite input: %v", err)
	}
	var few *analysis.TooFewSamplesError
	if _, err := analysis.RandomTanhExpansion(nil, 3, 1, random); !errors.As(err, &few) {
		t.Errorf("no input: %v", err)
	}
	inputs.Set(1, 1, 4)
	if _, err := analysis.RandomLinearExpansion(inputs, 0, random); err == nil {
		t.Error("0 units are accepted")
	}
	for _, gain := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := analysis.RandomTanhExpansion(inputs, 3, gain, random); err == nil {
			t.Errorf("gain %v is accepted", gain)
		}
	}
}
