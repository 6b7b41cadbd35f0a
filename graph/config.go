package graph

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data"
	"gorgonia.org/tensor"
)

// Activation names the function phi between the preactivation and the state.
type Activation string

// The activations of the paper and of its controls.
const (
	Tanh   Activation = "tanh"
	Linear Activation = "linear"
	ReLU   Activation = "relu"
	// Softplus is log(1 + e^a), for rates that stay positive.
	Softplus Activation = "softplus"
	// Sigmoid is 1/(1 + e^-a), for rates between 0 and 1.
	Sigmoid Activation = "sigmoid"
)

// ActivationNames lists the activations that a network can have.
func ActivationNames() []string {
	return []string{string(Tanh), string(Linear), string(ReLU), string(Softplus), string(Sigmoid)}
}

// activationError returns the error of an unknown activation, or nil.
func activationError(activation Activation) error {
	var faults data.Faults
	faults.CheckOneOf("activation", string(activation), ActivationNames()...)
	return faults.Join()
}

// Values of network.input.
const (
	// FixedInput means input weights that are not trained.
	FixedInput = "fixed"
	// TrainedInput means input weights that are trained with the others.
	TrainedInput = "trained"
)

// Values of network.embedding.
const (
	// DenseEmbedding means input weights with orthogonal columns, so that every input enters every unit, see [data.NewEmbedding].
	DenseEmbedding = "dense"
	// OneToOneEmbedding means that input i enters unit i alone, with weight 1, see [data.NewOneToOne].
	OneToOneEmbedding = "one_to_one"
)

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

// Coupling strengths g of the two networks of Farrell et al. (2019).
const (
	EdgeOfChaos     = 20.0
	StronglyChaotic = 250.0
)

// Config defines a network and its initial weights. The tags help and range give the meaning and the allowed values of a field as a
// key of a run's configuration, which needs 2 units; a network by itself may have 1.
type Config struct {
	Cell         string     `yaml:"cell" help:"kind of recurrent network"`
	Units        int        `yaml:"units" help:"N, the number of recurrent units" range:"2 or more"`
	Activation   Activation `yaml:"activation" help:"phi, which turns the current of a unit into its state"`
	Precision    Precision  `yaml:"precision" help:"floating-point type of all tensors"`
	Input        string     `yaml:"input" help:"whether the weights with which inputs enter are fixed or trained"`
	Embedding    string     `yaml:"embedding" help:"initial input weights: dense, by which every input enters every unit, or one_to_one, by which input i enters unit i alone with weight 1"`
	Coupling     float64    `yaml:"coupling" help:"g, the strength of the random part J: J_ij ~ N(0, g^2/N); 20 is the paper's edge of chaos, 250 its strongly chaotic network" range:"0 or more"`
	Mixing       float64    `yaml:"mixing" help:"eps in the initial weights R = (1 - eps) I + eps J" range:"above 0, at most 1"`
	ExactRadius  bool       `yaml:"exact_radius" help:"scale J so that its spectral radius is exactly coupling, as the authors' later code does, and not only in the limit of many units"`
	ReadoutScale float64    `yaml:"readout_scale" help:"s in the initial readout weights W_ij ~ N(0, s^2/N)" range:"0 or more"`

	Leak       float64 `yaml:"leak" help:"alpha = dt/tau; at 1 a unit keeps nothing of its last state" range:"above 0, at most 1"`
	LeakSpread float64 `yaml:"leak_spread" help:"draw the alpha of each unit log-uniformly from leak/leak_spread to leak; 1 gives all the same" range:"1 or more"`
	Rank       int     `yaml:"rank" help:"rank of the recurrent weights R = M L'/N (L' transposed; M and L are units x rank), at most units" range:"1 or more"`

	Excitatory      float64 `yaml:"excitatory" help:"share of excitatory units under Dale's law, the others being inhibitory; 0 turns the law off" range:"0 or more, below 1"`
	Density         float64 `yaml:"density" help:"share of the connections between different units that exist" range:"above 0, at most 1"`
	SelfConnections bool    `yaml:"self_connections" help:"whether a unit may connect to itself"`

	// Noise is sigma, the standard deviation of the normal deviates that are added to the current of each unit at each step
	// during training, at least 0. For leaky units they are multiplied by sqrt((2 - alpha)/alpha): a linear unit then fluctuates
	// with standard deviation sigma for any alpha. For small alpha the factor is sqrt(2/alpha), the usual form.
	Noise      float64 `yaml:"noise" help:"sigma of the normal noise added to the current of each unit at each step of training; a linear unit fluctuates with sigma whatever its leak" range:"0 or more"`
	InputNoise float64 `yaml:"input_noise" help:"standard deviation of the noise added to each input at each step of training" range:"0 or more"`

	// Dropout is the probability with which each component of a hidden state is set to zero at each step of training, the others being
	// divided by 1 - Dropout. Validation and measures see whole states.
	Dropout float64 `yaml:"dropout" help:"probability with which each unit's state is dropped at each step of training; the states of the others are divided by 1 - dropout" range:"0 or more, below 1"`

	// Own holds the additional settings of cells, see [OwnOptions].
	Own data.Options `yaml:",options"`
}

// DefaultConfig returns the paper's network at the edge of chaos: 200 tanh units, g = 20, eps = 0.01,
// readout scale 0.3, float32.
func DefaultConfig() Config {
	return Config{
		Cell: Vanilla, Units: 200, Activation: Tanh, Precision: Float32, Input: FixedInput, Embedding: DenseEmbedding,
		Coupling: 20, Mixing: 0.01, ReadoutScale: 0.3, Leak: 0.2, LeakSpread: 1, Rank: 2, Density: 1, SelfConnections: true,
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
	faults.CheckOneOf("cell", c.Cell, CellNames()...)
	faults.CheckOneOf("input", c.Input, FixedInput, TrainedInput)
	faults.CheckOneOf("embedding", c.Embedding, DenseEmbedding, OneToOneEmbedding)
	faults.Check(c.Leak > 0 && c.Leak <= 1, "leak", c.Leak, "above 0, at most 1")
	faults.Check(c.LeakSpread >= 1 && !math.IsInf(c.LeakSpread, 1), "leak_spread", c.LeakSpread, "a finite number, 1 or more")
	faults.Check(c.Rank >= 1, "rank", c.Rank, "1 or more")
	faults.Check(c.Rank <= c.Units || c.Cell != LowRank || c.Units < 1, "rank", c.Rank, fmt.Sprintf("at most network.units (%d)", c.Units))
	faults.Check(c.Excitatory >= 0 && c.Excitatory < 1, "excitatory", c.Excitatory, "0 for no law, else the share of excitatory units, below 1")
	faults.Check(c.Density > 0 && c.Density <= 1, "density", c.Density, "above 0, at most 1")
	finite("noise", c.Noise)
	finite("input_noise", c.InputNoise)
	faults.Check(c.Dropout >= 0 && c.Dropout < 1, "dropout", c.Dropout, "0 for none, else the probability that a unit is dropped, below 1")
	if c.Cell == LowRank {
		const fix = "its default, since the weights of low_rank are a product; use the cell leaky"
		faults.Check(c.Excitatory == 0, "excitatory", c.Excitatory, fix)
		faults.Check(c.Density == 1, "density", c.Density, fix)
		faults.Check(c.SelfConnections, "self_connections", c.SelfConnections, fix)
	}
	return faults.Join()
}
