package train

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/graph"
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
	c := t.Experiment.Config
	rng := t.stepStream(streamUnitNoise, i)
	for _, noise := range t.training.Noise {
		switch values := noise.Data().(type) {
		case []float64:
			for j := range values {
				values[j] = c.Network.Noise * t.noise[j%len(t.noise)] * rng.NormFloat64()
			}
		case []float32:
			for j := range values {
				values[j] = float32(c.Network.Noise * t.noise[j%len(t.noise)] * rng.NormFloat64())
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
