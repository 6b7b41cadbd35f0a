// Package export encodes finished runs for other programs: weights for PyTorch, ONNX and safetensors, states and curves for NumPy
// and Parquet. The same run gives the same bytes.
package export
