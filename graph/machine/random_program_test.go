package machine

import (
	"fmt"
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// TestRandomPrograms uses a random graph as a program written for the TapeMachine does: it runs machines in turn, reads nodes,
// takes solver steps and feeds results back. After every run each node must have the value that the plain interpreter computes from
// the inputs before the run, and each input its own gradient.
func TestRandomPrograms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &sprout{t: t, g: G.NewGraph(), dtype: tensor.Float64}
		m, n := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		var inputs G.Nodes
		for _, shape := range [][]int{{m, n}, {m, n}, {n}, {n}, {}, {}} {
			inputs = append(inputs, s.input(shape...))
			s.nodes = append(s.nodes, inputs[len(inputs)-1])
		}
		for range rapid.IntRange(1, 12).Draw(t, "operations") {
			s.grow()
		}
		cost := s.nodes[len(s.nodes)-1]
		s.gradients(inputs)
		machines := []*Machine{s.machine(), s.machine(checked), s.machine(WithOutputs(cost)), s.machine(TraceExec(), EvalMode())}
		for range rapid.IntRange(1, 6).Draw(t, "actions") {
			m := machines[rapid.IntRange(0, len(machines)-1).Draw(t, "machine")]
			s.run(m)
			if largest(s.inputValues(inputs)) > 1e3 {
				return // only rounding and overflow would be left to compare
			}
			if m != machines[2] && s.flip("step") { // it has computed gradients for a step
				s.step(inputs)
			}
			if s.flip("feed back") {
				s.feedBack(inputs)
			}
		}
	})
}

func (s *sprout) machine(options ...Option) *Machine {
	m, err := New(s.g, options...)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	if err := checkPlan(m.single.plan); err != nil {
		s.t.Fatalf("%v\n%v", err, m)
	}
	return m
}

func (s *sprout) inputValues(inputs G.Nodes) map[*G.Node]G.Value {
	values := map[*G.Node]G.Value{}
	for _, n := range inputs {
		values[n] = n.Value()
	}
	return values
}

// run runs a machine and compares its results.
func (s *sprout) run(m *Machine) {
	want := reference(s.g)
	limit := 1e-9 * largest(want)
	complete := true
	for _, n := range s.g.AllNodes() {
		complete = complete && want[n] != nil
	}
	if err := m.RunAll(); err != nil {
		if complete {
			s.t.Fatalf("%v\n%v", err, m)
		}
		return
	}
	for _, r := range m.results {
		var got G.Value
		if r.gradientOf != nil {
			got, _ = r.gradientOf.Grad()
		} else {
			got = r.node.Value()
		}
		if got == nil {
			s.t.Fatalf("%s (node %d) shows nothing\n%v", r.node.Name(), r.node.ID(), m)
		}
		if want[r.node] == nil || r.node.Op() == nil && r.gradientOf == nil {
			continue
		}
		if difference := differ(numbers(got), numbers(want[r.node]), limit); difference != "" {
			s.t.Fatalf("%s (node %d, gradient %v): %s\n%v", r.node.Name(), r.node.ID(), r.gradientOf, difference, m)
		}
	}
}

// step takes a solver's step on the inputs that have a gradient and compares it with w - rate g.
func (s *sprout) step(inputs G.Nodes) {
	const rate = 1e-3
	var learnables G.Nodes
	want := map[*G.Node][]float64{}
	for _, n := range inputs {
		g, err := n.Grad()
		if err != nil || g == nil || n.Deriv() == nil {
			continue
		}
		learnables = append(learnables, n)
		gradient := numbers(g)
		for i, w := range numbers(n.Value()) {
			want[n] = append(want[n], w-rate*gradient[i])
		}
	}
	if err := G.NewVanillaSolver(G.WithLearnRate(rate)).Step(G.NodesToValueGrads(learnables)); err != nil {
		s.t.Fatalf("%v", err)
	}
	for _, n := range learnables {
		scale := 1.0
		for _, x := range want[n] {
			if !math.IsInf(x, 0) {
				scale = max(scale, math.Abs(x))
			}
		}
		if difference := differ(numbers(n.Value()), want[n], 1e-12*scale); difference != "" {
			s.t.Fatalf("step of %s: %s", n.Name(), difference)
		}
	}
}

// feedBack binds a result of matching shape to an input. Results with zeros are left out: Gorgonia gives x/0 = +Inf for every x.
func (s *sprout) feedBack(inputs G.Nodes) {
	n := inputs[rapid.IntRange(0, len(inputs)-1).Draw(s.t, "input")]
	var fitting G.Nodes
	for _, result := range s.nodes[len(inputs):] {
		if v := result.Value(); v != nil && !slices.Contains(numbers(v), 0) && fmt.Sprint(v.Shape()) == fmt.Sprint(n.Shape()) && v.Dtype() == n.Dtype() {
			fitting = append(fitting, result)
		}
	}
	if len(fitting) == 0 {
		return
	}
	if err := G.Let(n, fitting[rapid.IntRange(0, len(fitting)-1).Draw(s.t, "result")].Value()); err != nil {
		s.t.Fatalf("%v", err)
	}
}
