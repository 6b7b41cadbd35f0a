package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gorgonia.org/tensor"
)

// drop multiplies the hidden state that leaves a step by factors, B x N, one for each unit and sample: the next step and the
// readout both see the product. What else a cell carries, such as an LSTM's c, passes unchanged.
//
// Source: Srivastava et al., J. Mach. Learn. Res. 15 (2014) 1929; on the hidden state at each step as in the code of Farrell et al.
func (r *RNN) drop(b *Builder, s State) State {
	factors := newTensor(r.parameters.Precision(), nil, r.Unroll.Batch, r.parameters.Units())
	r.Dropout = append(r.Dropout, factors)
	dropped := b.Times("dropped", s.Output, b.input("keep", factors)) // B x N
	carried := slices.Clone(s.Carried)
	for i, node := range carried {
		if node == s.Output {
			carried[i] = dropped
		}
	}
	return State{Output: dropped, Carried: carried}
}

// FillDropout draws factors of dropout: 0 with the given probability, otherwise 1/(1 - probability), so that their mean is 1 and
// nothing has to be scaled where all units stay.
//
// It panics unless the probability is from 0 to below 1.
func FillDropout(factors *tensor.Dense, probability float64, rng *rand.Rand) {
	if !(probability >= 0 && probability < 1) {
		panic(fmt.Sprintf("graph: units cannot be dropped with probability %g", probability))
	}
	kept := 1 / (1 - probability)
	draw := func() float64 {
		if rng.Float64() < probability {
			return 0
		}
		return kept
	}
	switch values := factors.Data().(type) {
	case []float64:
		for i := range values {
			values[i] = draw()
		}
	case []float32:
		for i := range values {
			values[i] = float32(draw())
		}
	}
}
