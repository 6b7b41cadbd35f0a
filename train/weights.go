package train

import (
	"fmt"
	"os"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
)

func EncodeParameters(p *graph.Parameters) ([]byte, error) {
	file := &safetensors.File{Tensors: map[string]array.Array{}}
	for _, parameter := range p.All() {
		file.Tensors[parameter.Name] = toSafetensor(parameter.Tensor)
	}
	encoded, err := safetensors.Append(nil, file)
	if err != nil {
		return nil, fmt.Errorf("train: weights: %w", err)
	}
	return encoded, nil
}

// ReadParameters returns the parameters in a file, for the configuration's cell and under its constraints.
func (c Config) ReadParameters(path string) (*graph.Parameters, error) {
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	file, err := safetensors.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", path, err)
	}
	arrays := map[string][]float64{}
	shapes := map[string][]int{}
	for name, array := range file.Tensors {
		if array.Float64 != nil || array.Float32 != nil {
			arrays[name], shapes[name] = graph.Values(fromSafetensor(array)), array.Shape
		}
		if name == graph.ReadoutWeights && array.Float64 != nil {
			c.Network.Precision = graph.Float64
		}
	}
	parameters, err := c.parametersFrom(arrays, shapes)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", path, err)
	}
	return parameters, nil
}

// parametersFrom returns the parameters of the configuration's cell from named arrays; their shapes give the numbers of
// inputs and outputs.
func (c Config) parametersFrom(arrays map[string][]float64, shapes map[string][]int) (*graph.Parameters, error) {
	shape := graph.Shape{Inputs: c.Network.Units, Outputs: len(arrays[graph.ReadoutBias]), Embedded: true}
	if shape.Outputs == 0 {
		return nil, fmt.Errorf("the array %s is missing", graph.ReadoutBias)
	}
	declared, err := graph.Declare(c.Network, graph.Shape{Inputs: 1, Outputs: 1})
	if err != nil {
		return nil, err
	}
	for _, d := range declared {
		if found := shapes[d.Name]; d.Role == graph.InputRole && len(found) == 2 {
			shape.Inputs, shape.Embedded = found[1], false
		}
	}
	parameters, err := graph.ParametersFrom(c.Network, shape, arrays)
	if err != nil {
		return nil, err
	}
	parameters.Constrain(c.stream)
	return parameters, parameters.Freeze(c.Training.Frozen.Names()...)
}
