package train

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// ImportedNetwork holds the weights of a network that may have been trained elsewhere.
type ImportedNetwork struct {
	Parameters *graph.Parameters
	// Embedding is N x D, the input weights of the units; nil if they are not known.
	Embedding *mat.Dense
	// Scaling is how the points are standardised before they enter; nil if it is not known.
	Scaling *data.Scaling
	// Activation is what the file says; empty if it says nothing, and for cells whose activations are fixed.
	Activation graph.Activation
}

// NetworkError says why a file of weights cannot be used.
type NetworkError struct{ Path, Fault, Fix string }

func (e *NetworkError) Error() string {
	return fmt.Sprintf("train: %s: %s; %s", e.Path, e.Fault, e.Fix)
}

// ReadNetwork returns the network in a safetensors or npz file, whatever its name. Arrays are found by name, either our names
//
//	R (N x N)  W (C x N)  b1 (N)  b2 (C)  embedding (N x D)
//
// or those of PyTorch, with any prefix such as "rnn.",
//
//	weight_hh_l0 (N x N)  bias_ih_l0 + bias_hh_l0 (N)  weight_ih_l0 (N x D)
//
// (without _l0 for an RNNCell; 3N or 4N rows in a GRU or an LSTM, one block for each gate), with one other weight (C x N) and bias (C), those of the linear readout.
// Both mean the same: R[i, j] is the weight from unit j to unit i. Missing biases are zero, and the
// embedding may be left out. Arrays mean and scale (D) say that the points enter as (x - mean) / scale. All other arrays
// are ignored. The activation is that of the metadata activation or, as PyTorch calls it, nonlinearity, and of an archive's array
// activation, a text. The network has double precision if R has. Networks of other cells are found under the names of their parameters.
//
// Errors: [NetworkError] with what to change.
func ReadNetwork(path string) (*ImportedNetwork, error) {
	fail := func(err error) (*ImportedNetwork, error) {
		fault, fix, found := strings.Cut(err.Error(), "; ")
		if !found {
			fix = "check the path and copy the file again"
		}
		return nil, &NetworkError{path, fault, fix}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fail(files.Cause(err))
	}
	decode, err := decoderOf(path, content)
	if err != nil {
		return nil, err
	}
	arrays, said, err := decode(content)
	if err != nil {
		return fail(err)
	}
	network, err := arrays.network()
	if err != nil {
		return fail(err)
	}
	if network.takesActivation() {
		network.Activation = graph.Activation(said)
		if said != "" && !slices.Contains(graph.ActivationNames(), said) {
			return fail(fmt.Errorf("its activation is %q; choose one of %s and train again", said, strings.Join(graph.ActivationNames(), ", ")))
		}
	}
	return network, nil
}

// decoderOf chooses by the content, whatever the file is called: an archive begins as any zip file does, a safetensors file with
// the length of a JSON object. The name decides about damaged files, so that the fault is the right one.
func decoderOf(path string, content []byte) (func([]byte) (namedArrays, string, error), error) {
	const advice = "save it with safetensors.torch.save_file(model.state_dict(), PATH) or numpy.savez"
	lower := strings.ToLower(path)
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")) && bytes.Contains(content, []byte("/data.pkl")):
		return nil, &NetworkError{path, "it is a pickle of torch.save, which may run any code when it is read", advice}
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return decodeArchive, nil
	case len(content) > 8 && content[8] == '{', strings.HasSuffix(lower, ".safetensors"):
		return decodeSafetensors, nil
	case strings.HasSuffix(lower, ".npz"):
		return decodeArchive, nil
	}
	return nil, &NetworkError{path, "it is neither a .safetensors nor an .npz file", advice}
}

// namedArray is an array of a file of weights.
type namedArray struct {
	shape  []int
	values []float64
	double bool
}

type namedArrays map[string]namedArray

// activationName is the array of an archive, and the metadata of other files, that names the activation.
const activationName = "activation"

// decodeSafetensors also returns the activation, empty if the file does not name it.
func decodeSafetensors(content []byte) (arrays namedArrays, activation string, err error) {
	file, err := safetensors.Decode(content)
	if err != nil {
		return nil, "", err
	}
	arrays = namedArrays{}
	for name, array := range file.Tensors {
		values := array.Float64
		if array.Float32 != nil {
			values = make([]float64, len(array.Float32))
			for i, value := range array.Float32 {
				values[i] = float64(value)
			}
		}
		if values != nil { // integers are counters, such as those of a BatchNorm
			arrays[name] = namedArray{array.Shape, values, array.Float64 != nil}
		}
	}
	return arrays, cmp.Or(file.Metadata[activationName], file.Metadata["nonlinearity"]), nil
}

// decodeArchive also returns the activation, empty if the file does not name it.
func decodeArchive(content []byte) (arrays namedArrays, activation string, err error) {
	file, unread, err := npy.DecodeKnown(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, "", err
	}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		if isWeight(name) {
			return nil, "", unread[name]
		}
	}
	arrays = namedArrays{}
	for name, array := range file {
		if array.Text != nil {
			if name == activationName && len(array.Text) == 1 {
				activation = array.Text[0]
			}
			continue // such as names of units or classes: not weights
		}
		arrays[name] = namedArray{array.Shape, array.Float64s(), array.Float64 != nil}
	}
	return arrays, activation, nil
}

