// Package onnx writes models in the Open Neural Network Exchange format, which onnxruntime and others run.
//
// A [Model] is a [Graph] of [Node]s that name their inputs and outputs; constants are [Initializer]s; a node
// may hold a graph itself, as a loop does. Only the fields of the format that a trained network needs are here.
// Writing is deterministic: the same model gives the same bytes.
//
// Source: https://github.com/onnx/onnx, onnx/onnx.proto and docs/IR.md.
package onnx
