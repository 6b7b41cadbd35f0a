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
	var velocity []*tensor.Dense
	if o.Momentum > 0 {
		velocity = o.slot("velocity", parameters)
	}
	o.steps++
	return step(parameters,
		func(i int, w, g []float32) {
			kernel.SGD(w, g, single(velocity, i), float32(o.rate), float32(o.Momentum), float32(o.WeightDecay))
		},
		func(i int, w, g []float64) {
			kernel.SGD(w, g, double(velocity, i), o.rate, o.Momentum, o.WeightDecay)
		})
}
