package graph_test

import (
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine"
	G "gorgonia.org/gorgonia"
)

// engines lists the engines, which must agree on every value.
var engines = map[string]graph.Engine{
	"tape": graph.Tape,
	"machine": func(g *G.ExprGraph, wanted G.Nodes) (graph.Machine, error) {
		return machine.New(g, machine.WithOutputs(wanted...))
	},
}
