package machine

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// TestRandomNetworks compares unrolled networks of random form: shared and unshared weights, inputs at some steps,
// losses at some steps, every way to write a product with a transposed matrix, and all gradients.
func TestRandomNetworks(t *testing.T) {
	fused := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		s := &sprout{t: t, g: G.NewGraph(), dtype: tensor.Float64}
		if rapid.Bool().Draw(t, "single") {
			s.dtype = tensor.Float32
		}
		want := s.network()
		m := compare(t, s.g, want, 50*tolerance(s.dtype))
		for _, in := range m.program.instructions {
			fused[form(in)] = true
		}
	})
	for _, name := range []string{
		"product many", "product bias", "product activation", "product slope", "product addend",
		"sum many", "binary repeated", "tanh gradient", "relu gradient", "transpose",
	} {
		if !fused[name] {
			t.Errorf("no program had a %s", name)
		}
	}
}

// form names the form that the passes have given an instruction.
func form(in *instruction) string {
	name := in.code.name
	switch {
	case in.code == codeProduct && in.slope > 0:
		name += " slope"
	case in.code == codeProduct && in.act != identity:
		name += " activation"
	case in.code == codeProduct && in.bias > 0:
		name += " bias"
	case in.code == codeProduct && in.addend > 0:
		name += " addend"
	case in.code == codeProduct && in.pairs() > 1, in.code == codeSum && len(in.args) > 1:
		name += " many"
	case in.code == codeBinary && in.spans != [2]span{whole, whole}:
		name += " repeated"
	}
	return name
}

func (s *sprout) flip(label string) bool { return rapid.Bool().Draw(s.t, label) }

// add gives the input the next name.
func (s *sprout) add(shape ...int) *G.Node {
	n := s.input(shape...)
	s.nodes = append(s.nodes, n)
	return n
}

// times multiplies h by the transpose or by the matrix itself, which are both n x n.
func (s *sprout) times(h, weights *G.Node) *G.Node {
	if s.flip("transposed") {
		weights = must(G.Transpose(weights, 1, 0))
	}
	if s.flip("from the left") { // (W hᵀ)ᵀ
		product := must(G.Mul(must(G.Transpose(weights, 1, 0)), must(G.Transpose(h, 1, 0))))
		return must(G.Transpose(product, 1, 0))
	}
	return must(G.Mul(h, weights))
}

func (s *sprout) activate(a *G.Node) *G.Node {
	switch rapid.IntRange(0, 4).Draw(s.t, "activation") {
	case 0:
		return must(G.Rectify(a))
	case 1:
		return must(G.Sigmoid(a))
	case 2:
		return a
	}
	return must(G.Tanh(a))
}

// network returns the nodes to compare: the loss, some states, and all gradients.
func (s *sprout) network() G.Nodes {
	size := func(label string) int { return rapid.IntRange(1, 6).Draw(s.t, label) }
	batch, units, steps := size("batch"), size("units"), rapid.IntRange(1, 6).Draw(s.t, "steps")
	weights, bias := s.add(units, units), s.add(units)
	var learned G.Nodes
	learn := func(n *G.Node) *G.Node {
		if !learned.Contains(n) {
			learned = append(learned, n)
		}
		return n
	}
	h := s.add(batch, units)
	var losses, states G.Nodes
	for step := range steps {
		W := weights
		if rapid.IntRange(0, 4).Draw(s.t, "own weights") == 0 {
			W = s.add(units, units)
		}
		a := s.times(h, learn(W))
		if s.flip("input") {
			x := s.add(batch, units)
			if s.flip("input first") {
				a = must(G.Add(x, a))
			} else {
				a = must(G.Add(a, x))
			}
		}
		if rapid.IntRange(0, 5).Draw(s.t, "bias") > 0 {
			a = must(G.BroadcastAdd(a, learn(bias), nil, []byte{0}))
		}
		h = s.activate(a)
		states = append(states, h)
		if s.flip("residual") && step > 0 {
			h = must(G.Add(h, states[step-1]))
		}
		if s.flip("loss") || step == steps-1 {
			losses = append(losses, s.loss(h, step))
		}
	}
	total := losses[0]
	for _, loss := range losses[1:] {
		total = must(G.Add(total, loss))
	}
	want := G.Nodes{total}
	for _, h := range states {
		if s.flip("wanted state") {
			want = append(want, h)
		}
	}
	gradients, err := G.Grad(total, learned...)
	if err != nil {
		s.t.Fatalf("gradients: %v", err)
	}
	return append(want, gradients...)
}

func (s *sprout) loss(h *G.Node, step int) *G.Node {
	target := s.add(h.Shape()...)
	G.WithName(fmt.Sprintf("target[%d]", step))(target)
	if s.flip("cross-entropy") {
		return must(G.Neg(must(G.Mean(must(G.HadamardProd(must(G.LogSoftMax(h, 1)), target))))))
	}
	return must(G.Mean(must(G.Square(must(G.Sub(h, target))))))
}
