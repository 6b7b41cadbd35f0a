package graph

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Machine runs a compiled graph. It is a gorgonia.VM whose results are looked up by node.
type Machine interface {
	G.VM
	// Value returns the value of a wanted node in the last run. It is stable until the next run; copy what has to live longer.
	Value(n *G.Node) (G.Value, error)
}

// Staged is a [Machine] that can stop at a wanted node and resume later. This lets a training step
// inspect the loss before it computes gradients.
type Staged interface {
	Machine
	// RunTo runs as far as the wanted node n needs.
	RunTo(n *G.Node) error
	// Resume runs the rest.
	Resume() error
}

// Engine compiles a graph into a machine that computes the wanted nodes.
type Engine func(g *G.ExprGraph, wanted G.Nodes) (Machine, error)

// Tape is the [Engine] of Gorgonia's own TapeMachine. It is the slow reference for checking faster engines.
func Tape(g *G.ExprGraph, wanted G.Nodes) (Machine, error) {
	m := &tape{values: make(map[*G.Node]*G.Value, len(wanted))}
	for _, node := range wanted {
		if node == nil {
			return nil, errors.New("graph: a wanted node is nil")
		}
		if m.values[node] == nil {
			// A read statement copies the value before a later operation can reuse its register.
			m.values[node] = new(G.Value)
			G.Read(node, m.values[node])
		}
	}
	// NewTapeMachine panics where Compile returns an error, so compile first.
	program, locations, err := G.Compile(g)
	if err != nil {
		return nil, fmt.Errorf("graph: compile: %w", err)
	}
	m.vm = G.NewTapeMachine(g, G.WithPrecompiled(program, locations))
	return m, nil
}

type tape struct {
	vm     G.VM
	values map[*G.Node]*G.Value
}

func (m *tape) RunAll() error {
	// Reset first: a TapeMachine that is run twice without it stays at the end of its tape.
	m.vm.Reset()
	if err := m.vm.RunAll(); err != nil {
		return fmt.Errorf("graph: run: %w", err)
	}
	return nil
}

func (m *tape) Reset()       { m.vm.Reset() }
func (m *tape) Close() error { return m.vm.Close() }

func (m *tape) Value(n *G.Node) (G.Value, error) {
	value := m.values[n]
	if value == nil || *value == nil {
		return nil, fmt.Errorf("graph: node %v was not among the wanted nodes, or the machine has not run", n)
	}
	return *value, nil
}
