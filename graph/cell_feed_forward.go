package graph

import (
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
)

// FeedForward is a feed-forward network with depth in place of time: layer t has weights and a bias of its own,
//
//	h_0 = phi(Win x + b_0 + noise_0),  h_t = phi(R_t h_{t-1} + b_t + noise_t),  t = 1 .. network.feed_forward.layers
//
// with initially R_t = (1-eps) I + eps J as in [Vanilla] and b_t = 0. It takes samples that are shown once, and has no map of one step,
// so neither fixed points nor Lyapunov exponents. If network.feed_forward.start is shared, all layers start from the R of [Vanilla]:
// before training its states are those of the recurrent network of the same seed.
//
// Source: the authors' code of 2022 for Farrell et al. (2019), whose layers start from one matrix and whose Win is trained
// (network.input: trained).
const FeedForward = "feed_forward"

// Values of network.feed_forward.start.
const (
	SharedStart      = "shared"
	IndependentStart = "independent"
)

// FeedForwardOptions are the settings of [FeedForward] beside those of all cells.
type FeedForwardOptions struct {
	Layers int    `yaml:"layers" help:"number of layers after the first; training.evaluation_step and measures.steps are at most as many" range:"1 or more"`
	Start  string `yaml:"start" help:"initial weights of the layers: shared, the same matrix for all, or independent, a matrix drawn for each" range:"shared or independent"`
}

// Validate joins an error for each field that is out of its range.
func (o *FeedForwardOptions) Validate() error {
	var faults data.Faults
	faults.Check(o.Layers >= 1, "layers", o.Layers, "1 or more")
	faults.CheckOneOf("start", o.Start, SharedStart, IndependentStart)
	return faults.Join()
}

type feedForward struct{}

func (feedForward) Name() string { return FeedForward }

func (feedForward) Carried() int { return 1 }

func (feedForward) Ignores() []string { return vanilla{}.Ignores() }

func (feedForward) Options() any { return &FeedForwardOptions{Layers: 10, Start: SharedStart} }

// options returns the settings of a configuration.
func (f feedForward) options(c Config) (*FeedForwardOptions, error) {
	of := f.Options().(*FeedForwardOptions)
	if err := c.Own.Into(FeedForward, of); err != nil {
		return nil, data.Within(FeedForward, err)
	}
	return of, data.Within(FeedForward, of.Validate())
}

func (f feedForward) Layers(c Config) (int, error) {
	of, err := f.options(c)
	if err != nil {
		return 0, err
	}
	return of.Layers, nil
}

// WithLayers returns the configuration with another number of layers of a [FeedForward] network.
//
// Errors: [data.FieldError] for a number below 1.
func (c Config) WithLayers(layers int) (Config, error) {
	own, err := c.Own.With(FeedForward, "layers", layers, feedForward{}.Options())
	if err != nil {
		return c, err
	}
	c.Own = own
	_, _, err = c.Layers()
	return c, err
}

// Names of the parameters of layer t.
func layerWeights(t int) string { return fmt.Sprintf("R_%d", t) }
func layerBias(t int) string    { return fmt.Sprintf("b_%d", t) }

func (f feedForward) Declare(c Config, s Shape) []Declaration {
	layers, err := f.Layers(c)
	if err != nil {
		return nil // Declare, the caller, has checked the configuration
	}
	n := c.Units
	declared := []Declaration{{Name: layerBias(0), Shape: []int{n}}}
	for t := 1; t <= layers; t++ {
		declared = append(declared, Declaration{Name: layerWeights(t), Shape: []int{n, n}, Role: RecurrentRole}, Declaration{Name: layerBias(t), Shape: []int{n}})
	}
	if !s.Embedded {
		declared = append(declared, Declaration{Name: "Win", Shape: []int{n, s.Inputs}, Role: InputRole})
	}
	return declared
}

func (f feedForward) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	of, err := f.options(c)
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{}
	var weights []float64
	for t := 1; t <= of.Layers; t++ {
		switch {
		case of.Start == IndependentStart:
			weights, err = nearIdentity(c, stream(fmt.Sprintf("%s of layer %d", streamRecurrent, t)))
		case t == 1:
			weights, err = nearIdentity(c, stream(streamRecurrent))
		}
		if err != nil {
			return nil, err
		}
		values[layerWeights(t)] = slices.Clone(weights)
	}
	if !s.Embedded {
		values["Win"], err = embeddingWeights(c, s, stream(streamInput))
	}
	return values, err
}

func (f feedForward) Prepare(b *Builder, w Weights) Weights {
	prepared := Weights{"Wint": b.Transposed("Wint", w["Win"]), layerBias(0): w[layerBias(0)]}
	for t := 1; w[layerWeights(t)] != nil; t++ {
		prepared[layerWeights(t)] = b.Transposed(layerWeights(t)+"t", w[layerWeights(t)])
		prepared[layerBias(t)] = w[layerBias(t)]
	}
	return prepared
}

func (feedForward) Step(b *Builder, w Weights, in StepInput, s State) State {
	forward := b.Product("hRt", s.Before(0), w[layerWeights(in.T)])
	return only(b.Activate("h", b.preactivation("", forward, in, w["Wint"], w[layerBias(in.T)]))) // B x N
}
