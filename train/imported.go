package train

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// takesActivation reports whether the network's activation is a setting; those of gates are fixed.
func (n *ImportedNetwork) takesActivation() bool {
	return !slices.Contains(n.Parameters.Config.Unused(), "activation")
}

// AssumesActivation reports whether the configuration alone says which activation the network has.
func (n *ImportedNetwork) AssumesActivation() bool { return n.Activation == "" && n.takesActivation() }

// Settings returns the settings that follow from the weights: cell, units, precision, classes, and the dimension of the inputs and
// the activation if they are known. Weights are taken as they are, without signs and masks. The user's points are standardised
// (task.standardise) by the scaling in the file, and not at all if it holds none: a scaling fitted to other points would
// differ from that of the training.
func (n *ImportedNetwork) Settings() []Setting {
	c := n.Parameters.Config
	settings := []Setting{
		{"network.cell", c.Cell}, {"network.units", c.Units}, {"network.precision", string(c.Precision)},
		{"network.excitatory", 0.0}, {"network.density", 1.0}, {"network.self_connections", true}, {"task.standardise", n.Scaling != nil},
	}
	if n.Activation != "" {
		settings = append(settings, Setting{"network.activation", string(n.Activation)})
	}
	if c.Cell == graph.LowRank {
		settings = append(settings, Setting{"network.rank", c.Rank})
	}
	if layers, layered, err := c.Layers(); layered && err == nil {
		settings = append(settings, Setting{"network." + c.Cell + ".layers", layers})
	}
	if classes := n.Parameters.Outputs(); classes > 1 { // if there is one, Import explains
		settings = append(settings, Setting{"task.classes", classes})
	}
	if inputs := n.Inputs(); inputs > 0 {
		settings = append(settings, Setting{"task.dimension", inputs})
	}
	return settings
}

// Experiment returns the experiment on which a network that was trained elsewhere is measured, as if its training had ended:
// its parameters stand in Initial. Units, precision and rank of the configuration come from the network, and epochs is 0; the
// rest of it says on what the network is measured. An embedding of the network replaces the one that the configuration draws,
// and its scaling the one that task.standardise would fit. initial is the network before training, nil if it is not known;
// before are its parameters.
//
// Errors: those of [NewExperiment]; [data.FieldError] if the network has another cell than the configuration, or another
// number of inputs or outputs than the task.
func (n *ImportedNetwork) Experiment(ctx context.Context, c Config, initial *ImportedNetwork) (e *Experiment, before *graph.Parameters, err error) {
	c.Network.Units, c.Network.Precision = n.Parameters.Units(), n.Parameters.Precision()
	if c.Network.Cell == graph.LowRank {
		c.Network.Rank = n.Parameters.Config.Rank
	}
	c.Training.Epochs = 0
	if err := c.mustTake(n); err != nil {
		return nil, nil, err
	}
	if e, err = newExperiment(ctx, c, n.Scaling); err != nil {
		return nil, nil, err
	}
	if err := e.mustFit(n, initial); err != nil {
		return nil, nil, err
	}
	if n.Embedding != nil && e.embeds() {
		e.Embedding = &data.Embedding{Matrix: n.Embedding}
	}
	if e.Initial, err = n.attach(e); err != nil {
		return nil, nil, err
	}
	if initial != nil {
		before, err = initial.attach(e)
	}
	return e, before, err
}

// mustTake returns the error of a configuration that does not fit the given network.
func (c Config) mustTake(n *ImportedNetwork) error {
	var faults data.Faults
	cell := n.Parameters.Config.Cell
	faults.Check(c.Network.Cell == cell, "network.cell", c.Network.Cell, cell+", the cell of the network")
	faults.Check(n.Activation == "" || c.Network.Activation == n.Activation, "network.activation", c.Network.Activation,
		string(n.Activation)+", with which the network was trained by its file")
	const own = ", since imported weights keep the signs and zeros that they have"
	faults.Check(c.Network.Excitatory == 0, "network.excitatory", c.Network.Excitatory, "0"+own)
	faults.Check(c.Network.Density == 1, "network.density", c.Network.Density, "1"+own)
	faults.Check(c.Network.SelfConnections, "network.self_connections", c.Network.SelfConnections, "true"+own)
	if one, err := graph.OutputsFor(c.Training.Loss, 2); !c.Task.isThroughTime() && n.Parameters.Outputs() < 2 && (err != nil || one != 1) {
		faults.Add(fmt.Errorf("train: the readout weights have 1 row; give them one for each class (for one logit: zero and yours), or set training.loss=%s",
			graph.ScalarSquaredError))
	}
	if inputs := n.Inputs(); c.embeds() && inputs > n.Parameters.Units() {
		faults.Add(fmt.Errorf("train: the input weights have %d inputs for %d units; reduce the inputs to at most the units first, or set network.input=trained",
			inputs, n.Parameters.Units()))
	}
	return faults.Join()
}

