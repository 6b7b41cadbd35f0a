package export

import (
	"context"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// FormatError reports that a format cannot represent a network, and which formats can.
type FormatError struct{ Fault, Formats string }

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s; export it as %s", e.Fault, e.Formats)
}

// Torch returns the trained network of a finished run as safetensors with the names of a PyTorch
// module that has a torch.nn.RNN, GRU or LSTM called rnn, named in metadata module, and a torch.nn.Linear called readout. For a
// vanilla network,
//
//	rnn.weight_ih_l0 = Win (N x D)   rnn.weight_hh_l0 = R (N x N)   rnn.bias_ih_l0 = b1   rnn.bias_hh_l0 = 0
//	readout.weight = W (C x N)       readout.bias = b2
//
// Gated cells have the weights of their gates stacked by rows, in the order of [train.TorchGates], and bias_hh is zero except for
// c_n of a GRU. R is the effective one, with signs and masks applied. Nothing is transposed: both sides keep the weight from unit j
// to unit i at [i, j]. A sequence holds the inputs of the task: for samples that are shown once, a point at index 0 and zeros at
// the others. The output of rnn at index t is then h[t], and the readout applies to index t_eval, metadata evaluation_step, or to
// all indices that the task asks for. Metadata nonlinearity is the argument that the RNN needs, class_names a JSON list of the
// class names in the user's file, and inputs is "standardised" if the RNN takes (x - mean) / scale: the arrays mean and scale (D,
// float64) are then in the file, for two buffers of the module.
//
// Errors: [FormatError] for a network that PyTorch has no module for.
func Torch(ctx context.Context, folder run.Folder) ([]byte, error) {
	e, trained, _, err := measure.Load(ctx, folder)
	if err != nil {
		return nil, err
	}
	c := e.Config
	file := &safetensors.File{
		Metadata: map[string]string{"evaluation_step": fmt.Sprint(c.EvaluationTime()), "inputs": "as they are"},
		Tensors:  map[string]array.Array{},
	}
	gates := train.TorchGates(c.Network.Cell)
	switch {
	case gates != nil:
		file.Metadata["module"] = map[string]string{graph.GRU: "GRU", graph.LSTM: "LSTM"}[c.Network.Cell]
		file.Tensors["rnn.weight_ih_l0"] = stacked(trained, "Win_", gates)
		file.Tensors["rnn.weight_hh_l0"] = stacked(trained, "R_", gates)
		file.Tensors["rnn.bias_ih_l0"] = stacked(trained, "b_", gates)
		file.Tensors["rnn.bias_hh_l0"] = recurrentBiases(trained, c.Network, len(gates))
	case c.Network.Cell != graph.Vanilla:
		return nil, &FormatError{fmt.Sprintf("torch.nn has RNN, GRU and LSTM, this network is %s", c.Network.Cell), "safetensors or npz"}
	case c.Network.Activation != graph.Tanh && c.Network.Activation != graph.ReLU:
		formats := "safetensors or npz"
		shown, activation := e.Task == nil, c.Network.Activation
		if shown && activation != graph.Softplus || !shown && activation == graph.Sigmoid && c.Network.Precision == graph.Float32 {
			formats = "safetensors or onnx"
		}
		return nil, &FormatError{fmt.Sprintf("torch.nn.RNN knows tanh and relu, this network is %s", c.Network.Activation), formats}
	default:
		file.Metadata["module"], file.Metadata["nonlinearity"] = "RNN", string(c.Network.Activation)
		file.Tensors["rnn.weight_ih_l0"] = inputWeights(e, trained)
		file.Tensors["rnn.weight_hh_l0"] = constant(trained, "R")
		file.Tensors["rnn.bias_ih_l0"] = constant(trained, "b1")
		file.Tensors["rnn.bias_hh_l0"] = recurrentBiases(trained, c.Network, 1)
	}
	file.Tensors["readout.weight"] = constant(trained, graph.ReadoutWeights)
	file.Tensors["readout.bias"] = constant(trained, graph.ReadoutBias)
	if e.Scaling != nil {
		file.Metadata["inputs"] = "standardised"
	}
	if err := describePoints(file, e); err != nil {
		return nil, err
	}
	return safetensors.Append(nil, file)
}

// stacked returns the parameters of gates stacked by rows.
func stacked(p *graph.Parameters, prefix string, gates []string) array.Array {
	var values []float64
	for _, gate := range gates {
		values = append(values, p.Effective(prefix+gate)...)
	}
	shape := slices.Clone([]int(p.Tensor(prefix + gates[0]).Shape()))
	shape[0] *= len(gates)
	return inPrecision(p, values, shape...)
}

// recurrentBiases returns the second biases that both formats have, gates stacked: zero except for c_n of a GRU, whose
// gate n is the third in either order.
func recurrentBiases(p *graph.Parameters, c graph.Config, gates int) array.Array {
	biases := make([]float64, gates*c.Units)
	if c.Cell == graph.GRU {
		copy(biases[2*c.Units:], p.Effective("c_n"))
	}
	return inPrecision(p, biases, len(biases))
}
