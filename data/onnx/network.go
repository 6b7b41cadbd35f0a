package onnx

import (
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// Network is a recurrent network that receives its input for one step,
//
//	h[0] = phi(Win p + b1)    h[t] = phi(R h[t-1] + b1)    o = W h[steps] + b2
//
// Its tensors are all Float32 or all Float64. They are named and shaped as below, row-major; D inputs, N units, C
// classes.
type Network struct {
	// Activation is the operator phi: "Tanh", "Relu", "Sigmoid", or "Identity" for a linear network.
	Activation string
	Embedding  array.Array // Win, N x D
	R          array.Array // N x N
	W          array.Array // C x N
	B1         array.Array // N
	B2         array.Array // C
	// Steps is the last time, fixed in the model; nil makes it an input of the model.
	Steps *int
	// Shift and Stretch standardise the inputs, (p - Shift) * Stretch, in float64; nil leaves them unchanged.
	Shift, Stretch []float64
}

// Model returns the network as a model of format version 8 and operator set 17.
//
// Inputs: "points", batch x D, of the network's element type, or Float64 if they are standardised; "steps", a single
// Int64, the last time, 0 or more, unless Steps fixes it. Outputs: "logits", batch x C, from the last state; "states", (steps+1) x batch x N.
//
// The steps are a Loop, so that one file works for any number of steps:
//
//	a = Win p, then steps+1 times:  h = phi(a + b1),  a = R h
//
// Errors: tensors with other shapes than above or of different types.
func (n *Network) Model() (*Model, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	kind := elementType(n.R)
	units, dimension, classes := n.R.Shape[0], n.Embedding.Shape[1], n.W.Shape[0]
	batch := Axis{Name: "batch"}
	state := func(name string) ValueInfo {
		return ValueInfo{Name: name, Type: kind, Axes: []Axis{batch, {Length: units}}}
	}
	step := Graph{
		Name: "step",
		Nodes: []Node{
			node("Add", "a", "a", "b1", "sum"),
			node(n.Activation, "h", "sum", "h"),
			node("MatMul", "R", "h", "R_transposed", "a_next"),
			node("Identity", "go_on", "go_on", "go_on_next"),
			node("Identity", "h_next", "h", "h_next"),
			node("Identity", "h_kept", "h", "h_kept"),
		},
		Inputs:  []ValueInfo{{Name: "t", Type: Int64}, {Name: "go_on", Type: Bool}, state("a"), state("h_before")},
		Outputs: []ValueInfo{{Name: "go_on_next", Type: Bool}, state("a_next"), state("h_next"), state("h_kept")},
	}
	loop := Node{
		Name: "steps", Operator: "Loop", Inputs: []string{"step_count", "", "x", "x"}, Outputs: []string{"a_last", "h_last", "states"},
		Attributes: []Attribute{{Name: "body", Graph: &step}},
	}

	model := &Model{IRVersion: 8, Opset: 17, Graph: Graph{Name: "network"}}
	g := &model.Graph
	points, input := kind, "points"
	if n.Shift != nil {
		points, input = Float64, "scaled"
		g.Initializers = append(g.Initializers,
			named("shift", array.Array{Shape: []int{dimension}, Float64: n.Shift}), named("stretch", array.Array{Shape: []int{dimension}, Float64: n.Stretch}))
		cast := node("Cast", "scaled", "stretched", "scaled")
		cast.Attributes = []Attribute{{Name: "to", Int: number(int64(kind))}}
		g.Nodes = append(g.Nodes,
			node("Sub", "shifted", "points", "shift", "shifted"), node("Mul", "stretched", "shifted", "stretch", "stretched"), cast)
	}
	g.Initializers = append(g.Initializers,
		transposed("embedding_transposed", n.Embedding), transposed("R_transposed", n.R), transposed("W_transposed", n.W),
		named("b1", n.B1), named("b2", n.B2), named("one", array.Array{Int64: []int64{1}}))
	g.Nodes = append(g.Nodes,
		node("MatMul", "embedding", input, "embedding_transposed", "x"),
		node("Add", "step_count", "steps", "one", "step_count"),
		loop,
		node("MatMul", "W", "h_last", "W_transposed", "readout"),
		node("Add", "logits", "readout", "b2", "logits"))
	g.Inputs = []ValueInfo{{Name: "points", Type: points, Axes: []Axis{batch, {Length: dimension}}, Description: "one input a row, shown at t = 0"}}
	if n.Steps == nil {
		g.Inputs = append(g.Inputs, ValueInfo{Name: "steps", Type: Int64, Description: "T, the last time, from which the logits are read"})
	} else {
		g.Initializers = append(g.Initializers, named("steps", array.Array{Int64: []int64{int64(*n.Steps)}}))
	}
	g.Outputs = []ValueInfo{
		{Name: "logits", Type: kind, Axes: []Axis{batch, {Length: classes}}, Description: "o, read from the state at T"},
		{Name: "states", Type: kind, Axes: []Axis{{Name: "time"}, batch, {Length: units}}, Description: "h at t = 0 .. T"},
	}
	return model, model.Validate()
}

// node returns a node of the operator and name with one output, the last of the names.
func node(operator, name string, names ...string) Node {
	last := len(names) - 1
	return Node{Name: name, Operator: operator, Inputs: names[:last], Outputs: names[last:]}
}

func number(value int64) *int64 { return &value }

// check returns an error unless the tensors fit together.
func (n *Network) check() error {
	if !slices.Contains([]string{"Tanh", "Relu", "Sigmoid", "Identity"}, n.Activation) {
		return fmt.Errorf("onnx: activation = %q: must be one of Tanh, Relu, Sigmoid, Identity", n.Activation)
	}
	if n.Steps != nil && *n.Steps < 0 {
		return fmt.Errorf("onnx: steps = %d: must be 0 or more", *n.Steps)
	}
	for _, tensor := range []struct {
		name string
		array.Array
		axes int
	}{{"R", n.R, 2}, {"embedding", n.Embedding, 2}, {"W", n.W, 2}, {"b1", n.B1, 1}, {"b2", n.B2, 1}} {
		if err := named(tensor.name, tensor.Array).validate(); err != nil {
			return err
		}
		if len(tensor.Shape) != tensor.axes {
			return fmt.Errorf("onnx: %s has shape %v; it needs %d axes", tensor.name, tensor.Shape, tensor.axes)
		}
		if kind := elementType(tensor.Array); kind != elementType(n.R) || kind == Int64 {
			return fmt.Errorf("onnx: the tensors of a network are all float32 or all float64; %s is not as R is", tensor.name)
		}
	}
	units, classes := n.R.Shape[0], n.W.Shape[0]
	if n.R.Shape[1] != units || n.Embedding.Shape[0] != units || n.W.Shape[1] != units || n.B1.Shape[0] != units || n.B2.Shape[0] != classes {
		return fmt.Errorf("onnx: R %v, embedding %v, W %v, b1 %v and b2 %v do not fit together",
			n.R.Shape, n.Embedding.Shape, n.W.Shape, n.B1.Shape, n.B2.Shape)
	}
	if dimension := n.Embedding.Shape[1]; n.Shift != nil && (len(n.Shift) != dimension || len(n.Stretch) != dimension) {
		return fmt.Errorf("onnx: %d shifts and %d stretches for %d inputs", len(n.Shift), len(n.Stretch), dimension)
	}
	return nil
}

// named returns an array as a constant.
func named(name string, a array.Array) Initializer { return Initializer{name, a} }

// transposed returns the transpose of a matrix, which products in row form need.
func transposed(name string, a array.Array) Initializer {
	rows, columns := a.Shape[0], a.Shape[1]
	return named(name, array.Array{
		Shape:   []int{columns, rows},
		Float32: transpose(a.Float32, rows, columns), Float64: transpose(a.Float64, rows, columns),
	})
}

// transpose returns nil for nil.
func transpose[T float32 | float64](values []T, rows, columns int) []T {
	if values == nil {
		return nil
	}
	result := make([]T, len(values))
	for i := range rows {
		for j := range columns {
			result[j*rows+i] = values[i*columns+j]
		}
	}
	return result
}
