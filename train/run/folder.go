package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// Folder is the folder of one run:
//
//	run.json              configuration, own points, build, machine, times, state
//	metrics.jsonl         one EpochMetrics a line, epoch 0 first
//	weights.safetensors   R, W, b1, b2 after training
//	checkpoints/          epoch-EEEEEE-step-SSSSSS.safetensors, the newest few
//	snapshots/            epoch-EEEEEE.safetensors, the weights after epochs 1, 2, 5, 10, 20, 50, ...
//	owners/               which processes worked here: see [Claims]; one at a time may
//	imported.safetensors  of a network that was trained elsewhere only: see [Folder.Import]
type Folder struct {
	Path string
	// Held says that no other process can work in the folder anyway, as in the folders of a sweep; Run then does not claim it.
	Held bool
}

// RunFile, MetricsFile and WeightsFile return the paths of the folder's files, Checkpoints that of the folder of checkpoints.
func (f Folder) RunFile() string { return filepath.Join(f.Path, "run.json") }

func (f Folder) MetricsFile() string { return filepath.Join(f.Path, "metrics.jsonl") }

func (f Folder) WeightsFile() string { return filepath.Join(f.Path, "weights.safetensors") }

func (f Folder) Checkpoints() string { return filepath.Join(f.Path, "checkpoints") }

// ErrFolderInUse says that a folder already holds a run.
var ErrFolderInUse = errors.New("the folder already holds a run; choose another folder with -o")

// Run trains an experiment's network in a folder, from its newest sound checkpoint if resume is set. It
// returns the trainer, which the caller closes, and warnings: checkpoints that had to be skipped, a run that
// continues with another build or other kernels. A recorder that is a [train.Warner] receives them before training begins.
// When the context ends it finishes the step, saves a checkpoint and returns [train.ErrInterrupted].
//
// A resumed run may change the keys in [train.ResumableKeys]; training.epochs may not fall below what is trained.
//
// Errors: [ErrFolderInUse], [BusyError], [ErrNoRun], [files.OutputError], [ConfigChangedError], [train.ReplacedError],
// [PointsChangedError], [train.CheckpointError], [ErrNoCheckpoint], [train.DivergenceError], [ErrTakenOver].
func (f Folder) Run(ctx context.Context, experiment *train.Experiment, resume bool, recorder train.Recorder) (trainer *train.Trainer, warnings []error, err error) {
	if err := experiment.Config.CheckMemory(train.ReadMemory()); err != nil {
		return nil, nil, err // before anything is written
	}
	if _, err := os.Stat(f.claims().Path); resume && err == nil {
		if _, err := os.Stat(f.RunFile()); errors.Is(err, os.ErrNotExist) {
			resume = false // killed before its first record: there is nothing to resume
		}
	}
	if err := f.mustFit(experiment.Config, resume); err != nil {
		return nil, nil, err
	}
	if resume {
		if err := f.mustBeMadeOf(experiment); err != nil {
			return nil, nil, err
		}
	}
	made, err := train.NewTrainer(experiment) // before there is a folder
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if trainer == nil {
			err = errors.Join(err, made.Close())
		}
	}()
	if err := f.make(); err != nil {
		return nil, nil, err
	}
	ctx, held, err := f.hold(ctx, DefaultPatience)
	if err != nil {
		return nil, nil, err
	}
	state := stateFailed
	defer func() { held.release(state) }()
	if err := f.mustFit(experiment.Config, resume); err != nil { // another process may have held it until now
		return nil, nil, err
	}
	f.removeTemporary()
	s := &session{Folder: f, hold: held, Trainer: made, experiment: experiment}
	if err := s.run(ctx, resume, recorder); err != nil {
		state = stateOf(err)
		return nil, s.warnings, err
	}
	state = stateOf(nil)
	return made, s.warnings, nil
}

// removeTemporary removes the temporary files of processes that were killed while they wrote files of the run. This process
// owns the folder; files that another one writes there, such as an export, have other names.
func (f Folder) removeTemporary() {
	for _, folder := range []string{f.Path, f.Checkpoints(), f.SnapshotFolder()} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // not made yet, or not needed yet
		}
		for _, entry := range entries {
			name := entry.Name()
			for _, ours := range []string{".epoch-", ".run.json.", ".metrics.jsonl.", ".weights.safetensors.", ".writable."} {
				if strings.HasPrefix(name, ours) && files.IsTemporary(name) && entry.Type().IsRegular() {
					_ = os.Remove(filepath.Join(folder, name)) // it only takes space
				}
			}
		}
	}
}

// mustFit returns the error of a folder whose contents do not fit what is asked.
func (f Folder) mustFit(c train.Config, resume bool) error {
	existing, err := f.Config()
	switch {
	case resume && err != nil:
		return err
	case resume && f.Imported():
		return fmt.Errorf("run: %s: %w", f.Path, ErrImported)
	case resume:
		if differences := c.Differences(existing.ResumedAs(c)); len(differences) > 0 {
			return &ConfigChangedError{Folder: f.Path, Differences: differences}
		}
	case err == nil:
		return fmt.Errorf("run: %s: %w", f.Path, ErrFolderInUse)
	case !errors.Is(err, ErrNoRun):
		return err // a damaged run may still be worth something
	}
	return nil
}

// make makes the folder.
func (f Folder) make() error {
	if err := files.MakeFolder(f.Path); err != nil {
		return err
	}
	return files.MakeFolder(f.Checkpoints())
}

// ErrNoRun says that a folder holds no run.
var ErrNoRun = errors.New("no run.json here; give the folder of a finished or interrupted `train run`")

// Config returns the configuration of the run in the folder.
//
// Errors: [ErrNoRun], [DamagedRecordError], a run.json that cannot be read.
func (f Folder) Config() (train.Config, error) {
	var record struct {
		Config json.RawMessage `json:"config"`
		Unused json.RawMessage `json:"config_unused"`
	}
	if err := f.readRecord(&record); err != nil {
		return train.Config{}, err
	}
	if record.Config == nil {
		return train.Config{}, &DamagedRecordError{f.RunFile(), errors.New("it holds no configuration")}
	}
	c := train.DefaultConfig()
	unused, err := train.ReadSettings(record.Unused) // JSON is YAML
	if err == nil {
		var used []train.Setting
		if used, err = train.ReadSettings(record.Config); err == nil {
			err = c.Apply(slices.Concat(unused, used)...) // at once: task.dimension may be in either
		}
	}
	if err != nil {
		return train.Config{}, fmt.Errorf("run: %s: %w", f.RunFile(), err)
	}
	return c, nil
}

// readRecord decodes the folder's run.json.
//
// Errors: [ErrNoRun], [DamagedRecordError], a file that cannot be read.
func (f Folder) readRecord(into any) error {
	text, err := os.ReadFile(f.RunFile())
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("run: %s: %w", f.Path, ErrNoRun)
	}
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return &DamagedRecordError{f.RunFile(), err}
	}
	return nil
}

// DamagedRecordError says that a run.json is damaged.
type DamagedRecordError struct {
	Path string
	Err  error
}

func (e *DamagedRecordError) Error() string {
	return fmt.Sprintf("run: %s is damaged (%v); restore it from a copy, or train again in another folder (-o); "+
		"`train import %s` with the run's settings (-c, --set) still measures its weights", e.Path, e.Err, Folder{Path: filepath.Dir(e.Path)}.WeightsFile())
}

// Unwrap returns the decoder's error.
func (e *DamagedRecordError) Unwrap() error { return e.Err }
