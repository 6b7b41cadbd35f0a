package graph

import (
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"gorgonia.org/tensor"
)

// Activation names the function phi between the preactivation and the state.
type Activation string

// The activations of the paper and its controls.
const (
	Tanh   Activation = "tanh"
	Linear Activation = "linear"
	ReLU   Activation = "relu"
)

// ActivationNames lists the activations that a network can have.
func ActivationNames() []string { return []string{string(Tanh), string(Linear), string(ReLU)} }

// activationError returns the fault of an activation that is none, or nil.
func activationError(activation Activation) error {
	var faults data.Faults
	faults.CheckOneOf("activation", string(activation), ActivationNames()...)
	return faults.Join()
}

// Loss names the objective that training reduces.
type Loss string

const (
	// NoLoss leaves the readout and the loss out of the graph: a graph that only records states.
	NoLoss Loss = ""
	// CrossEntropy is the mean over the batch of -log softmax(o)[label].
	CrossEntropy Loss = "cross_entropy"
	// MeanSquaredError is the mean over batch and classes of (o - 0.7 onehot(label))^2.
	MeanSquaredError Loss = "mse"
)

// LossNames lists the losses that a network can be trained with.
func LossNames() []string { return []string{string(CrossEntropy), string(MeanSquaredError)} }

// TargetScale returns the value that the target row of a sample holds at its label: 1 for
// cross-entropy and 0.7 for the mean squared error.
//
// Source: Farrell et al. (2019), appendix.
func (l Loss) TargetScale() float64 {
	if l == MeanSquaredError {
		return 0.7
	}
	return 1
}

// Precision names the floating-point type of all tensors of a network.
type Precision string

const (
	Float32 Precision = "float32"
	Float64 Precision = "float64"
)

// Dtype returns the tensor type of the precision.
func (p Precision) Dtype() tensor.Dtype {
	if p == Float64 {
		return tensor.Float64
	}
	return tensor.Float32
}

// Config holds what defines a network and its initial weights.
type Config struct {
	// Units is the number N of recurrent units, at least 1.
	Units int `yaml:"units"`
	// Activation is tanh, linear or relu.
	Activation Activation `yaml:"activation"`
	// Precision is float32 or float64.
	Precision Precision `yaml:"precision"`
	// Coupling is g, the strength of the random part J: J_ij ~ N(0, g^2/N). 20 is the paper's edge
	// of chaos, 250 its strongly chaotic network. At least 0.
	Coupling float64 `yaml:"coupling"`
	// Mixing is eps in R = (1-eps) I + eps J, in (0, 1].
	Mixing float64 `yaml:"mixing"`
	// ExactRadius scales J so that the modulus of its largest eigenvalue is exactly Coupling, as the
	// authors' later code does, instead of only in the limit of many units.
	ExactRadius bool `yaml:"exact_radius"`
	// ReadoutScale is s in W_ij ~ N(0, s^2/N), at least 0.
	ReadoutScale float64 `yaml:"readout_scale"`
}

// DefaultConfig returns the paper's network at the edge of chaos: 200 tanh units, g = 20, eps = 0.01,
// readout scale 0.3, float32.
func DefaultConfig() Config {
	return Config{
		Units: 200, Activation: Tanh, Precision: Float32,
		Coupling: 20, Mixing: 0.01, ReadoutScale: 0.3,
	}
}

// Validate joins one error for every field that is out of its range.
func (c Config) Validate() error {
	var faults data.Faults
	finite := func(key string, value float64) {
		faults.Check(value >= 0 && !math.IsInf(value, 1), key, value, "a finite number, 0 or more")
	}
	faults.Check(c.Units >= 1, "units", c.Units, "1 or more")
	faults.CheckOneOf("activation", string(c.Activation), ActivationNames()...)
	faults.CheckOneOf("precision", string(c.Precision), string(Float32), string(Float64))
	finite("coupling", c.Coupling)
	faults.Check(c.Mixing > 0 && c.Mixing <= 1, "mixing", c.Mixing, "above 0, at most 1")
	finite("readout_scale", c.ReadoutScale)
	return faults.Join()
}
