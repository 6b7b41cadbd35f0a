package train

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/graph"
)

// Folder is the folder of one run:
//
//	run.json              configuration, build, machine, times, state
//	metrics.jsonl         one EpochMetrics a line, epoch 0 first
//	weights.safetensors   R, W, b1, b2 after training
//	checkpoints/          epoch-EEEEEE-step-SSSSSS.safetensors, the newest few
//	snapshots/            epoch-EEEEEE.safetensors, the weights after epochs 1, 2, 5, 10, 20, 50, ...
//	imported.safetensors  of a network that was trained elsewhere only: see [Folder.Import]
type Folder struct{ Path string }

func (f Folder) RunFile() string     { return filepath.Join(f.Path, "run.json") }
func (f Folder) MetricsFile() string { return filepath.Join(f.Path, "metrics.jsonl") }
func (f Folder) WeightsFile() string { return filepath.Join(f.Path, "weights.safetensors") }
func (f Folder) Checkpoints() string { return filepath.Join(f.Path, "checkpoints") }

// ErrFolderInUse says that a folder already holds a run.
var ErrFolderInUse = errors.New("the folder already holds a run; choose another folder with -o")

// Run trains an experiment's network in a folder, from its newest sound checkpoint if resume is set. It
// returns the trainer, which the caller closes, and warnings about checkpoints that had to be passed over.
// When the context ends it finishes the step, saves a checkpoint and returns [ErrInterrupted].
//
// Errors: [ErrFolderInUse], [ErrNoRun], [OutputError], [CheckpointError] for a run of another
// configuration, [DivergenceError].
func (f Folder) Run(ctx context.Context, experiment *Experiment, resume bool, recorder Recorder) (trainer *Trainer, warnings []error, err error) {
	c := experiment.Config
	if err := c.CheckMemory(ReadMemory()); err != nil {
		return nil, nil, err // before anything is written
	}
	if err := f.claim(c, resume); err != nil {
		return nil, nil, err
	}
	if earlier, err := f.replaced(); resume && (err != nil || !slices.Equal(earlier, experiment.Replaced())) {
		return nil, nil, errors.Join(err, &ReplacedError{Folder: f.Path, Parts: earlier})
	}
	trainer, err = NewTrainer(experiment)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			trainer.Close()
			trainer = nil
		}
	}()
	if resume {
		if warnings, err = f.restore(trainer); err != nil {
			return nil, warnings, err
		}
	}
	record := NewProvenance(c.Tree())
	record.Replaced = experiment.Replaced()
	if err := record.Write(f.RunFile()); err != nil {
		return nil, warnings, err
	}
	metrics, err := f.openMetrics(trainer.History)
	if err != nil {
		return nil, warnings, err
	}
	defer metrics.Close()
	err = trainer.Run(ctx, metricsRecorder{metrics, recorder}, func(t *Trainer) error {
		if metrics.err != nil {
			return explain(f.MetricsFile(), metrics.err)
		}
		if err := f.saveSnapshot(t); err != nil {
			return err
		}
		if t.Epoch()%c.Training.Checkpoint.Every != 0 && t.Epoch() != c.Training.Epochs {
			return nil
		}
		return f.saveCheckpoint(t)
	})
	if errors.Is(err, ErrInterrupted) {
		err = errors.Join(err, f.saveCheckpoint(trainer))
	}
	if err == nil {
		err = f.WriteWeights(trainer.Parameters)
	}
	record.End(err)
	return trainer, warnings, errors.Join(err, record.Write(f.RunFile()))
}

// claim makes the folder and checks that its contents fit what is asked.
func (f Folder) claim(c Config, resume bool) error {
	existing, err := f.Config()
	switch {
	case resume && err != nil:
		return err
	case resume && f.isImported():
		return fmt.Errorf("train: %s: %w", f.Path, ErrImported)
	case resume:
		if differences := c.Differences(existing); len(differences) > 0 {
			return &ConfigChangedError{Folder: f.Path, Differences: differences}
		}
	case err == nil:
		return fmt.Errorf("train: %s: %w", f.Path, ErrFolderInUse)
	}
	if err := MakeFolder(f.Path); err != nil {
		return err
	}
	return MakeFolder(f.Checkpoints())
}

// ConfigChangedError says that a run would be resumed under another configuration.
type ConfigChangedError struct {
	Folder      string
	Differences []string // "key: value in the folder, here value"
}