// network finds the arrays of a network by their names and checks that they fit together.
func (a namedArrays) network() (*ImportedNetwork, error) {
	if cell := a.ourCell(); cell != "" && cell != graph.Vanilla {
		return a.scaled(a.ofCell(cell))
	}
	names, err := a.resolve()
	if err != nil {
		return nil, err
	}
	recurrent := a[names.recurrent]
	if cell := torchCell(recurrent.shape); cell != "" {
		ours, err := a.unstacked(names, cell)
		if err != nil {
			return nil, err
		}
		return a.scaled(ours.ofCell(cell))
	}
	if len(recurrent.shape) != 2 || recurrent.shape[0] != recurrent.shape[1] || recurrent.shape[0] == 0 {
		return nil, fmt.Errorf("recurrent weights %q have shape %v; they need as many rows as columns, one for each unit, or three or four times as many for the gates of a GRU or an LSTM",
			names.recurrent, recurrent.shape)
	}
	units := recurrent.shape[0]
	readout := a[names.readout]
	if len(readout.shape) != 2 || readout.shape[1] != units {
		return nil, fmt.Errorf("readout weights %q have shape %v where %q asks for C x %d; transpose or choose them", names.readout, readout.shape, names.recurrent, units)
	}
	classes := readout.shape[0]
	if classes == 0 {
		return nil, fmt.Errorf("readout weights %q have no row; give them one for each output", names.readout)
	}
	values := map[string][]float64{"R": recurrent.values, "W": readout.values}
	if values["b1"], err = a.bias(units, names.recurrentBiases...); err != nil {
		return nil, err
	}
	if values["b2"], err = a.bias(classes, names.readoutBias); err != nil {
		return nil, err
	}
	network := &ImportedNetwork{}
	if embedding, ok := a[names.embedding]; ok {
		if network.Embedding, err = embedding.embedding(names.embedding, units); err != nil {
			return nil, err
		}
	}
	precision := graph.Float32
	if recurrent.double {
		precision = graph.Float64
	}
	for _, name := range append([]string{names.recurrent, names.readout, names.readoutBias, names.embedding}, names.recurrentBiases...) {
		if err := mustBeFinite(name, a[name].values, precision); err != nil {
			return nil, err
		}
	}
	config := graph.DefaultConfig()
	config.Units, config.Precision = units, precision
	network.Parameters, err = graph.ParametersFrom(config, graph.Shape{Inputs: units, Outputs: classes, Embedded: true}, values)
	return a.scaled(network, err)
}

// bias returns the sum of the named vectors; missing ones count as zero.
func (a namedArrays) bias(length int, names ...string) ([]float64, error) {
	sum := make([]float64, length)
	for _, name := range names {
		array, ok := a[name]
		if !ok {
			continue
		}
		if len(array.values) != length || len(array.shape) != 1 {
			return nil, fmt.Errorf("bias %q has shape %v; it needs %d values", name, array.shape, length)
		}
		for i, value := range array.values {
			sum[i] += value
		}
	}
	return sum, nil
}

// networkNames are the names of a network's arrays in a file; the names of missing biases and a missing embedding are empty.
type networkNames struct {
	recurrent, readout, readoutBias, embedding string
	recurrentBiases                            []string
}

// resolve finds the names: ours, or PyTorch's.
func (a namedArrays) resolve() (networkNames, error) {
	sorted := slices.Sorted(maps.Keys(a))
	if _, ours := a["R"]; ours {
		for _, wanted := range []string{"R", "W", "b1", "b2", "embedding"} {
			for _, name := range sorted {
				if _, exact := a[wanted]; !exact && strings.EqualFold(name, wanted) {
					return networkNames{}, fmt.Errorf("there is an array %q but none named %q; rename it", name, wanted)
				}
			}
		}
		if _, ok := a["W"]; !ok {
			return networkNames{}, fmt.Errorf("the readout weights W are missing among %q; save them under that name", sorted)
		}
		input := embeddingName
		if _, ok := a[input]; !ok {
			input = "Win" // of a network that had its own
		}
		return networkNames{"R", "W", "b2", input, []string{"b1"}}, nil
	}
	var names networkNames
	var found []string
	for _, name := range sorted {
		_, last := splitName(name)
		if strings.HasPrefix(last, "weight_hh") {
			found = append(found, name)
		}
		if strings.HasPrefix(last, "weight_hr") {
			return names, fmt.Errorf("there are projections %q of hidden states; save an LSTM without proj_size", name)
		}
	}
	if len(found) == 0 {
		return names, fmt.Errorf("there are no recurrent weights among %q; save them as R (N x N) with W, b1, b2, or under the names of torch.nn.RNN, GRU or LSTM", sorted)
	}
	names.recurrent = found[0]
	prefix, last := splitName(names.recurrent)
	ending := strings.TrimPrefix(last, "weight_hh")
	if len(found) > 1 || ending != "" && ending != "_l0" {
		return names, fmt.Errorf("there are recurrent weights %q, of several layers or directions; save one layer of one direction", found)
	}
	names.embedding = prefix + "weight_ih" + ending
	names.recurrentBiases = []string{prefix + "bias_ih" + ending, prefix + "bias_hh" + ending}

	found = nil
	for _, name := range sorted {
		if _, last := splitName(name); last == "weight" && len(a[name].shape) == 2 {
			found = append(found, name)
		}
	}
	switch _, ours := a["W"]; {
	case ours:
		names.readout, names.readoutBias = "W", "b2"
	case len(found) == 1:
		names.readout = found[0]
		prefix, _ := splitName(names.readout)
		names.readoutBias = prefix + "bias"
	default:
		return names, fmt.Errorf("the readout is ambiguous: %d matrices called weight (%q); save the one of the last layer as W and its bias as b2", len(found), found)
	}
	return names, nil
}

// splitName splits a name after its last dot.
func splitName(name string) (prefix, last string) {
	i := strings.LastIndex(name, ".") + 1
	return name[:i], name[i:]
}
