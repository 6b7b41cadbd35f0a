package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// Encode writes the model: the same bytes for the same model.
//
// Errors: those of [Model.Validate], errors of w.
func Encode(w io.Writer, model *Model) error {
	if err := model.Validate(); err != nil {
		return err
	}
	if _, err := w.Write(model.append(nil)); err != nil {
		return fmt.Errorf("onnx: write: %w", err)
	}
	return nil
}

// The numbers below are the field numbers of the messages in onnx.proto, in its order.

func (m *Model) append(b []byte) []byte {
	b = appendNumber(b, 1, m.IRVersion)
	b = appendText(b, 2, m.Producer)
	b = appendText(b, 3, m.ProducerVersion)
	b = appendText(b, 6, m.Description)
	b = appendMessage(b, 7, m.Graph.append(nil))
	standard := appendMessage(nil, 1, nil) // the domain without a name
	b = appendMessage(b, 8, appendNumber(standard, 2, m.Opset))
	for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
		b = appendMessage(b, 14, appendText(appendText(nil, 1, key), 2, m.Metadata[key]))
	}
	return b
}

func (g *Graph) append(b []byte) []byte {
	for _, node := range g.Nodes {
		b = appendMessage(b, 1, node.append(nil))
	}
	b = appendText(b, 2, g.Name)
	for _, tensor := range g.Initializers {
		b = appendMessage(b, 5, tensor.append(nil))
	}
	for _, input := range g.Inputs {
		b = appendMessage(b, 11, input.append(nil))
	}
	for _, output := range g.Outputs {
		b = appendMessage(b, 12, output.append(nil))
	}
	return b
}

func (n Node) append(b []byte) []byte {
	for _, input := range n.Inputs {
		b = appendMessage(b, 1, []byte(input)) // written even if empty: inputs are identified by position
	}
	for _, output := range n.Outputs {
		b = appendMessage(b, 2, []byte(output))
	}
	b = appendText(b, 3, n.Name)
	b = appendText(b, 4, n.Operator)
	for _, attribute := range n.Attributes {
		b = appendMessage(b, 5, attribute.append(nil))
	}
	return b
}

func (a Attribute) append(b []byte) []byte {
	const isInt, isGraph, isTexts = 2, 5, 8
	b = appendText(b, 1, a.Name)
	if a.Int != nil {
		b = appendNumber(b, 3, *a.Int)
		return appendNumber(b, 20, isInt)
	}
	if a.Texts != nil {
		for _, text := range a.Texts {
			b = appendMessage(b, 9, []byte(text))
		}
		return appendNumber(b, 20, isTexts)
	}
	b = appendMessage(b, 6, a.Graph.append(nil))
	return appendNumber(b, 20, isGraph)
}

func (t Initializer) append(b []byte) []byte {
	for _, length := range t.Shape {
		b = appendNumber(b, 1, int64(length))
	}
	b = appendNumber(b, 2, int64(elementType(t.Array)))
	b = appendText(b, 8, t.Name)
	var raw []byte
	for _, value := range t.Float32 {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(value))
	}
	for _, value := range t.Float64 {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(value))
	}
	for _, value := range t.Int64 {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(value))
	}
	return appendMessage(b, 9, raw)
}

func (v ValueInfo) append(b []byte) []byte {
	var shape []byte
	for _, axis := range v.Axes {
		length := appendText(nil, 2, axis.Name)
		if axis.Name == "" {
			length = appendNumber(nil, 1, int64(axis.Length))
		}
		shape = appendMessage(shape, 1, length)
	}
	described := appendMessage(appendNumber(nil, 1, int64(v.Type)), 2, shape)
	b = appendText(b, 1, v.Name)
	b = appendMessage(b, 2, appendMessage(nil, 1, described)) // the kind of type is: tensor
	return appendText(b, 3, v.Description)
}

func appendNumber(b []byte, field protowire.Number, value int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(value))
}

func appendMessage(b []byte, field protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), content)
}

// appendText appends a text field, nothing if the text is empty.
func appendText(b []byte, field protowire.Number, text string) []byte {
	if text == "" {
		return b
	}
	return appendMessage(b, field, []byte(text))
}
