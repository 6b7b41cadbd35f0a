// Package onnx writes models in the Open Neural Network Exchange format, which onnxruntime and others run.
//
// A [Model] is a [Graph] of [Node]s that name their inputs and outputs; constants are [Initializer]s; a node may itself contain a
// graph, as a loop does. The package supports only the fields of the format that a trained network needs. Writing is deterministic:
// the same model gives the same bytes.
//
// Source: https://github.com/onnx/onnx, onnx/onnx.proto and docs/IR.md.
package onnx
