package graph_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"gorgonia.org/tensor"
)

// TestDropoutFactors: in 200 000 draws a factor is 0 with probability p, within five standard errors, and 1/(1 - p) otherwise.
func TestDropoutFactors(t *testing.T) {
	const draws = 200_000
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, p := range []float64{0, 0.05, 0.5, 0.9} {
			factors := tensor.New(tensor.WithShape(draws/100, 100), tensor.Of(dtype))
			graph.FillDropout(factors, p, rand.New(rand.NewPCG(1, 2)))
			zeros := 0
			for _, factor := range graph.Values(factors) {
				switch {
				case factor == 0:
					zeros++
				case math.Abs(factor*(1-p)-1) > 1e-6:
					t.Fatalf("%v, p = %g: factor %g", dtype, p, factor)
				}
			}
			if share := float64(zeros) / draws; math.Abs(share-p) > 5*math.Sqrt(p*(1-p)/draws) {
				t.Errorf("%v: %g dropped, want %g", dtype, share, p)
			}
		}
	}
}
