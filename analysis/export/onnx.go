package export

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/onnx"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// ONNX returns the trained network of a finished run as an ONNX model of operator set 17: inputs
// points (batch x D) and steps, outputs logits (batch x C; with the loss mse_scalar batch x 1, above 0 for class 1) and states (steps+1 x batch x N), as [onnx.Network]
// describes; metadata class_names is a JSON list of the class names in the file of the user's own points or sequences. If steps is
// not nil it is a constant of the model instead of an input; metadata evaluation_step is t_eval. If the run standardises the user's
// points, the model does so too and takes raw points, in float64.
//
// Networks with gates and those on tasks through time map sequences of inputs (time x batch x D) to outputs (time x batch x C) and
// states (time x batch x N), as [onnx.Sequence] describes. For samples that are shown once, a sequence is a point followed by zeros.
//
// Errors: [FormatError] for a network that no ONNX operator computes, or none that onnxruntime implements: its recurrent operators
// have no float64.
//
// Differs: by rounding, which a strongly chaotic network amplifies from step to step. States of the paper's
// networks in float32 at t = 10 (seed 0, five epochs) are within 2e-6 of onnxruntime 1.32.0 at g = 20 and
// within 3e-5 at g = 250, where float32 itself is 4e-5 from float64; those of float64 networks within 1e-13,
// and within 3e-11 at t = 30.
func ONNX(ctx context.Context, folder run.Folder, steps *int) ([]byte, error) {
	e, trained, _, err := measure.Load(ctx, folder)
	if err != nil {
		return nil, err
	}
	c := e.Config
	if c.Network.Cell != graph.Vanilla || e.Task != nil {
		if steps != nil {
			return nil, &FormatError{"the model takes sequences and has as many steps as its input", "onnx without --steps"}
		}
		model, err := sequence(e, trained)
		if err != nil {
			return nil, err
		}
		return encodeONNX(e, model)
	}
	if c.Network.Activation == graph.Softplus {
		return nil, &FormatError{"the ONNX model knows tanh, relu, sigmoid and linear, this network is softplus", "safetensors or npz"}
	}
	network := &onnx.Network{
		Activation: map[graph.Activation]string{graph.Tanh: "Tanh", graph.ReLU: "Relu", graph.Sigmoid: "Sigmoid", graph.Linear: "Identity"}[c.Network.Activation],
		Embedding:  inputWeights(e, trained),
		R:          constant(trained, "R"), W: constant(trained, "W"), B1: constant(trained, "b1"), B2: constant(trained, "b2"),
		Steps: steps,
	}
	if e.Scaling != nil {
		network.Shift, network.Stretch = e.Scaling.Shift, e.Scaling.Stretch
	}
	model, err := network.Model()
	if err != nil {
		return nil, err
	}
	model.Description = "Recurrent network: h[0] = phi(Win p + b1), h[t] = phi(R h[t-1] + b1), o = W h[T] + b2"
	return encodeONNX(e, model)
}

// encodeONNX adds metadata on the run to a model and encodes it.
func encodeONNX(e *train.Experiment, model *onnx.Model) ([]byte, error) {
	c := e.Config
	model.Producer, model.ProducerVersion = "unfurl", run.Version
	model.Metadata = map[string]string{
		"activation": string(c.Network.Activation), "evaluation_step": fmt.Sprint(c.EvaluationTime()), "loss": string(c.Training.Loss),
	}
	if err := addNames(model.Metadata, "class_names", outputNames(e)); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err := onnx.Encode(&file, model)
	return file.Bytes(), err
}

// sequence returns the model of a network that receives an input at every step.
func sequence(e *train.Experiment, trained *graph.Parameters) (*onnx.Model, error) {
	c := e.Config.Network
	network := &onnx.Sequence{W: constant(trained, graph.ReadoutWeights), B2: constant(trained, graph.ReadoutBias)}
	activation := map[graph.Activation]string{graph.Tanh: "Tanh", graph.ReLU: "Relu", graph.Sigmoid: "Sigmoid"}[c.Activation]
	gates := map[string][]string{graph.GRU: {"z", "r", "n"}, graph.LSTM: {"i", "o", "f", "g"}}[c.Cell]
	others := "torch, safetensors or npz"
	if gates == nil && (c.Cell != graph.Vanilla || c.Activation != graph.Tanh && c.Activation != graph.ReLU) { // which torch rejects too
		others = "safetensors or npz"
	}
	switch {
	case c.Precision == graph.Float64:
		return nil, &FormatError{"onnxruntime computes ONNX' recurrent operators in float32 alone, this network is float64", others}
	case e.Scaling != nil:
		return nil, &FormatError{"the ONNX model of sequences does not standardise its inputs, and this run does (task.standardise)", others}
	case gates != nil:
		network.Operator = map[string]string{graph.GRU: "GRU", graph.LSTM: "LSTM"}[c.Cell]
		network.Input, network.Recurrent, network.InputBias = stacked(trained, "Win_", gates), stacked(trained, "R_", gates), stacked(trained, "b_", gates)
	case c.Cell != graph.Vanilla:
		return nil, &FormatError{fmt.Sprintf("ONNX has the operators RNN, GRU and LSTM, this network is %s", c.Cell), "safetensors or npz"}
	case activation == "":
		return nil, &FormatError{fmt.Sprintf("the ONNX model of sequences knows tanh, relu and sigmoid, this network is %s", c.Activation), "safetensors or npz"}
	default:
		network.Operator, network.Activation = "RNN", activation
		network.Input, network.Recurrent, network.InputBias = inputWeights(e, trained), constant(trained, "R"), constant(trained, "b1")
	}
	network.RecurrentBias = recurrentBiases(trained, c, max(1, len(gates)))
	model, err := network.Model()
	if err == nil {
		model.Description = fmt.Sprintf("Recurrent network (%s): states h of a sequence, o = W h + b2 of each", c.Cell)
	}
	return model, err
}

// inputWeights returns the input weights of a network without gates, N x D, in the network's precision.
func inputWeights(e *train.Experiment, p *graph.Parameters) array.Array {
	if e.Embedding == nil {
		return constant(p, "Win")
	}
	return inPrecision(p, rowMajor(e.Embedding.Matrix), e.Embedding.Units(), e.Training.Dimension())
}

func rounded(values []float64) []float32 {
	result := make([]float32, len(values))
	for i, value := range values {
		result[i] = float32(value)
	}
	return result
}

// constant returns the effective value of a parameter, in its precision.
func constant(p *graph.Parameters, name string) array.Array {
	return inPrecision(p, p.Effective(name), p.Tensor(name).Shape()...)
}

// inPrecision returns a tensor of the network's precision.
func inPrecision(p *graph.Parameters, values []float64, shape ...int) array.Array {
	if p.Precision() == graph.Float64 {
		return array.Array{Shape: slices.Clone(shape), Float64: values}
	}
	return array.Array{Shape: slices.Clone(shape), Float32: rounded(values)}
}
