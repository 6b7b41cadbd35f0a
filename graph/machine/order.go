package machine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
)

// errReplaced reports an operand that Gorgonia has cleared. gorgonia.Log of 1 - p becomes log1p(-p), and the node 1 - p is returned
// to a pool although other nodes may use it.
var errReplaced = errors.New("an operand is no longer in the graph: gorgonia.Log(1 - p) replaces the node 1 - p, so nothing else can be computed from it; " +
	"write Log1p(Neg(p)), or build 1 - p anew behind the Log")

// checkEdges returns an error if an operand was cleared and then reused as another node of the graph: its users are then missing
// from the edges that lead to it.
func checkEdges(g *G.ExprGraph, vertices []vertex) error {
	type pair struct{ operand, user *G.Node }
	edges := map[pair]bool{}
	for list := g.Edges(); list.Next(); {
		e := list.Edge()
		edges[pair{e.From().(*G.Node), e.To().(*G.Node)}] = true
	}
	inGraph := make(map[*G.Node]bool, len(vertices))
	for _, n := range g.AllNodes() {
		inGraph[n] = true
	}
	for _, v := range vertices {
		for _, operand := range v.operands {
			removed := !inGraph[operand] && operand.Graph() == v.node.Graph() // by the user; it is unchanged
			if inGraph[v.node] && !removed && !edges[pair{operand, v.node}] {
				return &CompileError{Node: label(v.node), Err: errReplaced}
			}
		}
	}
	return nil
}

// vertex is a node with its operands.
type vertex struct {
	node     *G.Node
	operands []*G.Node
}

// operandsFirst lists the nodes and everything that they are computed from, each after its operands, in the reverse order of
// gorgonia.Sort. They include operands that Gorgonia has removed from the graph: their users still need them.
func operandsFirst(nodes G.Nodes) ([]vertex, error) {
	const open, done = 1, 2
	state := make(map[*G.Node]int, len(nodes))
	var list []vertex
	byNumber := func(a, b *G.Node) int { return cmp.Compare(a.ID(), b.ID()) }
	// frame is a node on the path from a result to its operands.
	type frame struct {
		vertex
		next []*G.Node // operands still to visit
	}
	var path []frame
	visit := func(n *G.Node) error {
		if n == nil {
			return errors.New("an operand is nil")
		}
		if state[n] == open {
			return fmt.Errorf("node %s is computed from itself", label(n))
		}
		if state[n] == done {
			return nil
		}
		if n.Type() == nil && n.Op() == nil {
			return errReplaced
		}
		state[n] = open
		args, err := operands(n)
		if err != nil {
			return err
		}
		next := slices.Clone(args)
		slices.SortStableFunc(next, byNumber)
		path = append(path, frame{vertex{n, args}, next})
		return nil
	}
	roots := slices.Clone(nodes)
	slices.SortStableFunc(roots, byNumber)
	for _, root := range roots {
		if err := visit(root); err != nil {
			return nil, err
		}
		for len(path) > 0 {
			top := &path[len(path)-1]
			if len(top.next) == 0 {
				state[top.node] = done
				list = append(list, top.vertex)
				path = path[:len(path)-1]
				continue
			}
			next := top.next[0]
			top.next = top.next[1:]
			if err := visit(next); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}
