package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// RandomLinearExpansion returns a random linear map of inputs to units, as an untrained linear layer computes it,
//
//	y = x W,  W_ij ~ N(0, 1/D)
//
// so that measures of the hidden states can be compared with those of a mere change of dimension.
//
// inputs is S x D, one sample a row, at least one of each; the result is S x units, and keeps the mean square of the
// inputs. D units normal values are drawn from random, row by row of W; random must not be nil. inputs is not changed.
// Errors: [*TooFewSamplesError], [*NotFiniteError], fewer than 1 unit.
//
// Source: Johnson, Lindenstrauss 1984.
func RandomLinearExpansion(inputs *mat.Dense, units int, random *rand.Rand) (*mat.Dense, error) {
	return randomExpansion("random linear expansion", inputs, units, 1, random)
}

// RandomTanhExpansion returns a random nonlinear map of inputs to units, as an untrained layer computes it,
//
//	y = tanh(x W),  W_ij ~ N(0, gain^2/D)
//
// Its curvature grows with gain: near 0 it is linear, and far above the inverse of the inputs' size each unit is a sign function.
//
// inputs is S x D, one sample a row, at least one of each; gain is above 0; the result is S x units in [-1, 1]. D units
// normal values are drawn from random, row by row of W: with gain 1 the same W as [RandomLinearExpansion] from the same
// state. random must not be nil. inputs is not changed. Errors: [*TooFewSamplesError], [*NotFiniteError], fewer than 1
// unit, gain out of range.
//
// Source: Barak, Rigotti, Fusi 2013, doi:10.1523/JNEUROSCI.2753-12.2013, random expansions with mixed selectivity.
func RandomTanhExpansion(inputs *mat.Dense, units int, gain float64, random *rand.Rand) (*mat.Dense, error) {
	if !(gain > 0) || math.IsInf(gain, 1) {
		return nil, fmt.Errorf("analysis: random tanh expansion with gain %v: must be above 0, finite", gain)
	}
	expanded, err := randomExpansion("random tanh expansion", inputs, units, gain, random)
	if err != nil {
		return nil, err
	}
	values := expanded.RawMatrix().Data
	for i, x := range values {
		values[i] = math.Tanh(x)
	}
	return expanded, nil
}

// randomExpansion returns inputs times D x units normal weights of variance gain^2/D.
func randomExpansion(measure string, inputs *mat.Dense, units int, gain float64, random *rand.Rand) (*mat.Dense, error) {
	if inputs == nil || inputs.IsEmpty() {
		return nil, &TooFewSamplesError{Measure: measure, Samples: 0, Least: 1}
	}
	if units < 1 {
		return nil, fmt.Errorf("analysis: %s to %d units; ask for at least 1", measure, units)
	}
	if err := checkFinite(inputs); err != nil {
		return nil, err
	}
	samples, dimensions := inputs.Dims()
	weights := newGeneral(dimensions, units)
	deviation := gain / math.Sqrt(float64(dimensions))
	for i := range weights.Data {
		weights.Data[i] = deviation * random.NormFloat64()
	}
	expanded := mat.NewDense(samples, units, nil)
	multiply(expanded.RawMatrix(), inputs.RawMatrix(), weights, false)
	return expanded, nil
}
