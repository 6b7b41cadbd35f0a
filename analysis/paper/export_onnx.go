package paper

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/onnx"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// ExportONNX returns the trained network of a finished run as an ONNX model of operator set 17: inputs
// points (batch x D) and steps, outputs logits (batch x C) and states (steps+1 x batch x N), as [onnx.Network]
// describes; metadata class_names is a JSON list of what the file of the user's own points calls the classes. A steps that is not nil fixes that input, which the model then lacks; metadata evaluation_step is t_eval.
// Where the run standardises the user's points, the model does so too and takes them raw, in float64.
//
// Differs: by rounding, which a strongly chaotic network amplifies from step to step. States of the paper's
// networks in float32 at t = 10 (seed 0, five epochs) are within 2e-6 of onnxruntime 1.32.0 at g = 20 and
// within 3e-5 at g = 250, where float32 itself is 4e-5 from float64; those of float64 networks within 1e-13,
// and within 3e-11 at t = 30.
func ExportONNX(ctx context.Context, folder train.Folder, steps *int) ([]byte, error) {
	e, trained, _, err := loadRun(ctx, folder)
	if err != nil {
		return nil, err
	}
	c := e.Config
	network := &onnx.Network{
		Activation: map[graph.Activation]string{graph.Tanh: "Tanh", graph.ReLU: "Relu", graph.Linear: "Identity"}[c.Network.Activation],
		Embedding:  embedding(e),
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
	model.Producer, model.ProducerVersion = "unfurl", train.Version
	model.Description = "Recurrent network: h[0] = phi(Win p + b1), h[t] = phi(R h[t-1] + b1), o = W h[T] + b2"
	model.Metadata = map[string]string{
		"activation": string(c.Network.Activation), "evaluation_step": fmt.Sprint(c.EvaluationTime()), "loss": string(c.Training.Loss),
	}
	if err := addNames(model.Metadata, "class_names", classNames(e)); err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = onnx.Encode(&file, model)
	return file.Bytes(), err
}

// embedding returns the embedding in the network's precision.
func embedding(e *train.Experiment) onnx.Tensor {
	values := rowMajor(e.Embedding.Matrix)
	t := onnx.Tensor{Shape: []int{e.Embedding.Units(), e.Training.Dimension()}}
	if e.Config.Network.Precision == graph.Float64 {
		t.Float64 = values
	} else {
		t.Float32 = rounded(values)
	}
	return t
}

func rounded(values []float64) []float32 {
	result := make([]float32, len(values))
	for i, value := range values {
		result[i] = float32(value)
	}
	return result
}

// constant keeps the precision of a parameter.
func constant(p *graph.Parameters, name string) onnx.Tensor {
	values := p.Effective(name)
	c := onnx.Tensor{Shape: slices.Clone(p.Tensor(name).Shape())}
	if p.Precision() == graph.Float64 {
		c.Float64 = values
		return c
	}
	c.Float32 = make([]float32, len(values))
	for i, v := range values {
		c.Float32[i] = float32(v)
	}
	return c
}
