package train

import (
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SGD is plain stochastic gradient descent,
//
//	w = w - rate g                                     without momentum
//	v = momentum v + g,  w = w - rate v                with momentum
//
// Source: the form of torch.optim.SGD without dampening.
type SGD struct {
	memory
	Momentum, WeightDecay float64
}

var _ Optimiser = (*SGD)(nil)

// Step updates the parameters in place by their gradients, which it leaves as they are.
func (o *SGD) Step(parameters []G.ValueGrad) error {
	pairs, err := o.bind(parameters)
	if err != nil {
		return err
	}
	var velocity []*tensor.Dense
	if o.Momentum > 0 {
		velocity = o.slot("velocity", parameters)
	}
	o.steps++
	for i, p := range pairs {
		if p.w64 != nil {
			kernel.SGD(p.w64, p.g64, double(velocity, i), o.rate, o.Momentum, o.WeightDecay)
			continue
		}
		kernel.SGD(p.w32, p.g32, single(velocity, i), float32(o.rate), float32(o.Momentum), float32(o.WeightDecay))
	}
	return nil
}
