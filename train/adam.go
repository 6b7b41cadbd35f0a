package train

import (
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	G "gorgonia.org/gorgonia"
)

// Adam scales each gradient by running estimates of its first two moments,
//
//	m = beta1 m + (1-beta1) g,  v = beta2 v + (1-beta2) g^2
//	w = w - rate (m / (1-beta1^k)) / (sqrt(v / (1-beta2^k)) + eps)        at step k = 1, 2, ..
//
// Source: Kingma and Ba (2015), algorithm 1; the form of torch.optim.Adam.
type Adam struct {
	memory
	Beta1, Beta2, Epsilon, WeightDecay float64
}

var _ Optimiser = (*Adam)(nil)

// Step updates the parameters in place by their gradients, which it leaves as they are.
func (o *Adam) Step(parameters []G.ValueGrad) error {
	pairs, err := o.bind(parameters)
	if err != nil {
		return err
	}
	first, second := o.slot("first", parameters), o.slot("second", parameters)
	o.steps++
	for i, p := range pairs {
		if p.w64 != nil {
			kernel.Adam(p.w64, p.g64, first[i].Float64s(), second[i].Float64s(),
				o.rate, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay, int(o.steps))
			continue
		}
		kernel.Adam(p.w32, p.g32, first[i].Float32s(), second[i].Float32s(),
			float32(o.rate), float32(o.Beta1), float32(o.Beta2), float32(o.Epsilon), float32(o.WeightDecay), int(o.steps))
	}
	return nil
}
