package train

import (
	"math/rand/v2"

	"gorgonia.org/tensor"
)

// mislabel replaces the labels of a share of the samples, chosen at random, by classes drawn uniformly, so that a share of
// about 1/C of these stays right. Every sample takes two numbers of the stream, whatever the share.
func (f *feed) mislabel(share float64, rng *rand.Rand) {
	classes := f.source.ClassCount()
	for i := range f.batch.Labels {
		chosen, class := rng.Float64() < share, rng.IntN(classes)
		if chosen {
			f.batch.Labels[i] = class
		}
	}
}

// readoutNoise adds noise to the readout weights while a step of training computes its gradient.
//
// Source: Murray, Edwards 1994, doi:10.1109/72.317730, for weights in general. With squared error and noise of standard
// deviation s it adds s^2 |h|^2 to the expected loss of a state h, so that the gradient shrinks states in all directions.
type readoutNoise struct {
	deviation float64
	weights   *tensor.Dense // W, C x N
	clean32   []float32     // without noise; one of the two, by the precision
	clean64   []float64
}

func newReadoutNoise(deviation float64, weights *tensor.Dense) *readoutNoise {
	return &readoutNoise{deviation: deviation, weights: weights}
}

// add replaces the weights by noisy ones.
func (n *readoutNoise) add(rng *rand.Rand) {
	switch values := n.weights.Data().(type) {
	case []float32:
		n.clean32 = append(n.clean32[:0], values...)
		for i := range values {
			values[i] += float32(n.deviation * rng.NormFloat64())
		}
	case []float64:
		n.clean64 = append(n.clean64[:0], values...)
		for i := range values {
			values[i] += n.deviation * rng.NormFloat64()
		}
	}
}

// remove puts back the weights that add replaced.
func (n *readoutNoise) remove() {
	switch values := n.weights.Data().(type) {
	case []float32:
		copy(values, n.clean32)
	case []float64:
		copy(values, n.clean64)
	}
}