func (e *ConfigChangedError) Error() string {
	return fmt.Sprintf("train: %s was started with another configuration (%s); use the same one or a new folder",
		e.Folder, strings.Join(e.Differences, "; "))
}

// ErrNoRun says that a folder holds no run.
var ErrNoRun = errors.New("no run.json here; give the folder of a finished or interrupted `train run`")

// Config returns the configuration of the run in the folder.
//
// Errors: [ErrNoRun], a run.json that cannot be read.
func (f Folder) Config() (Config, error) {
	text, err := os.ReadFile(f.RunFile())
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, fmt.Errorf("train: %s: %w", f.Path, ErrNoRun)
	}
	if err != nil {
		return Config{}, fmt.Errorf("train: %w", err)
	}
	var record struct {
		Config json.RawMessage `json:"config"`
	}
	if err := json.Unmarshal(text, &record); err != nil {
		return Config{}, fmt.Errorf("train: %s: %w", f.RunFile(), err)
	}
	c := DefaultConfig()
	if err := c.ApplyYAML(record.Config); err != nil { // JSON is YAML
		return Config{}, fmt.Errorf("train: %s: %w", f.RunFile(), err)
	}
	return c, nil
}

// restore sets the trainer to the newest checkpoint that is sound; without any it starts anew.
func (f Folder) restore(t *Trainer) (warnings []error, err error) {
	for _, path := range Checkpoints(f.Checkpoints()) {
		err := t.Restore(path)
		if err == nil {
			return warnings, nil
		}
		var unusable *CheckpointError
		if !errors.As(err, &unusable) {
			return warnings, err
		}
		warnings = append(warnings, fmt.Errorf("%w; trying the one before it", err))
	}
	return warnings, nil
}

// saveCheckpoint writes a checkpoint and removes all but the newest few.
func (f Folder) saveCheckpoint(t *Trainer) error {
	if err := t.Save(filepath.Join(f.Checkpoints(), t.checkpointName())); err != nil {
		if errors.Is(err, ErrNoState) {
			return nil // the stock solver: there is nothing to resume from, and the run goes on
		}
		return err
	}
	paths := Checkpoints(f.Checkpoints())
	for _, old := range paths[min(len(paths), t.Experiment.Config.Training.Checkpoint.Keep):] {
		if err := os.Remove(old); err != nil {
			return explain(old, err)
		}
	}
	return nil
}

// WriteWeights writes R, W, b1, b2 as weights.safetensors.
func (f Folder) WriteWeights(p *graph.Parameters) error { return writeParameters(f.WeightsFile(), p) }

func writeParameters(path string, p *graph.Parameters) error {
	file := &safetensors.File{Tensors: map[string]safetensors.Tensor{}}
	for i, parameter := range p.All() {
		file.Tensors[graph.ParameterNames[i]] = toSafetensor(parameter)
	}
	encoded, err := safetensors.Append(nil, file)
	if err != nil {
		return fmt.Errorf("train: weights: %w", err)
	}
	return WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(encoded)
		return err
	})
}

// Weights returns the trained parameters of a finished run.
func (f Folder) Weights() (*graph.Parameters, error) {
	parameters, err := readParameters(f.WeightsFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("train: %s holds no weights: its run has not finished; continue it with `train run --resume`", f.Path)
	}
	return parameters, err
}

func readParameters(path string) (*graph.Parameters, error) {
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	file, err := safetensors.Decode(encoded)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", path, err)
	}
	values, precision := map[string][]float64{}, graph.Float32
	for _, name := range graph.ParameterNames {
		array, ok := file.Tensors[name]
		if !ok {
			return nil, fmt.Errorf("train: %s lacks the array %s", path, name)
		}
		if array.Float64 != nil {
			precision = graph.Float64
		}
		values[name] = graph.Values(fromSafetensor(array))
	}
	return graph.ParametersFrom(precision, values)
}

// History returns the metrics of the run in the folder.
func (f Folder) History() ([]EpochMetrics, error) {
	text, err := os.ReadFile(f.MetricsFile())
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	var history []EpochMetrics
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var metrics EpochMetrics
		if err := json.Unmarshal(lines.Bytes(), &metrics); err != nil {
			return nil, fmt.Errorf("train: %s line %d: %w", f.MetricsFile(), len(history)+1, err)
		}
		history = append(history, metrics)
	}
	return history, lines.Err()
}
