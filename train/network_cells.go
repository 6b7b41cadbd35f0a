package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// ourCell returns the cell whose parameters the arrays hold under our names, "" if there is none. Biases and input weights
// may be missing; if several cells fit, it is the one with the most names.
func (a namedArrays) ourCell() string {
	best, most := "", 0
	for _, cell := range graph.CellNames() {
		c := a.configOf(cell)
		declared, err := graph.Declare(c, graph.Shape{Inputs: 1, Outputs: 1}) // names do not depend on sizes
		if err != nil {
			continue
		}
		found := 0
		for _, d := range declared {
			_, ok := a[d.Name]
			switch {
			case d.Name == graph.ReadoutWeights || d.Name == graph.ReadoutBias:
			case ok:
				found++
			case mustBeThere(d) && d.Role != graph.InputRole:
				found = math.MinInt
			}
		}
		if found > most {
			best, most = cell, found
		}
	}
	return best
}

// configOf returns the default network of a cell, with as many layers as the arrays hold.
func (a namedArrays) configOf(cell string) graph.Config {
	c := graph.DefaultConfig()
	c.Cell = cell
	if _, layered, _ := c.Layers(); layered {
		layers := 0
		for a[fmt.Sprintf("R_%d", layers+1)].values != nil {
			layers++
		}
		c, _ = c.WithLayers(max(1, layers))
	}
	return c
}

// mustBeThere reports whether a file has to hold a parameter: missing biases are zero.
func mustBeThere(d graph.Declaration) bool { return len(d.Shape) == 2 || d.Frozen }

// ofCell returns a network of the given cell from arrays under our names.
func (a namedArrays) ofCell(cell string) (*ImportedNetwork, error) {
	readout, ok := a[graph.ReadoutWeights]
	if !ok || len(readout.shape) != 2 || readout.shape[0] == 0 || readout.shape[1] == 0 {
		return nil, fmt.Errorf("readout weights %q have shape %v; they need C x N", graph.ReadoutWeights, readout.shape)
	}
	c := a.configOf(cell)
	c.Units = readout.shape[1]
	if m := a["M"]; cell == graph.LowRank && len(m.shape) == 2 {
		c.Rank = m.shape[1]
	}
	shape := graph.Shape{Inputs: 1, Outputs: readout.shape[0]}
	if _, ok := a["Win"]; !ok && cell == graph.FeedForward { // its inputs are embedded outside the graph
		shape.Inputs, shape.Embedded = c.Units, true
	}
	declared, err := graph.Declare(c, shape)
	if err != nil {
		return nil, fmt.Errorf("the arrays do not form a network of the cell %s (%w); save it again", cell, err)
	}
	for _, d := range declared {
		if array := a[d.Name]; d.Role == graph.InputRole && len(array.shape) == 2 && array.shape[1] > 0 {
			shape.Inputs = array.shape[1]
		}
	}
	if declared, err = graph.Declare(c, shape); err != nil {
		return nil, err
	}
	c.Precision = graph.Float32
	if a[declared[0].Name].double {
		c.Precision = graph.Float64
	}
	values := map[string][]float64{}
	for _, d := range declared {
		array, ok := a[d.Name]
		switch {
		case !ok && mustBeThere(d):
			return nil, fmt.Errorf("the array %q is missing from the network of the cell %s; save it under that name", d.Name, cell)
		case !ok:
			array = namedArray{shape: d.Shape, values: make([]float64, d.Shape[0])}
		case !slices.Equal(array.shape, d.Shape):
			return nil, fmt.Errorf("array %q has shape %v where %d units, %d inputs and %d outputs ask for %v; save all arrays of one network",
				d.Name, array.shape, c.Units, shape.Inputs, shape.Outputs, d.Shape)
		}
		if err := mustBeFinite(d.Name, array.values, c.Precision); err != nil {
			return nil, err
		}
		values[d.Name] = array.values
	}
	for i, alpha := range values["alpha"] {
		if !(alpha > 0 && alpha <= 1) {
			return nil, fmt.Errorf("array \"alpha\" holds %g at index %d; it is dt/tau of each unit, above 0 and at most 1", alpha, i)
		}
	}
	network := &ImportedNetwork{}
	if embedding, ok := a[embeddingName]; ok && shape.Embedded {
		if network.Embedding, err = embedding.embedding(embeddingName, c.Units); err != nil {
			return nil, err
		}
	}
	network.Parameters, err = graph.ParametersFrom(c, shape, values)
	return network, err
}

