package graph

import G "gorgonia.org/gorgonia"

// LowRank is a leaky network whose recurrent weights are the product of two thin matrices,
//
//	h_t = (1 - alpha) h_{t-1} + alpha phi(M L' h_{t-1} / N + Win x_t + b1 + noise_t)
//
// M and L are N x rank, with initial entries from N(0, 1): the connectivity vectors m and n of the literature.
//
// Source: Mastrogiuseppe, Ostojic, Neuron 99 (2018) 609, equation 3, without the full-rank random part.
const LowRank = "low_rank"

type lowRank struct{}

func (lowRank) Name() string { return LowRank }

func (lowRank) Carried() int { return 1 }

func (lowRank) Ignores() []string { return []string{"coupling", "mixing", "exact_radius"} }

func (lowRank) Declare(c Config, s Shape) []Declaration {
	n := c.Units
	declared := []Declaration{{Name: "M", Shape: []int{n, c.Rank}}, {Name: "L", Shape: []int{n, c.Rank}}, {Name: "b1", Shape: []int{n}}}
	if !s.Embedded {
		declared = append(declared, Declaration{Name: "Win", Shape: []int{n, s.Inputs}, Role: InputRole})
	}
	return append(declared, Declaration{Name: leakName, Shape: []int{n}, Frozen: true})
}

func (lowRank) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	rng := stream(streamRecurrent)
	values := map[string][]float64{leakName: leaks(c, stream(streamLeak))}
	for _, name := range []string{"M", "L"} {
		entries := make([]float64, c.Units*c.Rank)
		for i := range entries {
			entries[i] = rng.NormFloat64()
		}
		values[name] = entries
	}
	var err error
	if !s.Embedded {
		values["Win"], err = embeddingWeights(c, s, stream(streamInput))
	}
	return values, err
}

func (lowRank) Prepare(b *Builder, w Weights) Weights {
	scaled := b.Scaled("L/N", w["L"], 1/float64(b.Config.Units)) // N x rank
	return Weights{"L": scaled, "Mt": b.Transposed("Mt", w["M"]), "Wint": b.Transposed("Wint", w["Win"]), "b1": w["b1"], leakName: w[leakName]}
}

// Connections returns M L'/N.
func (lowRank) Connections(b *Builder, w Weights) G.Nodes {
	product := b.Product("ML'", w["M"], b.Transposed("L'", w["L"]))
	return G.Nodes{b.Scaled("ML'/N", product, 1/float64(b.Config.Units))}
}

func (lowRank) Step(b *Builder, w Weights, in StepInput, s State) State {
	recurrent := b.Product("kMt", b.Product("k", s.Before(0), w["L"]), w["Mt"]) // k: B x rank
	a := b.preactivation("", recurrent, in, w["Wint"], w["b1"])
	return only(b.leak("h", s.Before(0), b.Activate("f", a), w[leakName]))
}
