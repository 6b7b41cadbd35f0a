package graph

import (
	G "gorgonia.org/gorgonia"
)

// Cell is a kind of recurrent network: its parameters, their initial values, and one step built from Gorgonia's operations. A cell
// is one file and is stateless; its settings are in the builder's Config.
type Cell interface {
	// Name is the value of network.cell.
	Name() string
	// Declare lists the cell's parameters in order, without those of the readout. If s.Embedded, the input current is computed
	// outside the graph and there are no input weights.
	Declare(c Config, s Shape) []Declaration
	// Init returns initial values in row-major order by name; names that are missing start at zero.
	Init(c Config, s Shape, stream Stream) (map[string][]float64, error)
	// Prepare adds nodes that all steps share, such as transposes, and returns the nodes that Step needs. The recurrent weights in
	// w are the effective ones, with all constraints applied.
	Prepare(b *Builder, w Weights) Weights
	// Step adds one step. Parts of the state are nil before the first step, which means zero.
	Step(b *Builder, w Weights, in StepInput, s State) State
	// Carried returns the number of vectors of N that one step passes to the next: 1, or 2 for an LSTM.
	Carried() int
}

// OwnOptions is implemented by a [Cell] with additional settings, under network.NAME.KEY.
type OwnOptions interface {
	// Options returns a pointer to a new struct with the defaults; fields with a yaml tag are settings, and a method Validate()
	// error checks their ranges. Read them with c.Own.Into(name, options), where c is the configuration passed to the cell, in Step
	// the builder's Config.
	Options() any
}

// Layered is implemented by a [Cell] whose weights differ from step to step, so that it has no map of one step.
type Layered interface {
	// Layers returns the last time t at which there is a state.
	Layers(c Config) (int, error)
}

// Layers returns the last time at which a network of the configuration has a state, and false if there is one at any time.
//
// Errors: those of the cell's settings.
func (c Config) Layers() (last int, layered bool, err error) {
	cell, err := CellNamed(c.Cell)
	if err != nil {
		return 0, false, nil // Validate reports it
	}
	of, layered := cell.(Layered)
	if !layered {
		return 0, false, nil
	}
	last, err = of.Layers(c)
	return last, true, err
}

// OwnConnections is implemented by a [Cell] whose weights between units are not parameters but computed from some.
type OwnConnections interface {
	// Connections adds the weights between units, N x N each, computed from the network's parameters w. Only penalties use them.
	Connections(b *Builder, w Weights) G.Nodes
}

// Weights maps names to nodes.
type Weights map[string]*G.Node

// Selective is a cell that does not use all settings of networks, or a penalty that does not use its times.
type Selective interface {
	// Ignores lists the keys of settings, under network or training.penalties.NAME, that have no effect on it.
	Ignores() []string
}

// Unused lists the keys of settings that the network's cell does not use.
func (c Config) Unused() []string {
	if cell, err := CellNamed(c.Cell); err == nil {
		if of, ok := cell.(Selective); ok {
			return of.Ignores()
		}
	}
	return nil
}

// StepInput is the input of a step.
type StepInput struct {
	X     *G.Node // B x D, or B x N if the network is embedded; nil for no input
	Noise *G.Node // B x N, normal deviates that the cell adds to the current of its units; nil for none
	T     int     // the time of the step, from 0
}

// State is the result of a step: Output, B x N, is the hidden state that the readout and the measures see; Carried is what the next
// step needs, B x N each. For most cells that is only the output.
type State struct {
	Output  *G.Node
	Carried G.Nodes
}

// only returns the state of a cell that carries only its output.
func only(h *G.Node) State { return State{Output: h, Carried: G.Nodes{h}} }

// Before returns the i-th carried vector of the previous step, nil at the first step.
func (s State) Before(i int) *G.Node {
	if i < len(s.Carried) {
		return s.Carried[i]
	}
	return nil
}

var cells = listed[Cell]("cell", vanilla{}, leaky{}, gru{}, lstm{}, lowRank{}, feedForward{})

// RegisterCell registers a cell under its name. Call it before any configuration is read. It panics if the name is taken.
func RegisterCell(c Cell) { cells.add(c) }

// CellNamed returns the cell with the given name.
//
// Errors: [UnknownError].
func CellNamed(name string) (Cell, error) { return cells.find(name) }

// CellNames lists the cells that a network can have.
func CellNames() []string { return cells.names() }