// embedding returns input weights, N x D.
func (array namedArray) embedding(name string, units int) (*mat.Dense, error) {
	if len(array.shape) != 2 || array.shape[0] != units || array.shape[1] == 0 {
		return nil, fmt.Errorf("input weights %q have shape %v; they need %d rows, one for each unit, and a column for each input", name, array.shape, units)
	}
	return mat.NewDense(units, array.shape[1], array.values), nil
}

// mustBeFinite returns an error unless all values are numbers of the precision.
func mustBeFinite(name string, values []float64, precision graph.Precision) error {
	for i, value := range values {
		if math.IsNaN(value) || math.IsInf(value, 0) || precision == graph.Float32 && math.Abs(value) > math.MaxFloat32 {
			return fmt.Errorf("array %q holds %g at index %d of its elements; train again with a lower learning rate, or save as float64", name, value, i)
		}
	}
	return nil
}

// torchCell returns the cell whose gates PyTorch stacks in recurrent weights of the given shape, "" for none.
func torchCell(shape []int) string {
	for _, cell := range []string{graph.GRU, graph.LSTM} {
		if len(shape) == 2 && shape[1] > 0 && shape[0] == len(TorchGates(cell))*shape[1] {
			return cell
		}
	}
	return ""
}

// unstacked returns a gated PyTorch network under our names: one array for each gate, and the sum of the two biases, except
// b_n and c_n of a GRU, because r multiplies its recurrent bias.
func (a namedArrays) unstacked(names networkNames, cell string) (namedArrays, error) {
	gates, recurrent := TorchGates(cell), a[names.recurrent]
	units := recurrent.shape[1]
	ours := namedArrays{}
	for ending, array := range map[string]string{"W": names.readout, "b2": names.readoutBias, meanName: meanName, scaleName: scaleName} {
		if found, ok := a[array]; ok {
			ours[ending] = found
		}
	}
	input, ok := a[names.embedding]
	if !ok || len(input.shape) != 2 || input.shape[0] != recurrent.shape[0] || input.shape[1] == 0 {
		return nil, fmt.Errorf("input weights %q have shape %v where %q asks for %d x D; save them with the others", names.embedding, input.shape, names.recurrent, recurrent.shape[0])
	}
	var biases [2][]float64 // of inputs, recurrent
	for i, name := range names.recurrentBiases {
		var err error
		if biases[i], err = a.bias(recurrent.shape[0], name); err != nil {
			return nil, err
		}
	}
	for i, gate := range gates {
		part := func(values []float64, width int) []float64 { return values[i*units*width : (i+1)*units*width] }
		ours["R_"+gate] = namedArray{[]int{units, units}, part(recurrent.values, units), recurrent.double}
		ours["Win_"+gate] = namedArray{[]int{units, input.shape[1]}, part(input.values, input.shape[1]), input.double}
		bias := slices.Clone(part(biases[0], 1))
		if cell == graph.GRU && gate == "n" {
			ours["c_n"] = namedArray{[]int{units}, part(biases[1], 1), recurrent.double}
		} else {
			for j, b := range part(biases[1], 1) {
				bias[j] += b
			}
		}
		ours["b_"+gate] = namedArray{[]int{units}, bias, recurrent.double}
	}
	return ours, nil
}

// Inputs returns the number D of inputs that the network takes, 0 if it is not known.
func (n *ImportedNetwork) Inputs() int {
	switch {
	case n.Embedding != nil:
		_, inputs := n.Embedding.Dims()
		return inputs
	case !n.Parameters.Shape.Embedded:
		return n.Parameters.Shape.Inputs
	}
	return 0
}

// attach returns the network's parameters as an experiment has them: with input weights unless inputs are embedded.
func (n *ImportedNetwork) attach(e *Experiment) (*graph.Parameters, error) {
	shape, values := e.Shape(), map[string][]float64{}
	for _, p := range n.Parameters.All() {
		values[p.Name] = graph.Values(p.Tensor)
	}
	if n.Embedding != nil {
		values["Win"] = n.Embedding.RawMatrix().Data
	}
	if _, ok := values["Win"]; !ok && n.Inputs() == 0 && !shape.Embedded {
		return nil, fmt.Errorf("train: the file holds no input weights, which task.kind %s and network.input %s ask for; save them as embedding (N x %d)",
			e.Config.Task.Kind, e.Config.Network.Input, shape.Inputs)
	}
	c := e.Config.Network
	c.Units = n.Parameters.Units()
	return graph.ParametersFrom(c, shape, values)
}
