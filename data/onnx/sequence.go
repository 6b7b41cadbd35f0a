package onnx

import (
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// Sequence is a network that receives an input at every step: one of ONNX's recurrent operators with a linear readout of every state.
// Its tensors are all Float32 or all Float64, row-major. G is the number of gates: 1, or 3 for a GRU and 4 for an LSTM, whose
// weights are stacked by rows in ONNX's order, z r h or i o f c.
type Sequence struct {
	// Operator is "RNN", "GRU" or "LSTM".
	Operator string
	// Activation is that of an RNN, "Tanh", "Relu" or "Sigmoid".
	Activation    string
	Input         array.Array // G N x D
	Recurrent     array.Array // G N x N
	InputBias     array.Array // G N
	RecurrentBias array.Array // G N; in a GRU the reset gate applies to that of h too
	W             array.Array // C x N
	B2            array.Array // C
}

// gates returns G, 0 for any other operator.
func (s *Sequence) gates() int { return map[string]int{"RNN": 1, "GRU": 3, "LSTM": 4}[s.Operator] }

// Model returns the network as a model of format version 8 and operator set 17, with the input "inputs", time x batch x D, and the
// outputs "outputs", time x batch x C, and "states", time x batch x N. The state before the first step is zero.
//
// Errors: an unsupported operator or activation; tensors that do not fit together.
func (s *Sequence) Model() (*Model, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	kind := elementType(s.Recurrent)
	units, dimension, outputs := s.Recurrent.Shape[1], s.Input.Shape[1], s.W.Shape[0]
	oneDirection := func(name string, a array.Array) Initializer {
		a.Shape = append([]int{1}, a.Shape...)
		return named(name, a)
	}
	bias := array.Array{
		Shape:   []int{1, 2 * s.gates() * units},
		Float32: slices.Concat(s.InputBias.Float32, s.RecurrentBias.Float32), Float64: slices.Concat(s.InputBias.Float64, s.RecurrentBias.Float64),
	}
	recurrent := Node{
		Name: "steps", Operator: s.Operator, Inputs: []string{"inputs", "input_weights", "recurrent_weights", "bias"},
		Outputs: []string{"states_by_direction"}, Attributes: []Attribute{{Name: "hidden_size", Int: number(int64(units))}},
	}
	switch s.Operator {
	case "RNN":
		recurrent.Attributes = append([]Attribute{{Name: "activations", Texts: []string{s.Activation}}}, recurrent.Attributes...)
	case "GRU":
		recurrent.Attributes = append(recurrent.Attributes, Attribute{Name: "linear_before_reset", Int: number(1)})
	}
	time, batch := Axis{Name: "time"}, Axis{Name: "batch"}
	model := &Model{IRVersion: 8, Opset: 17, Graph: Graph{
		Name: "network",
		Initializers: []Initializer{
			oneDirection("input_weights", s.Input), oneDirection("recurrent_weights", s.Recurrent), named("bias", bias),
			transposed("W_transposed", s.W), named("b2", s.B2), named("direction", array.Array{Shape: []int{1}, Int64: []int64{1}}),
		},
		Nodes: []Node{
			recurrent,
			node("Squeeze", "states", "states_by_direction", "direction", "states"),
			node("MatMul", "W", "states", "W_transposed", "readout"),
			node("Add", "outputs", "readout", "b2", "outputs"),
		},
		Inputs: []ValueInfo{{Name: "inputs", Type: kind, Axes: []Axis{time, batch, {Length: dimension}}, Description: "what the task shows at each step"}},
		Outputs: []ValueInfo{
			{Name: "outputs", Type: kind, Axes: []Axis{time, batch, {Length: outputs}}, Description: "o, read from every state"},
			{Name: "states", Type: kind, Axes: []Axis{time, batch, {Length: units}}, Description: "h after each input"},
		},
	}}
	return model, model.Validate()
}

// check returns an error unless the tensors fit together.
func (s *Sequence) check() error {
	if s.gates() == 0 {
		return fmt.Errorf("onnx: operator = %q: must be one of RNN, GRU, LSTM", s.Operator)
	}
	if s.Operator == "RNN" && !slices.Contains([]string{"Tanh", "Relu", "Sigmoid"}, s.Activation) {
		return fmt.Errorf("onnx: activation = %q: must be one of Tanh, Relu, Sigmoid", s.Activation)
	}
	if len(s.Recurrent.Shape) != 2 || len(s.Input.Shape) != 2 || len(s.W.Shape) != 2 {
		return fmt.Errorf("onnx: weights have shapes %v, %v and %v; they need 2 axes", s.Input.Shape, s.Recurrent.Shape, s.W.Shape)
	}
	units, outputs := s.Recurrent.Shape[1], s.W.Shape[0]
	rows := s.gates() * units
	first := elementType(s.Recurrent)
	for _, of := range []struct {
		name string
		array.Array
		shape []int
	}{
		{"recurrent weights", s.Recurrent, []int{rows, units}}, {"input weights", s.Input, []int{rows, s.Input.Shape[1]}},
		{"input bias", s.InputBias, []int{rows}}, {"recurrent bias", s.RecurrentBias, []int{rows}},
		{"W", s.W, []int{outputs, units}}, {"b2", s.B2, []int{outputs}},
	} {
		if err := named(of.name, of.Array).validate(); err != nil {
			return err
		}
		if !slices.Equal(of.Shape, of.shape) {
			return fmt.Errorf("onnx: %s have shape %v where a %s of %d units and %d outputs asks for %v", of.name, of.Shape, s.Operator, units, outputs, of.shape)
		}
		if kind := elementType(of.Array); kind != first || kind == Int64 {
			return fmt.Errorf("onnx: the tensors of a network are all float32 or all float64; %s is not as the recurrent weights are", of.name)
		}
	}
	return nil
}