// mustFit returns the error of a network whose inputs or outputs are not those of the task.
func (e *Experiment) mustFit(network, initial *ImportedNetwork) error {
	plan, inputs, outputs := e.Plan(), network.Inputs(), network.Parameters.Outputs()
	switch {
	case e.Task != nil && (outputs != plan.Outputs || inputs > 0 && inputs != plan.Inputs):
		return &data.FieldError{Field: "task.kind", Value: e.Config.Task.Kind,
			Allowed: fmt.Sprintf("a task with the %d inputs and %d outputs of the network; this one has %d and %d", inputs, outputs, plan.Inputs, plan.Outputs)}
	case outputs != plan.Outputs:
		return &data.FieldError{Field: "task.classes", Value: plan.Outputs,
			Allowed: fmt.Sprintf("%d, the classes of the network; use --set task.classes=%d or task.points", outputs, outputs)}
	case inputs > 0 && inputs != plan.Inputs:
		return &data.FieldError{Field: "task.dimension", Value: plan.Inputs,
			Allowed: fmt.Sprintf("%d, as the network's inputs; use --set task.dimension=%d or task.points", inputs, inputs)}
	case initial == nil:
		return nil
	case initial.Activation != "" && initial.Activation != e.Config.Network.Activation:
		return fmt.Errorf("train: the initial network has the activation %s, the trained one %s; give the same network before training",
			initial.Activation, e.Config.Network.Activation)
	}
	if now, before := network.Parameters, initial.Parameters; before.Units() != now.Units() || before.Outputs() != now.Outputs() ||
		before.Config.Cell != now.Config.Cell || initial.Inputs() != inputs && initial.Inputs() > 0 {
		return fmt.Errorf("train: the initial network is %s of %d units and %d classes, the trained one %s of %d and %d; give the same network before training",
			before.Config.Cell, before.Units(), before.Outputs(), now.Config.Cell, now.Units(), now.Outputs())
	}
	return nil
}

// Names in the file of what is known of an imported network beside its weights: the embedding (N x D) and the weights before
// training, initial/R and so on, as far as they are known.
const (
	embeddingName = "embedding"
	initialPrefix = "initial/"
)

// Beside returns the file of what is known of the network beside its weights, for [ImportedExperiment]. initial are its
// parameters before training, nil if they are not known.
func (n *ImportedNetwork) Beside(e *Experiment, initial *graph.Parameters) *safetensors.File {
	file := &safetensors.File{Tensors: map[string]array.Array{}}
	if n.Embedding != nil && e.embeds() {
		rows, columns := n.Embedding.Dims()
		file.Tensors[embeddingName] = array.Array{Shape: []int{rows, columns}, Float64: n.Embedding.RawMatrix().Data}
	}
	if n.Scaling != nil {
		file.Tensors[meanName], file.Tensors[scaleName] = ScalingTensors(*n.Scaling)
	}
	if initial != nil {
		for _, parameter := range initial.All() {
			file.Tensors[initialPrefix+parameter.Name] = toSafetensor(parameter.Tensor)
		}
	}
	return file
}

// ImportedExperiment returns the experiment of a run of an imported network from its configuration and what [ImportedNetwork.Beside]
// returned, encoded. Initial is nil if the weights before training are not known.
//
// Errors: those of [NewExperiment], wrapped in [ExperimentError]; content that does not suit the configuration.
func ImportedExperiment(ctx context.Context, c Config, beside []byte) (*Experiment, error) {
	arrays, _, err := decodeSafetensors(beside)
	if err != nil {
		return nil, err
	}
	scaling, err := arrays.scaling(0)
	if err != nil {
		return nil, err
	}
	e, err := newExperiment(ctx, c, scaling)
	if err != nil {
		return nil, &ExperimentError{err}
	}
	if embedding, ok := arrays[embeddingName]; ok && e.embeds() {
		units, dimension := c.Network.Units, e.Training.Dimension()
		if !slices.Equal(embedding.shape, []int{units, dimension}) {
			return nil, fmt.Errorf("the embedding has shape %v where the run has %d units and %d inputs; import the network again",
				embedding.shape, units, dimension)
		}
		e.Embedding = &data.Embedding{Matrix: mat.NewDense(units, dimension, embedding.values)}
	}
	e.Initial = nil
	values, shapes := map[string][]float64{}, map[string][]int{}
	for name, array := range arrays {
		if name, ok := strings.CutPrefix(name, initialPrefix); ok {
			values[name], shapes[name] = array.values, array.shape
		}
	}
	if len(values) > 0 {
		e.Initial, err = c.parametersFrom(values, shapes)
	}
	return e, err
}

// ExperimentError says that the fault is in the experiment, not in the file of an imported network.
type ExperimentError struct{ Err error }

func (e *ExperimentError) Error() string { return e.Err.Error() }

// Unwrap returns the fault.
func (e *ExperimentError) Unwrap() error { return e.Err }
