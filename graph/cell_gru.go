package graph

import (
	"math"

	G "gorgonia.org/gorgonia"
)

// GRU is the gated recurrent unit in PyTorch's form,
//
//	r = sigma(R_r h + Win_r x + b_r)    z = sigma(R_z h + Win_z x + b_z)
//	n = tanh(Win_n x + b_n + r (R_n h + c_n) + noise)
//	h' = (1 - z) n + z h
//
// Each gate has separate weights; torch.nn.GRU stacks them in the order r, z, n and has two biases where only their sum matters.
// All start uniform in +-1/sqrt(N), as in PyTorch.
//
// Source: Cho et al. (2014), arXiv:1406.1078; torch.nn.GRU.
const GRU = "gru"

type gru struct{}

func (gru) Name() string { return GRU }

func (gru) Carried() int { return 1 }

func (gru) Ignores() []string { return gatesIgnore() }

func (gru) Declare(c Config, s Shape) []Declaration {
	return append(gates(c, s, "r", "z", "n"), Declaration{Name: "c_n", Shape: []int{c.Units}})
}

func (g gru) Init(c Config, s Shape, stream Stream) (map[string][]float64, error) {
	return gateValues(c, g.Declare(c, s), stream), nil
}

func (gru) Prepare(b *Builder, w Weights) Weights {
	prepared := b.prepareGates(w, "r", "z", "n")
	prepared["c_n"] = w["c_n"]
	return prepared
}

func (gru) Step(b *Builder, w Weights, in StepInput, s State) State {
	h := s.Before(0)
	quiet := StepInput{X: in.X}
	r := b.Sigmoid("r", b.gate(w, "r", quiet, s))
	z := b.Sigmoid("z", b.gate(w, "z", quiet, s))
	var reset *G.Node // r (R_n h + c_n)
	if h == nil {
		reset = b.TimesRow("rc", r, w["c_n"])
	} else {
		reset = b.Times("rc", r, b.AddRow("c", b.Product("hRt_n", h, w["Rt_n"]), w["c_n"]))
	}
	n := b.Tanh("n", b.preactivation("_n", reset, in, w["Wint_n"], w["b_n"]))
	if h == nil {
		return only(b.Difference("h", n, b.Times("zn", z, n)))
	}
	return only(b.Sum("h", n, b.Times("zh", z, b.Difference("h-n", h, n))))
}

// gatesIgnore lists the settings that gated cells ignore: their functions and initial weights are fixed.
func gatesIgnore() []string {
	return []string{"activation", "embedding", "coupling", "mixing", "exact_radius", "leak", "leak_spread", "rank"}
}

// gates declares the weights and one bias of each gate.
func gates(c Config, s Shape, gates ...string) []Declaration {
	n := c.Units
	var declared []Declaration
	for _, gate := range gates {
		declared = append(declared, Declaration{Name: "R_" + gate, Shape: []int{n, n}, Role: RecurrentRole})
	}
	for _, gate := range gates {
		declared = append(declared, Declaration{Name: "Win_" + gate, Shape: []int{n, s.Inputs}, Role: InputRole})
	}
	for _, gate := range gates {
		declared = append(declared, Declaration{Name: "b_" + gate, Shape: []int{n}})
	}
	return declared
}

// gateValues draws all parameters of a gated cell as PyTorch does: uniform in +-1/sqrt(N). If torch adds two biases, one is drawn.
func gateValues(c Config, declared []Declaration, stream Stream) map[string][]float64 {
	recurrent, input := stream(streamRecurrent), stream(streamInput)
	values := map[string][]float64{}
	for _, d := range declared {
		rng := recurrent
		if d.Role == InputRole {
			rng = input
		}
		values[d.Name] = uniform(d.size(), 1/math.Sqrt(float64(c.Units)), rng)
	}
	return values
}
