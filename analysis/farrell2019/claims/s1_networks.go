package claims

import (
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// compressionStudy is the networks of S1 with one coupling strength.
type compressionStudy struct {
	Options
	g float64
}

// Rates of plain gradient descent. The variance of its steps is that of one sample's gradient times rate over batch.
const (
	fullRate   = 0.1     // the largest of 0.01, 0.1 and 0.8 at which a batch of 10 learns at g = 250, in pilots
	gentleRate = 0.01    // at which also a batch of 1 learns
	calmRatio  = 1.25e-4 // rate over batch of a batch of 800 at the full rate
)

// batchSizes are 1 to a whole epoch of the paper.
var batchSizes = []int{1, 10, 100, 800}

// sgd returns a network that plain gradient descent trains at a constant rate, for a number of epochs of the full problem.
func (s compressionStudy) sgd(batch int, rate float64, epochs int, changes ...change) network {
	return s.trained(batch, epochs, append([]change{plainDescent(rate)}, changes...))
}

func plainDescent(rate float64) change {
	return func(c *train.Config) {
		c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate, c.Training.Schedule.Name = "sgd", rate, "constant"
	}
}

// rmsprop returns a network that the paper's optimiser trains, with epochs of 80 to 10 steps, so that snapshots follow the fall of the
// loss, which takes 50 to 300 steps.
func (s compressionStudy) rmsprop(batch int, changes ...change) network {
	samples := map[int]int{1: 80, 10: 800, 100: 2000, 800: 8000}[batch]
	return s.trained(batch, 10, append([]change{func(c *train.Config) { c.Training.Samples = samples }}, changes...))
}

func (s compressionStudy) trained(batch, epochs int, changes []change) network {
	return swept(s.high(s.g, append([]change{func(c *train.Config) {
		c.Training.Batch, c.Training.Epochs = batch, epochs
		if s.Quick {
			c.Training.Epochs = max(2, epochs/2)
		}
		c.Measures.Splits, c.Measures.Steps, c.Measures.Further = 0, c.Training.EvaluationStep, measure.VarianceAlongReadout
	}}, changes...)...))
}

func frozenReadout(c *train.Config) { c.Training.Frozen = "W,b2" }
func noisyReadout(c *train.Config)  { c.Training.ReadoutNoise = 0.2 }
func noisyLabels(c *train.Config)   { c.Training.LabelNoise = 0.1 }
func longer(c *train.Config)        { c.Training.Epochs *= 4 }

// equalRatio returns a network for each batch size with one rate over batch, so one noise, equalRate those with one rate, and
// normalised those of the paper's optimiser.
func (s compressionStudy) equalRatio() []network {
	var networks []network
	for _, size := range batchSizes {
		networks = append(networks, s.sgd(size, calmRatio*float64(size), 60))
	}
	return networks
}

func (s compressionStudy) equalRate() []network {
	return []network{s.sgd(10, fullRate, 10), s.sgd(100, fullRate, 20), s.sgd(800, fullRate, 60)}
}

func (s compressionStudy) normalised() []network {
	var networks []network
	for _, size := range batchSizes {
		networks = append(networks, s.rmsprop(size))
	}
	return networks
}

// linear returns a network whose variance along the readout has a closed form, see [linearCourse].
func (s compressionStudy) linear() network {
	return swept(s.highSquared(s.g, plainDescent(0.2), func(c *train.Config) {
		c.Network.Activation = graph.Linear
		c.Training.EvaluationStep, c.Training.Batch, c.Training.Epochs, c.Training.Frozen = 1, c.Training.Samples, 20, "W,b1,b2"
		c.Measures.Splits, c.Measures.Steps, c.Measures.Further = 0, 1, measure.VarianceAlongReadout
	}))
}
