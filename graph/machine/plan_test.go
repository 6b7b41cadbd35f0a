package machine

import (
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// compiled returns the program of a network and its plan.
func compiled(t *testing.T, n *network, want ...*G.Node) *plan {
	t.Helper()
	p, err := lower(n.g, selection{want: want})
	if err != nil {
		t.Fatal(err)
	}
	for _, pass := range passes {
		pass.run(p)
	}
	separate(p)
	return planMemory(p)
}

func TestNoTwoLiveValuesShareMemory(t *testing.T) {
	for _, meanSquared := range []bool{false, true} {
		n := newNetwork(tensor.Float32, 5, 3, 6, meanSquared)
		if err := checkPlan(compiled(t, n, append(G.Nodes{n.loss}, n.gradients...)...)); err != nil {
			t.Error(err)
		}
	}
}

func TestSumsAreStacked(t *testing.T) {
	n := newNetwork(tensor.Float32, 5, 3, 6, false)
	pl := compiled(t, n, n.gradients...)
	e := newEmitter[float32](tensor.Float32, pl, 1)
	products, sums := 0, 0
	for _, in := range pl.p.instructions {
		switch {
		case in.code == codeProduct && in.pairs() > 1:
			products++
			if runs := e.runs(in); len(runs) != 1 || runs[0].k != 6*3 {
				t.Errorf("the gradient of R takes %d products", len(runs))
			}
		case in.code == codeSum && len(in.args) > 1:
			sums++
			for i := 1; i < len(in.args); i++ {
				if !e.adjacent(in.args[i-1], in.args[i]) {
					t.Error("the gradient of b1 is not one sum")
				}
			}
		}
	}
	if products != 1 || sums != 1 {
		t.Errorf("%d products and %d sums of several operands, want one each\n%v", products, sums, pl.p.listing())
	}
}

// TestLongSumsFreeMemory checks that a large batch does not keep the derivatives of all steps.
func TestLongSumsFreeMemory(t *testing.T) {
	const units, batch = 4, longTerm
	memory := func(steps int) int {
		n := newNetwork(tensor.Float32, units, batch, steps, false)
		return compiled(t, n, n.gradients...).size[tensor.Float32]
	}
	perStep := (memory(30) - memory(20)) / 10
	if limit := batch*units + 2*lineElements; perStep > limit {
		t.Errorf("a step takes %d elements, want the %d of its state", perStep, limit)
	}
}

func TestGapList(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var l gapList
	type block struct{ offset, size int }
	var taken []block
	for range 2000 {
		if len(taken) > 0 && r.IntN(2) == 0 {
			i := r.IntN(len(taken))
			l.release(taken[i].offset, taken[i].size)
			taken = append(taken[:i], taken[i+1:]...)
			continue
		}
		b := block{size: 1 + r.IntN(50)}
		b.offset = l.take(b.size)
		for _, other := range taken {
			if b.offset < other.offset+other.size && other.offset < b.offset+b.size {
				t.Fatalf("%v overlaps %v", b, other)
			}
		}
		if b.offset+b.size > l.end {
			t.Fatalf("%v ends behind %d", b, l.end)
		}
		taken = append(taken, b)
	}
	for _, b := range taken {
		l.release(b.offset, b.size)
	}
	if len(l.gaps) != 1 || l.gaps[0] != (gap{0, l.end}) {
		t.Errorf("gaps are %v, want all of %d", l.gaps, l.end)
	}
}
