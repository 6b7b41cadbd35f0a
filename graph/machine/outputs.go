package machine

import (
	"errors"

	G "gorgonia.org/gorgonia"
)

// selection says which values the user can read.
type selection struct {
	want    G.Nodes // only these; empty for the default
	every   bool    // also the intermediate nodes that Grad has added
	dual    G.Nodes // nodes with dual values
	allDual bool    // all variables that have a gradient
}

// roots lists the nodes that the program may have to compute: those of the graph, and wanted ones that Gorgonia has
// removed from it.
func (s selection) roots(g *G.ExprGraph) G.Nodes {
	roots := append(G.Nodes(nil), g.AllNodes()...)
	for _, n := range append(append(G.Nodes(nil), s.want...), s.dual...) {
		if n != nil && n.Graph() == g {
			roots = append(roots, n)
		}
	}
	return roots
}

// outputs fills in the outputs of the program.
func (l *lowering) outputs(vertices []vertex, s selection) error {
	users := make(map[*G.Node][]*G.Node, len(vertices))
	for _, v := range vertices {
		for _, operand := range v.operands {
			users[operand] = append(users[operand], v.node)
		}
	}
	first := firstOfGrad(vertices, users)
	want := s.want
	if len(want) == 0 {
		want = l.visible(vertices, users, first, s.every)
	}
	isVertex := make(map[*G.Node]bool, len(vertices))
	for _, v := range vertices {
		isVertex[v.node] = true
	}
	known := func(n *G.Node) error {
		switch {
		case n == nil:
			return &CompileError{Err: errors.New("a wanted node is nil; check the error of the call that made it")}
		case isVertex[n] && l.values[n] == nil:
			return &CompileError{Node: label(n), Err: errors.New("it is wanted but is a statement without a value")}
		case l.values[n] == nil:
			return &CompileError{Node: label(n), Err: errors.New("it is wanted but not in this graph")}
		}
		return nil
	}
	seen := map[*G.Node]bool{}
	for _, n := range want {
		if err := known(n); err != nil {
			return err
		}
		if !seen[n] {
			seen[n] = true
			l.p.outputs = append(l.p.outputs, output{node: n, v: l.values[n]})
		}
	}
	dual := map[*G.Node]bool{}
	for _, n := range s.dual {
		if n == nil {
			return &CompileError{Err: errors.New("a node of BindDualValues is nil; check the error of the call that made it")}
		}
		dual[n] = true // a node without a gradient gets none, as on a TapeMachine: programs pass the same list for evaluation
	}
	for _, v := range vertices {
		n, d := v.node, v.node.Deriv()
		switch {
		case d == nil || l.values[d] == nil:
		case dual[n] || s.allDual && n.IsVar():
			l.p.outputs = append(l.p.outputs, output{node: d, v: l.values[d], gradientOf: n, dual: true})
		case n.IsVar() && (seen[d] || len(s.want) == 0):
			alone := d.ID() >= first && len(d.DerivOf()) == 1
			l.p.outputs = append(l.p.outputs, output{node: d, v: l.values[d], gradientOf: n, alone: alone})
		}
	}
	return nil
}

// visible lists the nodes that have a value by default: every node that existed before gorgonia.Grad, every gradient, and every
// node that nothing uses. Intermediate nodes added by Grad are left out, unless every is set.
func (l *lowering) visible(vertices []vertex, users map[*G.Node][]*G.Node, first int64, every bool) (want G.Nodes) {
	between := map[*G.Node]bool{} // nodes that only gradients are computed from
	for i := len(vertices) - 1; i >= 0; i-- {
		n := vertices[i].node
		if n.Op() == nil || n.ID() < first || n.Deriv() != nil || len(n.DerivOf()) > 0 || len(users[n]) == 0 {
			continue
		}
		between[n] = true
		for _, user := range users[n] {
			if !between[user] && len(user.DerivOf()) == 0 {
				between[n] = false
			}
		}
	}
	for _, v := range vertices {
		n := v.node
		if l.values[n] != nil && n.Op() != nil && !isConstant(n.Op()) && (every || !between[n]) {
			want = append(want, n)
		}
	}
	return want
}

// firstOfGrad returns the smallest number that a node made by Grad can have. Grad numbers its nodes after the cost, and the cost is
// a node with a derivative that no other such node uses.
func firstOfGrad(vertices []vertex, users map[*G.Node][]*G.Node) int64 {
	first := int64(-1)
	for _, v := range vertices {
		isCost := v.node.Deriv() != nil
		for _, user := range users[v.node] {
			isCost = isCost && user.Deriv() == nil
		}
		if isCost && (first < 0 || v.node.ID() < first) {
			first = v.node.ID()
		}
	}
	if first < 0 {
		return 1<<63 - 1
	}
	return first + 1
}
