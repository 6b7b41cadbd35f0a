package graph_test

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/graph"
	G "gorgonia.org/gorgonia"
)

// antisymmetric is a cell: h' = h + 0.1 tanh((V - V') h + Win x + b), whose dynamics neither grow nor decay.
//
// Source: Chang et al., ICLR 2019, arXiv:1902.09689, equation 11 without diffusion.
type antisymmetric struct{}

func (antisymmetric) Name() string { return "antisymmetric" }

func (antisymmetric) Carried() int { return 1 }

func (antisymmetric) Declare(c graph.Config, s graph.Shape) []graph.Declaration {
	return []graph.Declaration{
		{Name: "V", Shape: []int{c.Units, c.Units}, Role: graph.RecurrentRole}, {Name: "b", Shape: []int{c.Units}},
		{Name: "Win", Shape: []int{c.Units, s.Inputs}, Role: graph.InputRole},
	}
}

func (antisymmetric) Init(c graph.Config, s graph.Shape, stream graph.Stream) (map[string][]float64, error) {
	values := map[string][]float64{"V": make([]float64, c.Units*c.Units), "Win": make([]float64, c.Units*s.Inputs)} // b starts at zero
	for name, entries := range values {
		rng := stream(name) // one for each purpose
		for i := range entries {
			entries[i] = 0.3 * rng.NormFloat64()
		}
	}
	return values, nil
}

func (antisymmetric) Prepare(b *graph.Builder, w graph.Weights) graph.Weights { // once per graph
	return graph.Weights{"At": b.Difference("At", b.Transposed("Vt", w["V"]), w["V"]), "Wint": b.Transposed("Wint", w["Win"]), "b": w["b"]}
}

func (antisymmetric) Step(b *graph.Builder, w graph.Weights, in graph.StepInput, s graph.State) graph.State {
	h := s.Before(0) // nil, which means zero, at the first step
	current := b.Sum("u", b.Product("hAt", h, w["At"]), b.Current("xWt", in.X, w["Wint"]), in.Noise)
	h = b.Sum("h", h, b.Scaled("change", b.Tanh("f", b.AddRow("a", current, w["b"])), 0.1)) // B x N
	return graph.State{Output: h, Carried: G.Nodes{h}}
}

// Register a custom cell before a configuration names it; `network.cell: antisymmetric` then works in every command.
func ExampleRegisterCell() {
	graph.RegisterCell(antisymmetric{})
	c := graph.DefaultConfig()
	c.Cell, c.Units = "antisymmetric", 8
	p, err := graph.NewParameters(c, graph.Shape{Inputs: 2, Outputs: 2}, anyStream)
	fmt.Println(p.Names(), err)
	// Output: [V b Win W b2] <nil>
}
