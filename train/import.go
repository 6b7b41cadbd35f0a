package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// importedFile is in the folder of an imported network only. It holds the embedding (N x D) and the
// weights before training, initial/R and so on, as far as they are known.
const (
	importedFile  = "imported.safetensors"
	embeddingName = "embedding"
	initialPrefix = "initial/"
)

func (f Folder) importedFile() string { return filepath.Join(f.Path, importedFile) }

// Imported reports whether the folder's network was trained elsewhere: network.coupling, mixing and the other settings of
// its initial weights then say nothing about it, and tables leave g empty.
func (f Folder) Imported() bool {
	_, err := os.Stat(f.importedFile())
	return err == nil
}

// ErrImported says that an imported network cannot be trained on.
var ErrImported = errors.New("the folder holds an imported network, which has no optimiser state to go on from; train a new run in another folder")

// Settings returns the settings that follow from the weights: cell, units, precision, classes, and the dimension of the inputs
// if it is known. Weights are taken as they are, without signs and masks. The user's points are standardised
// (task.standardise) by the scaling in the file, and not at all if it holds none: a scaling fitted to other points would
// differ from that of the training.
func (n *ImportedNetwork) Settings() []Setting {
	c := n.Parameters.Config
	settings := []Setting{
		{"network.cell", c.Cell}, {"network.units", c.Units}, {"network.precision", string(c.Precision)},
		{"network.excitatory", 0.0}, {"network.density", 1.0}, {"network.self_connections", true}, {"task.standardise", n.Scaling != nil},
	}
	if c.Cell == graph.LowRank {
		settings = append(settings, Setting{"network.rank", c.Rank})
	}
	if classes := n.Parameters.Outputs(); classes > 1 { // if there is one, Import explains
		settings = append(settings, Setting{"task.classes", classes})
	}
	if inputs := n.Inputs(); inputs > 0 {
		settings = append(settings, Setting{"task.dimension", inputs})
	}
	return settings
}

// Import makes the run folder of a network that was trained elsewhere, as if its training had ended, with
// its accuracy and loss as epoch 0. Units, precision and rank of the configuration come from the network, and
// epochs is 0; the rest of it says on what the network is measured. An embedding of the network replaces the
// one that the configuration draws, and its scaling the one that task.standardise would fit. initial is the network
// before training, which is not measured if it is nil. It returns the configuration of the run.
//
// Errors: [ErrFolderInUse], [OutputError], those of [NewExperiment]; [data.FieldError] if the network has
// another cell than the configuration, or another number of inputs or outputs than the task.
func (f Folder) Import(ctx context.Context, c Config, network, initial *ImportedNetwork) (Config, EpochMetrics, error) {
	c.Network.Units, c.Network.Precision = network.Parameters.Units(), network.Parameters.Precision()
	if c.Network.Cell == graph.LowRank {
		c.Network.Rank = network.Parameters.Config.Rank
	}
	c.Training.Epochs = 0
	if err := c.mustTake(network); err != nil {
		return c, EpochMetrics{}, err
	}
	record := newRunRecord(c, true)
	experiment, err := newExperiment(ctx, c, network.Scaling)
	if err != nil {
		return c, EpochMetrics{}, err
	}
	if err := experiment.mustFit(network, initial); err != nil {
		return c, EpochMetrics{}, err
	}
	record.Points = experiment.ownRecord()
	if network.Embedding != nil && experiment.embeds() {
		experiment.Embedding = &data.Embedding{Matrix: network.Embedding}
	}
	if experiment.Initial, err = network.attach(experiment); err != nil {
		return c, EpochMetrics{}, err
	}
	var before *graph.Parameters
	if initial != nil {
		if before, err = initial.attach(experiment); err != nil {
			return c, EpochMetrics{}, err
		}
	}
	trainer, err := NewTrainer(experiment)
	if err != nil {
		return c, EpochMetrics{}, err
	}
	defer trainer.Close()
	if err := trainer.Run(ctx, Silent{}, nil); err != nil { // no epochs: only the validation
		return c, EpochMetrics{}, err
	}
	if err := f.mustFit(c, false); err != nil {
		return c, EpochMetrics{}, err
	}
	if err := f.make(); err != nil {
		return c, EpochMetrics{}, err
	}
	ctx, held, err := f.hold(ctx, DefaultPatience)
	if err != nil {
		return c, EpochMetrics{}, err
	}
	defer func() { held.release(record.State) }()
	if err := errors.Join(ctx.Err(), f.mustFit(c, false)); err != nil {
		return c, EpochMetrics{}, err
	}
	if err := f.writeImported(experiment, network, before); err != nil {
		return c, EpochMetrics{}, err
	}
	metrics, err := f.openMetrics(trainer.History)
	if err != nil {
		return c, EpochMetrics{}, err
	}
	err = errors.Join(metrics.Close(), f.WriteWeights(experiment.Initial))
	record.End(err)
	return c, trainer.History[0], errors.Join(err, record.Write(f.RunFile())) // last: a folder with it is complete
}

