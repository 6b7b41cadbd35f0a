package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// session is the training that this process does in a run folder it holds: from the start, or from where an earlier
// session stopped, to the end or to where this one is stopped.
type session struct {
	Folder
	*hold
	*train.Trainer
	experiment *train.Experiment
	warnings   []error
}

// run trains.
func (s *session) run(ctx context.Context, resume bool, recorder train.Recorder) error {
	c := s.experiment.Config
	record := newRunRecord(c, false)
	record.Replaced, record.Points = s.experiment.Replaced(), ownRecord(s.experiment)
	if resume {
		finished, err := s.resume(record, recorder)
		if err != nil || finished {
			return err
		}
	}
	metrics, err := s.openMetrics(s.Trainer.History) // before run.json, which makes the folder that of a run
	if err != nil {
		return err
	}
	defer metrics.Close()
	if err := record.Write(s.RunFile()); err != nil {
		return err
	}
	err = s.Trainer.Run(ctx, metricsRecorder{metrics, recorder}, func(t *train.Trainer) error {
		if metrics.err != nil {
			return files.Explain(s.MetricsFile(), metrics.err)
		}
		return s.save()
	})
	if errors.Is(err, train.ErrInterrupted) {
		err = errors.Join(err, s.saveCheckpoint())
	}
	if err == nil {
		err = writeParameters(s.WeightsFile(), s.Parameters)
	}
	if lost := s.check(); lost != nil {
		return lost // run.json belongs to the other process
	}
	record.End(err)
	return errors.Join(err, s.lastly(func() error { return record.Write(s.RunFile()) }))
}

// resume sets the trainer to the newest sound checkpoint and makes the record continue that of the folder. finished is true
// if there is nothing left to do.
func (s *session) resume(record *Provenance, recorder train.Recorder) (finished bool, err error) {
	warn := func(warning error) {
		s.warnings = append(s.warnings, warning)
		if w, ok := recorder.(train.Warner); ok {
			w.Warning(warning)
		}
	}
	restored, err := s.restore(warn)
	if err != nil {
		return false, err
	}
	if r, ok := recorder.(train.Resumer); ok && restored {
		r.Resumed(max(0, s.Epoch()))
	}
	_, missing := os.Stat(s.WeightsFile())
	isWhole := missing == nil
	if !restored {
		if isWhole {
			return false, fmt.Errorf("run: %s: %w", s.Folder.Path, ErrNoCheckpoint)
		}
		warn(fmt.Errorf("run: %s has no usable checkpoint; the run starts again", s.Folder.Path))
	}
	earlier, err := s.record()
	if err != nil {
		return false, err
	}
	c := s.experiment.Config
	before, err := s.Config()
	if err != nil {
		return false, err
	}
	if isWhole && s.Epoch() == c.Training.Epochs {
		damaged, err := s.weightsDiffer()
		if err != nil {
			return false, err
		}
		if damaged {
			warn(fmt.Errorf("run: %s are not those of the last checkpoint; they are written again", s.WeightsFile()))
		}
		history, err := s.Folder.History()
		if err == nil && !damaged && before == c && earlier.State == stateOf(nil) && slices.Equal(history, s.Trainer.History) {
			return true, nil
		}
	} else if isWhole { // more epochs are wanted: these are no longer the run's final weights; a checkpoint holds them
		if err := os.Remove(s.WeightsFile()); err != nil {
			return false, files.Explain(s.WeightsFile(), err)
		}
	}
	record.resume(earlier, before == c, Position{max(0, s.Epoch()), s.Step()})
	if restored {
		if differences := record.differences(earlier); len(differences) > 0 {
			warn(&OtherMachineError{s.Folder.Path, differences})
		}
		if s.Step() == 0 {
			return false, s.saveSnapshot() // of the epoch that was the last one and no longer is
		}
	}
	return false, nil
}

// weightsDiffer reports whether the weights in the folder differ from the trainer's.
func (s *session) weightsDiffer() (bool, error) {
	want, err := train.EncodeParameters(s.Parameters)
	if err != nil {
		return false, err
	}
	got, err := os.ReadFile(s.WeightsFile())
	return !bytes.Equal(got, want), files.Explain(s.WeightsFile(), err)
}

// restore sets the trainer to the newest sound checkpoint; if there is none it returns false.
func (s *session) restore(warn func(error)) (bool, error) {
	for _, path := range Checkpoints(s.Checkpoints()) {
		err := s.Restore(path)
		var unusable *train.CheckpointError
		switch {
		case err == nil:
			return true, mustReach(s.experiment.Config, s.Epoch(), s.Step())
		case !errors.As(err, &unusable):
			return false, err
		}
		warn(fmt.Errorf("%w; trying the previous one", err))
	}
	return false, nil
}

// save saves what is due after an epoch.
func (s *session) save() error {
	c := s.experiment.Config.Training
	if err := s.saveSnapshot(); err != nil {
		return err
	}
	if s.Epoch()%c.Checkpoint.Every != 0 && s.Epoch() != c.Epochs {
		return nil
	}
	return s.saveCheckpoint()
}

// saveCheckpoint writes a checkpoint and removes all but the newest few.
func (s *session) saveCheckpoint() error {
	if err := s.check(); err != nil {
		return err
	}
	if err := s.Save(filepath.Join(s.Checkpoints(), checkpointName(s.Trainer))); err != nil {
		if errors.Is(err, train.ErrNoState) {
			return nil // the stock solver: the run cannot be resumed, but continues
		}
		return err
	}
	paths := Checkpoints(s.Checkpoints())
	for _, old := range paths[min(len(paths), s.experiment.Config.Training.Checkpoint.Keep):] {
		if err := os.Remove(old); err != nil {
			return files.Explain(old, err)
		}
	}
	return nil
}

// saveSnapshot keeps the weights of the epochs of the series, except the last epoch, whose weights are the
// run's final ones.
func (s *session) saveSnapshot() error {
	c := s.experiment.Config.Training
	if epoch := s.Epoch(); c.Checkpoint.Snapshots && train.IsSnapshotEpoch(epoch) && epoch < c.Epochs {
		if err := s.check(); err != nil {
			return err
		}
		if err := files.MakeFolder(s.SnapshotFolder()); err != nil {
			return err
		}
		return writeParameters(s.snapshotFile(epoch), s.Parameters)
	}
	return nil
}
