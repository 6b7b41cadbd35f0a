package train

import (
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RMSProp divides each gradient by a running root mean square,
//
//	s = alpha s + (1-alpha) g^2
//	w = w - rate g / (sqrt(s) + eps)                                  without momentum
//	v = momentum v + g / (sqrt(s) + eps),  w = w - rate v             with momentum
//
// Source: Tieleman and Hinton (2012), lecture 6.5; the form of torch.optim.RMSprop.
// Differs: from Gorgonia's RMSPropSolver, which takes sqrt(s + eps) and ignores momentum. Late in
// training, where gradients are smaller than sqrt(eps), the two differ.
type RMSProp struct {
	memory
	Alpha, Epsilon, Momentum, WeightDecay float64
}

var _ Optimiser = (*RMSProp)(nil)

// Step updates the parameters in place by their gradients, which it leaves as they are.
func (o *RMSProp) Step(parameters []G.ValueGrad) error {
	pairs, err := o.bind(parameters)
	if err != nil {
		return err
	}
	square := o.slot("square", parameters)
	var velocity []*tensor.Dense
	if o.Momentum > 0 {
		velocity = o.slot("velocity", parameters)
	}
	o.steps++
	for i, p := range pairs {
		if p.w64 != nil {
			kernel.RMSProp(p.w64, p.g64, square[i].Float64s(), double(velocity, i), o.rate, o.Alpha, o.Epsilon, o.Momentum, o.WeightDecay)
			continue
		}
		kernel.RMSProp(p.w32, p.g32, square[i].Float32s(), single(velocity, i),
			float32(o.rate), float32(o.Alpha), float32(o.Epsilon), float32(o.Momentum), float32(o.WeightDecay))
	}
	return nil
}

// single and double return the data of one array of an optional slot, nil where the slot is not used.
func single(slot []*tensor.Dense, i int) []float32 {
	if slot == nil {
		return nil
	}
	return slot[i].Float32s()
}

func double(slot []*tensor.Dense, i int) []float64 {
	if slot == nil {
		return nil
	}
	return slot[i].Float64s()
}
