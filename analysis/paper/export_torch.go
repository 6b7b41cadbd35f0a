package paper

import (
	"context"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TorchError says that PyTorch's RNN has no such network.
type TorchError struct{ Activation graph.Activation }

func (e *TorchError) Error() string {
	return fmt.Sprintf("torch.nn.RNN knows tanh and relu, this network is %s; export it as safetensors or onnx", e.Activation)
}

// ExportTorch returns the trained network of a finished run as safetensors with the names of a PyTorch
// module that has a torch.nn.RNN called rnn and a torch.nn.Linear called readout:
//
//	rnn.weight_ih_l0 = Win (N x D)   rnn.weight_hh_l0 = R (N x N)   rnn.bias_ih_l0 = b1   rnn.bias_hh_l0 = 0
//	readout.weight = W (C x N)       readout.bias = b2
//
// Nothing is transposed: both sides keep the weights from unit j to unit i at [i, j]. A sequence holds a
// point at its first place and zeros at the others; the output of rnn at place t is then h[t], and the
// readout belongs to place t_eval, metadata evaluation_step. Metadata nonlinearity is the argument that the
// RNN needs, class_names a JSON list of what the user's file calls the classes, and inputs says "standardised" where the
// RNN takes (x - mean) / scale: the arrays mean and scale (D, float64) are then in the file, for two buffers of the module.
//
// Errors: [TorchError] for a linear network.
func ExportTorch(ctx context.Context, folder train.Folder) ([]byte, error) {
	e, trained, _, err := loadRun(ctx, folder)
	if err != nil {
		return nil, err
	}
	c := e.Config
	if c.Network.Activation == graph.Linear {
		return nil, &TorchError{c.Network.Activation}
	}
	win := embedding(e)
	zero := safetensors.Tensor{Shape: []int{c.Network.Units}}
	if c.Network.Precision == graph.Float64 {
		zero.Float64 = make([]float64, c.Network.Units)
	} else {
		zero.Float32 = make([]float32, c.Network.Units)
	}
	file := &safetensors.File{
		Metadata: map[string]string{
			"nonlinearity": string(c.Network.Activation), "evaluation_step": fmt.Sprint(c.EvaluationTime()), "inputs": "as they are",
		},
		Tensors: map[string]safetensors.Tensor{
			"rnn.weight_ih_l0": {Shape: win.Shape, Float32: win.Float32, Float64: win.Float64},
			"rnn.bias_hh_l0":   zero,
		},
	}
	if e.Scaling != nil {
		file.Metadata["inputs"] = "standardised"
	}
	if err := describePoints(file, e); err != nil {
		return nil, err
	}
	for ours, theirs := range map[string]string{"R": "rnn.weight_hh_l0", "W": "readout.weight", "b1": "rnn.bias_ih_l0", "b2": "readout.bias"} {
		t := constant(trained, ours)
		file.Tensors[theirs] = safetensors.Tensor{Shape: t.Shape, Float32: t.Float32, Float64: t.Float64}
	}
	return safetensors.Append(nil, file)
}