// mustTake returns the error of a configuration that does not fit the given network.
func (c Config) mustTake(n *ImportedNetwork) error {
	var faults data.Faults
	cell := n.Parameters.Config.Cell
	faults.Check(c.Network.Cell == cell, "network.cell", c.Network.Cell, cell+", the cell of the network")
	const own = ", since imported weights keep the signs and zeros that they have"
	faults.Check(c.Network.Excitatory == 0, "network.excitatory", c.Network.Excitatory, "0"+own)
	faults.Check(c.Network.Density == 1, "network.density", c.Network.Density, "1"+own)
	faults.Check(c.Network.SelfConnections, "network.self_connections", c.Network.SelfConnections, "true"+own)
	if !c.Task.isThroughTime() && n.Parameters.Outputs() < 2 {
		faults.Add(fmt.Errorf("train: the readout weights have 1 row; give them one for each class (for one logit: zero and yours)"))
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
	}
	if now, before := network.Parameters, initial.Parameters; before.Units() != now.Units() || before.Outputs() != now.Outputs() ||
		before.Config.Cell != now.Config.Cell || initial.Inputs() != inputs && initial.Inputs() > 0 {
		return fmt.Errorf("train: the initial network is %s of %d units and %d classes, the trained one %s of %d and %d; give the same network before training",
			before.Config.Cell, before.Units(), before.Outputs(), now.Config.Cell, now.Units(), now.Outputs())
	}
	return nil
}

func (f Folder) writeImported(e *Experiment, network *ImportedNetwork, initial *graph.Parameters) error {
	file := &safetensors.File{Tensors: map[string]safetensors.Tensor{}}
	if network.Embedding != nil && e.embeds() {
		rows, columns := network.Embedding.Dims()
		file.Tensors[embeddingName] = safetensors.Tensor{Shape: []int{rows, columns}, Float64: network.Embedding.RawMatrix().Data}
	}
	if network.Scaling != nil {
		file.Tensors[meanName], file.Tensors[scaleName] = ScalingTensors(*network.Scaling)
	}
	if initial != nil {
		for _, parameter := range initial.All() {
			file.Tensors[initialPrefix+parameter.Name] = toSafetensor(parameter.Tensor)
		}
	}
	return files.WriteFile(f.importedFile(), func(w io.Writer) error { return safetensors.Encode(w, file) })
}

// Experiment returns the experiment of the run in the folder: the one of its configuration, for an imported
// network with its embedding and its initial weights. Initial is nil if the initial weights of an imported
// network are not known.
//
// Errors: [ReplacedError] for a run with parts that do not come from its configuration; [PointsChangedError] if the
// file of its points has changed since.
func (f Folder) Experiment(ctx context.Context) (*Experiment, error) {
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	known, err := f.sources()
	if err != nil {
		return nil, err
	}
	if len(known.Replaced) > 0 {
		return nil, &ReplacedError{Folder: f.Path, Parts: known.Replaced}
	}
	var arrays namedArrays // of an imported network
	var scaling *data.Scaling
	if f.Imported() {
		if arrays, err = f.importedArrays(); err != nil {
			return nil, err
		}
		if scaling, err = arrays.scaling(0); err != nil {
			return nil, fmt.Errorf("train: %s: %w", f.importedFile(), err)
		}
	}
	e, err := newExperiment(ctx, c, scaling)
	if err != nil {
		return nil, f.blamePoints(known.Points, c.Task.OwnFile(), err)
	}
	if err := f.mustHold(known.Points, e); err != nil {
		return nil, err
	}
	if arrays == nil {
		return e, nil
	}
	if embedding, ok := arrays[embeddingName]; ok && e.embeds() {
		units, dimension := c.Network.Units, e.Training.Dimension()
		if !slices.Equal(embedding.shape, []int{units, dimension}) {
			return nil, fmt.Errorf("train: %s: the embedding has shape %v where the run has %d units and %d inputs; import the network again",
				f.importedFile(), embedding.shape, units, dimension)
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
		if e.Initial, err = c.parametersFrom(values, shapes); err != nil {
			return nil, fmt.Errorf("train: %s: %w", f.importedFile(), err)
		}
	}
	return e, nil
}

// importedArrays returns what the folder of an imported network keeps in addition to its weights.
func (f Folder) importedArrays() (namedArrays, error) {
	content, err := os.ReadFile(f.importedFile())
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	arrays, err := decodeSafetensors(content)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", f.importedFile(), err)
	}
	return arrays, nil
}
