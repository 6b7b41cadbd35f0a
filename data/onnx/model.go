package onnx

import (
	"errors"
	"fmt"
	"maps"
	"math"
)

// ElementType is the type of the elements of a tensor, numbered as in the format.
type ElementType int32

const (
	Float32 ElementType = 1
	Int64   ElementType = 7
	Bool    ElementType = 9
	Float64 ElementType = 11
)

// Tensor is a named constant. Exactly one of the element slices is set (not nil; it may be empty), and it holds the
// elements in C order: the last index runs fastest.
type Tensor struct {
	Name  string
	Shape []int // length of each axis; empty for a single number

	Float32 []float32
	Float64 []float64
	Int64   []int64
}

// Axis is one axis of a value: a length, or a name for a length that is known only when the model runs.
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

// Node applies an operator to named values. An optional input that is left out is the empty name.
type Node struct {
	Name       string
	Operator   string
	Inputs     []string
	Outputs    []string
	Attributes []Attribute
}

// Graph computes its outputs from its inputs. Nodes stand in an order in which each finds its inputs computed; an
// initializer is a constant, not the default of an input: onnxruntime warns of those and hides them from its users.
type Graph struct {
	Name         string
	Nodes        []Node
	Initializers []Tensor
	Inputs       []ValueInfo
	Outputs      []ValueInfo
}

// Model is the content of a file.
type Model struct {
	Producer        string
	ProducerVersion string
	Description     string
	// IRVersion is the version of the format, and Opset the one of the set of operators.
	IRVersion, Opset int64
	Graph            Graph
	Metadata         map[string]string
}

// content returns the element type, its width in bytes and the number of elements, or an error unless exactly one
// element slice is set.
func (t Tensor) content() (kind ElementType, width, count int, err error) {
	set := 0
	if t.Float32 != nil {
		set, kind, width, count = set+1, Float32, 4, len(t.Float32)
	}
	if t.Float64 != nil {
		set, kind, width, count = set+1, Float64, 8, len(t.Float64)
	}
	if t.Int64 != nil {
		set, kind, width, count = set+1, Int64, 8, len(t.Int64)
	}
	if set != 1 {
		return 0, 0, 0, fmt.Errorf("onnx: %d element slices of tensor %q are set; set exactly one", set, t.Name)
	}
	return kind, width, count, nil
}

// validate returns an error unless the number of elements is the product of the shape.
func (t Tensor) validate() error {
	_, width, count, err := t.content()
	if err != nil {
		return err
	}
	wanted := 1
	for _, length := range t.Shape {
		if length < 0 || length > 0 && wanted > math.MaxInt/width/length {
			return fmt.Errorf("onnx: tensor %q has shape %v, which no memory holds", t.Name, t.Shape)
		}
		wanted *= length
	}
	if t.Name == "" || wanted != count {
		return fmt.Errorf("onnx: tensor %q of shape %v has %d elements; it needs a name and %d", t.Name, t.Shape, count, wanted)
	}
	return nil
}

// Validate joins one error for every fault: a tensor whose elements do not fit its shape, a node whose input nothing
// computes before it, a name that is given twice, an output that nothing computes.
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
