package graph

import G "gorgonia.org/gorgonia"

// Vanilla is the paper's cell,
//
//	h_t = phi(R h_{t-1} + Win x_t + b1 + noise_t)
//
// with initially R = (1-eps) I + eps J, J_ij ~ N(0, g^2/N), and b1 = 0. Without input weights, x_t is added directly.
//
// Source: Farrell et al. (2019), equation 1.
const Vanilla = "vanilla"

type vanilla struct{}

func (vanilla) Name() string { return Vanilla }

func (vanilla) Carried() int { return 1 }

func (vanilla) Ignores() []string { return []string{"leak", "leak_spread", "rank"} }

func (vanilla) Declare(c Config, s Shape) []Declaration {
	n := c.Units
	declared := []Declaration{{Name: "R", Shape: []int{n, n}, Role: RecurrentRole}, {Name: "b1", Shape: []int{n}}}
	if !s.Embedded {
		declared = append(declared, Declaration{Name: "Win", Shape: []int{n, s.Inputs}, Role: InputRole})
	}
	return declared
}

func (vanilla) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	recurrent, err := nearIdentity(c, stream(streamRecurrent))
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{"R": recurrent}
	if !s.Embedded {
		values["Win"], err = embeddingWeights(c, s, stream(streamInput))
	}
	return values, err
}

func (vanilla) Prepare(b *Builder, w Weights) Weights {
	return Weights{"Rt": b.Transposed("Rt", w["R"]), "Wint": b.Transposed("Wint", w["Win"]), "b1": w["b1"]}
}

func (vanilla) Step(b *Builder, w Weights, in StepInput, s State) State {
	return only(b.Activate("h", b.preactivation("", b.Product("hRt", s.Before(0), w["Rt"]), in, w["Wint"], w["b1"]))) // B x N
}

// preactivation adds the total current of the units of a layer or gate, B x N: recurrent current, inputs, noise and bias. suffix is
// appended to the names of its nodes.
func (b *Builder) preactivation(suffix string, recurrent *G.Node, in StepInput, input, bias *G.Node) *G.Node {
	return b.AddRow("a"+suffix, b.Sum("u"+suffix, recurrent, b.Current("xWt"+suffix, in.X, input), in.Noise), bias)
}
