package graph

import G "gorgonia.org/gorgonia"

// LSTM is the long short-term memory in PyTorch's form,
//
//	i, f, o = sigma(R h + Win x + b), each with weights of its own      g = tanh(R_g h + Win_g x + b_g + noise)
//	c' = f c + i g                    h' = o tanh(c')
//
// It carries h and c. torch.nn.LSTM stacks the gates in the order i, f, g, o and has two biases where only their sum matters. All
// weights start uniform in +-1/sqrt(N), as in PyTorch.
//
// Source: Hochreiter, Schmidhuber, Neural Comput. 9 (1997) 1735; Gers et al. (2000) for f; torch.nn.LSTM.
const LSTM = "lstm"

type lstm struct{}

func (lstm) Name() string { return LSTM }

func (lstm) Carried() int { return 2 }

func (lstm) Ignores() []string { return gatesIgnore() }

func (lstm) Declare(c Config, s Shape) []Declaration { return gates(c, s, "i", "f", "g", "o") }

func (l lstm) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	return gateValues(c, l.Declare(c, s), stream), nil
}

func (lstm) Prepare(b *Builder, w Weights) Weights { return b.prepareGates(w, "i", "f", "g", "o") }

func (lstm) Step(b *Builder, w Weights, in StepInput, s State) State {
	quiet := StepInput{X: in.X}
	i := b.Sigmoid("i", b.gate(w, "i", quiet, s))
	g := b.Tanh("g", b.gate(w, "g", in, s))
	c := b.Times("ig", i, g)
	if before := s.Before(1); before != nil {
		f := b.Sigmoid("f", b.gate(w, "f", quiet, s))
		c = b.Sum("c", b.Times("fc", f, before), c)
	}
	o := b.Sigmoid("o_gate", b.gate(w, "o", quiet, s))
	h := b.Times("h", o, b.Tanh("tanh_c", c))
	return State{Output: h, Carried: G.Nodes{h, c}}
}

// prepareGates adds the transposes that gate uses.
func (b *Builder) prepareGates(w Weights, gates ...string) Weights {
	prepared := Weights{}
	for _, gate := range gates {
		prepared["Rt_"+gate] = b.Transposed("Rt_"+gate, w["R_"+gate])
		prepared["Wint_"+gate] = b.Transposed("Wint_"+gate, w["Win_"+gate])
		prepared["b_"+gate] = w["b_"+gate]
	}
	return prepared
}

// gate adds R h + Win x + b of one gate, with the noise of in if it has some.
func (b *Builder) gate(w Weights, gate string, in StepInput, s State) *G.Node {
	return b.preactivation("_"+gate, b.Product("hRt_"+gate, s.Before(0), w["Rt_"+gate]), in, w["Wint_"+gate], w["b_"+gate])
}
