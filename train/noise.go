package train

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
	"gorgonia.org/tensor"
)

// stepStream returns the stream of a purpose for step i of the current epoch. It depends on the number of all earlier steps, so that
// a run that is resumed within an epoch draws the same numbers.
func (t *Trainer) stepStream(purpose string, i int) *rand.Rand {
	c := t.Experiment.Config
	steps := c.Training.Samples / c.Training.Batch
	return c.Stream(purpose, t.Epoch()*steps+i+1)
}

// fillNoise draws the units' noise of a step of the current epoch.
func (t *Trainer) fillNoise(i int) {
	if t.noise == nil {
		return
	}
	fillNoise(t.training.Noise, t.Experiment.Config.Network.Noise, t.noise, t.stepStream(streamUnitNoise, i))
}

// fillNoise draws the noise of all steps, B x N each, with the standard deviation of each unit times its scale.
func fillNoise(steps []*tensor.Dense, deviation float64, scales []float64, rng *rand.Rand) {
	for _, noise := range steps {
		switch values := noise.Data().(type) {
		case []float64:
			for j := range values {
				values[j] = deviation * scales[j%len(scales)] * rng.NormFloat64()
			}
		case []float32:
			for j := range values {
				values[j] = float32(deviation * scales[j%len(scales)] * rng.NormFloat64())
			}
		}
	}
}

// fillDropout draws which units are dropped at a step of the current epoch.
func (t *Trainer) fillDropout(i int) {
	if len(t.training.Dropout) == 0 {
		return
	}
	rng := t.stepStream(streamDropout, i)
	for _, factors := range t.training.Dropout {
		graph.FillDropout(factors, t.Experiment.Config.Network.Dropout, rng)
	}
}
