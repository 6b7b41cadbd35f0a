package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// MergedNodeError reports that Gorgonia answered a new operation with a node that already stood in
// the graph. Its node hash ignores some fields (axes, the log of a softmax, slice bounds past 255),
// so such a merge silently computes something else.
type MergedNodeError struct {
	Name     string // the node that was asked for
	Existing string // the node that came back
}

func (e *MergedNodeError) Error() string {
	return fmt.Sprintf("graph: %s was merged into the existing node %s; give its operation other inputs", e.Name, e.Existing)
}

// DuplicateNameError reports a second node of one name.
type DuplicateNameError struct{ Name string }

func (e *DuplicateNameError) Error() string {
	return fmt.Sprintf("graph: two nodes are named %q; Gorgonia would take them for one", e.Name)
}

// builder adds named nodes to a graph. The first error sticks: later calls do nothing and return nil,
// so that a network reads like its equations. finish is the only way out.
type builder struct {
	g       *G.ExprGraph
	names   map[string]bool
	seen    map[int64]bool
	section string
	// For the pictures: in which part of the network each node was made, and which nodes the network names itself.
	sections map[int64]string
	named    map[int64]bool
	err      error
}

func newBuilder() *builder {
	return &builder{
		g: G.NewGraph(), names: map[string]bool{}, seen: map[int64]bool{}, sections: map[int64]string{}, named: map[int64]bool{},
	}
}

// add runs one construction, names its node and checks that the node is a new one.
func (b *builder) add(name string, construct func() (*G.Node, error)) *G.Node {
	if b.err != nil {
		return nil
	}
	if b.names[name] {
		b.err = &DuplicateNameError{Name: name}
		return nil
	}
	node, err := construct()
	if err != nil {
		b.err = fmt.Errorf("graph: %s: %w", name, err)
		return nil
	}
	if b.seen[node.ID()] {
		b.err = &MergedNodeError{Name: name, Existing: node.Name()}
		return nil
	}
	G.WithName(name)(node)
	b.names[name] = true
	b.named[node.ID()] = true
	b.claim()
	return node
}

// claim files every node that has appeared since the last call under the current section: Gorgonia
// adds helpers (repeats, reshapes, sizes) of its own beside the node that was asked for.
func (b *builder) claim() {
	for _, node := range b.g.AllNodes() {
		if !b.seen[node.ID()] {
			b.seen[node.ID()] = true
			b.sections[node.ID()] = b.section
		}
	}
}

func (b *builder) finish() error { return b.err }
