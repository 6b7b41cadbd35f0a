package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
)

// importedFile is in the folder of an imported network only, see [train.ImportedNetwork.Beside].
const importedFile = "imported.safetensors"

func (f Folder) importedFile() string { return filepath.Join(f.Path, importedFile) }

// Imported reports whether the folder's network was trained elsewhere: network.coupling, mixing and the other settings of
// its initial weights then say nothing about it, and tables leave g empty.
func (f Folder) Imported() bool {
	_, err := os.Stat(f.importedFile())
	return err == nil
}

// ErrImported says that an imported network cannot be trained on.
var ErrImported = errors.New("the folder holds an imported network, which has no optimiser state to go on from; train a new run in another folder")

// Import makes the run folder of a network that was trained elsewhere, as if its training had ended, with
// its accuracy and loss as epoch 0. Units, precision and rank of the configuration come from the network, and
// epochs is 0; the rest of it says on what the network is measured. An embedding of the network replaces the
// one that the configuration draws, and its scaling the one that task.standardise would fit. initial is the network
// before training, which is not measured if it is nil. It returns the configuration of the run.
//
// Errors: [ErrFolderInUse], [files.OutputError], those of [train.NewExperiment]; [data.FieldError] if the network has
// another cell than the configuration, or another number of inputs or outputs than the task.
func (f Folder) Import(ctx context.Context, c train.Config, network, initial *train.ImportedNetwork) (train.Config, train.EpochMetrics, error) {
	experiment, before, err := network.Experiment(ctx, c, initial)
	if err != nil {
		return c, train.EpochMetrics{}, err
	}
	c = experiment.Config
	record := newRunRecord(c, true)
	record.Points = ownRecord(experiment)
	trainer, err := train.NewTrainer(experiment)
	if err != nil {
		return c, train.EpochMetrics{}, err
	}
	defer trainer.Close()
	if err := trainer.Run(ctx, train.Silent{}, nil); err != nil { // no epochs: only the validation
		return c, train.EpochMetrics{}, err
	}
	if err := f.mustFit(c, false); err != nil {
		return c, train.EpochMetrics{}, err
	}
	if err := f.make(); err != nil {
		return c, train.EpochMetrics{}, err
	}
	ctx, held, err := f.hold(ctx, DefaultPatience)
	if err != nil {
		return c, train.EpochMetrics{}, err
	}
	defer func() { held.release(record.State) }()
	if err := errors.Join(ctx.Err(), f.mustFit(c, false)); err != nil {
		return c, train.EpochMetrics{}, err
	}
	if err := f.writeBeside(network.Beside(experiment, before)); err != nil {
		return c, train.EpochMetrics{}, err
	}
	metrics, err := f.openMetrics(trainer.History)
	if err != nil {
		return c, train.EpochMetrics{}, err
	}
	err = errors.Join(metrics.Close(), writeParameters(f.WeightsFile(), experiment.Initial))
	record.End(err)
	return c, trainer.History[0], errors.Join(err, record.Write(f.RunFile())) // last: a folder with it is complete
}

func (f Folder) writeBeside(file *safetensors.File) error {
	return files.WriteFile(f.importedFile(), func(w io.Writer) error { return safetensors.Encode(w, file) })
}

// Experiment returns the experiment of the run in the folder: the one of its configuration, for an imported
// network with its embedding and its initial weights. Initial is nil if the initial weights of an imported
// network are not known.
//
// Errors: [train.ReplacedError] for a run with parts that do not come from its configuration; [PointsChangedError] if the
// file of its points has changed since.
func (f Folder) Experiment(ctx context.Context) (*train.Experiment, error) {
	c, err := f.Config()
	if err != nil {
		return nil, err
	}
	known, err := f.sources()
	if err != nil {
		return nil, err
	}
	if len(known.Replaced) > 0 {
		return nil, &train.ReplacedError{Folder: f.Path, Parts: known.Replaced}
	}
	found, note := f.whereOwnFileIs(c, known.Points)
	e, err := f.experiment(ctx, found)
	if err != nil {
		return nil, f.blamePoints(known.Points, c.Task.OwnFile(), err)
	}
	if note != nil {
		e.Config.Task.Points, e.Config.Task.Sequences = c.Task.Points, c.Task.Sequences // of the run, whatever its file is called from here
		e.NoteOwnFile(note)
	}
	return e, f.mustHold(known.Points, e)
}

// experiment returns the experiment of a configuration, and of an imported network what the folder keeps of it.
func (f Folder) experiment(ctx context.Context, c train.Config) (*train.Experiment, error) {
	if !f.Imported() {
		return train.NewExperiment(ctx, c)
	}
	beside, err := os.ReadFile(f.importedFile())
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	e, err := train.ImportedExperiment(ctx, c, beside)
	var ours *train.ExperimentError
	if err != nil && !errors.As(err, &ours) {
		err = fmt.Errorf("run: %s: %w", f.importedFile(), err)
	}
	return e, err
}
