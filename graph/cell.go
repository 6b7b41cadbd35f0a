package graph

import (
	G "gorgonia.org/gorgonia"
)

// Cell is a kind of recurrent network: its parameters, their initial values, and one step in Gorgonia's operations. A cell
// is one file and holds no state of its own; what a configuration says of it is in the builder's Config.
type Cell interface {
	// Name is the value of network.cell.
	Name() string
	// Declare lists the cell's parameters in order, without those of the readout. If s.Embedded, the current of the units
	// comes from outside and there are no input weights.
	Declare(c Config, s Shape) []Declaration
	// Init returns initial values in row-major order by name; names that are missing start at zero.
	Init(c Config, s Shape, stream Stream) (map[string][]float64, error)
	// Prepare adds what all steps share, such as transposes, and returns the nodes that Step wants. The recurrent weights in
	// w are the effective ones, under all constraints.
	Prepare(b *Builder, w Weights) Weights
	// Step adds one step. Parts of the state are nil before the first step, which means zero.
	Step(b *Builder, w Weights, in StepInput, s State) State
	// Carried returns how many vectors of N one step hands to the next: 1, and 2 for an LSTM.
	Carried() int
}

// OwnOptions is what a [Cell] implements that has settings of its own, under network.NAME.KEY.
type OwnOptions interface {
	// Options returns a pointer to a new struct with the defaults; fields with a yaml tag are settings, and a method Validate()
	// error checks their ranges. Read them with c.Own.Into(name, options), c being the configuration that the cell is given, the
	// builder's Config in Step.
	Options() any
}

// OwnConnections is what a [Cell] implements whose weights between units are no parameters, but made of some.
type OwnConnections interface {
	// Connections adds the weights between units, N x N each, of the network's parameters w. Only penalties see them.
	Connections(b *Builder, w Weights) G.Nodes
}

// Weights are nodes by name.
type Weights map[string]*G.Node

// Selective is a cell that does not look at all settings of networks, or a penalty that does not look at its times.
type Selective interface {
	// Ignores lists the keys of settings, under network or training.penalties.NAME, that change nothing of it.
	Ignores() []string
}

// Unused lists the keys of settings that the network's cell does not look at.
func (c Config) Unused() []string {
	if cell, err := CellNamed(c.Cell); err == nil {
		if of, ok := cell.(Selective); ok {
			return of.Ignores()
		}
	}
	return nil
}

// StepInput is what enters a step.
type StepInput struct {
	X     *G.Node // B x D, or B x N where the network is embedded; nil for nothing
	Noise *G.Node // B x N, normal deviates that the cell adds to the current of its units; nil for none
}

// State is what a step leaves: Output B x N is the hidden state that the readout and the measures see; Carried what the
// next step needs, B x N each. For most cells that is the output alone.
type State struct {
	Output  *G.Node
	Carried G.Nodes
}

// only is the state of a cell that carries its output and nothing else.
func only(h *G.Node) State { return State{Output: h, Carried: G.Nodes{h}} }

// Before returns part i of what the step before carried, nil at the first step.
func (s State) Before(i int) *G.Node {
	if i < len(s.Carried) {
		return s.Carried[i]
	}
	return nil
}

var cells = listed[Cell]("cell", vanilla{}, leaky{}, gru{}, lstm{}, lowRank{})

// RegisterCell makes a cell known under its name, before any configuration is read. It panics if the name is taken.
func RegisterCell(c Cell) { cells.add(c) }

// CellNamed returns the cell of a name.
//
// Errors: [UnknownError].
func CellNamed(name string) (Cell, error) { return cells.find(name) }

// CellNames lists the cells that a network can have.
func CellNames() []string { return cells.names() }
