package train

import (
	"math"

	G "gorgonia.org/gorgonia"
)

// clip scales all gradients by one factor so that their joint Euclidean norm is at most limit. It allocates nothing.
//
// Errors: those of reading gradients.
//
// Source: Pascanu, Mikolov, Bengio (2013), arXiv:1211.5063, algorithm 1.
//
// Differs: torch.nn.utils.clip_grad_norm_ divides by the norm + 1e-6.
func clip(parameters []G.ValueGrad, limit float64) error {
	square := 0.0
	for _, parameter := range parameters {
		gradient, err := parameter.Grad()
		if err != nil {
			return err
		}
		switch values := gradient.Data().(type) {
		case []float32:
			for _, v := range values {
				square += float64(v) * float64(v)
			}
		case []float64:
			for _, v := range values {
				square += v * v
			}
		}
	}
	norm := math.Sqrt(square)
	if !(norm > limit) { // nor if it is NaN: the loss reports that
		return nil
	}
	factor := limit / norm
	for _, parameter := range parameters {
		gradient, err := parameter.Grad()
		if err != nil {
			return err
		}
		switch values := gradient.Data().(type) {
		case []float32:
			for i := range values {
				values[i] *= float32(factor)
			}
		case []float64:
			for i := range values {
				values[i] *= factor
			}
		}
	}
	return nil
}
