package onnx

import (
	"errors"
	"fmt"
	"maps"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// ElementType is the type of the elements of a tensor, numbered as in the format.
type ElementType int32

const (
	Float32 ElementType = 1
	Int64   ElementType = 7
	Bool    ElementType = 9
	Float64 ElementType = 11
)

// Initializer is a named constant: an array of float32, float64 or int64.
type Initializer struct {
	Name string
	array.Array
}

// Axis is one axis of a value: a length, or a name for a length that is known only at run time.
type Axis struct {
	Length int
	Name   string // empty for a fixed length
}

// ValueInfo describes an input or an output of a graph, ONNX's ValueInfoProto. A value without axes is a single number.
type ValueInfo struct {
	Name        string
	Type        ElementType
	Axes        []Axis
	Description string
}

// Attribute is a setting of a node. Exactly one of its values is set.
type Attribute struct {
	Name  string
	Int   *int64
	Graph *Graph
	Texts []string
}

// Node applies an operator to named values. An omitted optional input is the empty name.
type Node struct {
	Name       string
	Operator   string
	Inputs     []string
	Outputs    []string
	Attributes []Attribute
}

// Graph computes its outputs from its inputs. Nodes are in an order in which the inputs of each are computed before it; an
// initializer is a constant, not the default of an input: onnxruntime warns about such defaults and hides them from its users.
type Graph struct {
	Name         string
	Nodes        []Node
	Initializers []Initializer
	Inputs       []ValueInfo
	Outputs      []ValueInfo
}

// Model is the content of a file.
type Model struct {
	Producer        string
	ProducerVersion string
	Description     string
	// IRVersion is the version of the format, and Opset that of the operator set.
	IRVersion, Opset int64
	Graph            Graph
	Metadata         map[string]string
}

// elementTypes maps the names of types in memory to those of initializers.
var elementTypes = map[string]ElementType{"float32": Float32, "float64": Float64, "int64": Int64}

// elementType returns the element type of an array, 0 if an initializer cannot hold it.
func elementType(a array.Array) ElementType { return elementTypes[a.Type()] }

// validate returns an error unless the number of elements is the product of the shape and the format supports the element type.
func (t Initializer) validate() error {
	err := t.Array.Validate()
	switch {
	case t.Name == "":
		return fmt.Errorf("onnx: a tensor of shape %v needs a name", t.Shape)
	case err != nil:
		return fmt.Errorf("onnx: tensor %q: %w", t.Name, err)
	case elementType(t.Array) == 0:
		return fmt.Errorf("onnx: tensor %q has elements of type %s; convert them to float32, float64 or int64", t.Name, t.Type())
	}
	return nil
}

// Validate joins one error for every fault: a tensor whose elements do not fit its shape, a node whose input is not computed before
// it, a duplicate name, an output that is never computed.
func (m *Model) Validate() error {
	var faults []error
	if m.IRVersion < 1 || m.Opset < 1 {
		faults = append(faults, fmt.Errorf("onnx: versions are %d of the format and %d of the operators; set both", m.IRVersion, m.Opset))
	}
	return errors.Join(append(faults, m.Graph.validate(map[string]bool{})...)...)
}

// validate returns the faults of a graph that also sees the names of the graphs around it.
func (g *Graph) validate(around map[string]bool) (faults []error) {
	known := maps.Clone(around)
	give := func(name, what string) {
		if known[name] || name == "" {
			faults = append(faults, fmt.Errorf("onnx: graph %q: the name %q of %s is empty or taken; choose another", g.Name, name, what))
		}
		known[name] = true
	}
	for _, input := range g.Inputs {
		give(input.Name, "an input")
	}
	for _, tensor := range g.Initializers {
		if err := tensor.validate(); err != nil {
			faults = append(faults, err)
		}
		give(tensor.Name, "a tensor")
	}
	for _, node := range g.Nodes {
		for _, input := range node.Inputs {
			if input != "" && !known[input] {
				faults = append(faults, fmt.Errorf("onnx: graph %q: node %s reads %q, which nothing before it computes", g.Name, node.Operator, input))
			}
		}
		for _, attribute := range node.Attributes {
			set := 0
			for _, is := range []bool{attribute.Int != nil, attribute.Graph != nil, attribute.Texts != nil} {
				if is {
					set++
				}
			}
			if set != 1 {
				faults = append(faults, fmt.Errorf("onnx: attribute %q of node %s needs a number or a graph or texts", attribute.Name, node.Operator))
			}
			if attribute.Graph != nil {
				faults = append(faults, attribute.Graph.validate(known)...)
			}
		}
		for _, output := range node.Outputs {
			give(output, "an output of "+node.Operator)
		}
	}
	for _, output := range g.Outputs {
		if !known[output.Name] {
			faults = append(faults, fmt.Errorf("onnx: graph %q: nothing computes the output %q", g.Name, output.Name))
		}
	}
	return faults
}
