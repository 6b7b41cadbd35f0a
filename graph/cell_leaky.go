package graph

import (
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"
)

// Leaky is a continuous-time rate network, tau dh/dt = -h + phi(...), discretised in steps of dt,
//
//	h_t = (1 - alpha) h_{t-1} + alpha phi(R h_{t-1} + Win x_t + b1 + noise_t)
//
// with alpha = dt/tau, one for each unit, not trained. Initial weights are those of [Vanilla]. network.leak_spread = s > 1
// draws the units' alpha log-uniformly from leak/s to leak, so that the slowest unit is s times as slow.
//
// Source: Song, Yang, Wang, PLoS Comput. Biol. 12 (2016) e1004792; Yang et al., Nat. Neurosci. 22 (2019) 297.
const Leaky = "leaky"

type leaky struct{}

func (leaky) Name() string { return Leaky }

func (leaky) Carried() int { return 1 }

func (leaky) Ignores() []string { return []string{"rank"} }

func (leaky) Declare(c Config, s Shape) []Declaration {
	return append(vanilla{}.Declare(c, s), Declaration{Name: leakName, Shape: []int{c.Units}, Frozen: true})
}

func (leaky) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	values, err := vanilla{}.Init(c, s, stream)
	if err != nil {
		return nil, err
	}
	values[leakName] = leaks(c, stream(streamLeak))
	return values, nil
}

func (leaky) Prepare(b *Builder, w Weights) Weights {
	prepared := vanilla{}.Prepare(b, w)
	prepared[leakName] = w[leakName]
	return prepared
}

func (leaky) Step(b *Builder, w Weights, in StepInput, s State) State {
	a := b.preactivation("", b.Product("hRt", s.Before(0), w["Rt"]), in, w["Wint"], w["b1"])
	return only(b.leak("h", s.Before(0), b.Activate("f", a), w[leakName]))
}

// leakName is the name of the parameter alpha, N, of leaky cells.
const leakName = "alpha"

// leaks returns alpha of each unit.
func leaks(c Config, rng *rand.Rand) []float64 {
	values := make([]float64, c.Units)
	for i := range values {
		values[i] = c.Leak * math.Exp(-math.Log(c.LeakSpread)*rng.Float64())
	}
	return values
}

// leak adds h + alpha (f - h), which is alpha f if h is nil.
func (b *Builder) leak(name string, h, f, alpha *G.Node) *G.Node {
	if h == nil {
		return b.TimesRow(name, f, alpha)
	}
	return b.Sum(name, h, b.TimesRow("step", b.Difference("f-h", f, h), alpha))
}

// NoiseScales returns the factor of the noise of each unit, N: sqrt((2 - alpha)/alpha) for leaky units, otherwise 1. A linear unit
// without recurrence, h' = (1 - alpha) h + alpha noise, then has the stationary standard deviation [Config].Noise for any alpha.
func (p *Parameters) NoiseScales() []float64 {
	scales := make([]float64, p.Units())
	alpha := p.Tensor(leakName)
	for i := range scales {
		scales[i] = 1
	}
	if alpha != nil {
		for i, a := range Values(alpha) {
			scales[i] = math.Sqrt((2 - a) / a)
		}
	}
	return scales
}
