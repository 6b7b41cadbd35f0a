package train

import (
	"maps"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/graph/machine"
	G "gorgonia.org/gorgonia"
)

// engines are the engines that can run a graph, by their name in a configuration.
var engines = map[string]graph.Engine{
	"tape": graph.Tape,
	"machine": func(g *G.ExprGraph, wanted G.Nodes) (graph.Machine, error) {
		return machine.New(g, machine.WithOutputs(wanted...))
	},
}

// EngineNames lists the engines that run a graph.
func EngineNames() []string { return slices.Sorted(maps.Keys(engines)) }

// EngineNamed returns the engine of a name.
func EngineNamed(name string) (graph.Engine, error) {
	engine, ok := engines[name]
	if !ok {
		return nil, &data.FieldError{Field: "training.engine", Value: name, OneOf: EngineNames()}
	}
	return engine, nil
}
