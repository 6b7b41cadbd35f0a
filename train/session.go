package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// session is one stretch of training in a run folder that this process holds: from the start, or from where an earlier
// one stopped, to the end or to where this one stops.
type session struct {
	Folder
	*hold
	*Trainer
	experiment *Experiment
	warnings   []error
}

// run trains.
func (s *session) run(ctx context.Context, resume bool, recorder Recorder) error {
	c := s.experiment.Config
	record := newRunRecord(c, false)
	record.Replaced, record.Points = s.experiment.Replaced(), s.experiment.ownRecord()
	if resume {
		finished, err := s.resume(record, recorder)
		if err != nil || finished {
			return err
		}
	}
	metrics, err := s.openMetrics(s.Trainer.History) // before run.json, which makes the folder a run's
	if err != nil {
		return err
	}
	defer metrics.Close()
	if err := record.Write(s.RunFile()); err != nil {
		return err
	}
	err = s.Trainer.Run(ctx, metricsRecorder{metrics, recorder}, func(t *Trainer) error {
		if metrics.err != nil {
			return explain(s.MetricsFile(), metrics.err)
		}
		return s.save()
	})
	if errors.Is(err, ErrInterrupted) {
		err = errors.Join(err, s.saveCheckpoint())
	}
	if err == nil {
		err = s.WriteWeights(s.Parameters)
	}
	if lost := s.check(); lost != nil {
		return lost // run.json is the other process's
	}
	record.End(err)
	return errors.Join(err, s.lastly(func() error { return record.Write(s.RunFile()) }))
}

// resume sets the trainer to the newest sound checkpoint and the record to go on from the folder's. finished is true if
// there is nothing left to do.
func (s *session) resume(record *Provenance, recorder Recorder) (finished bool, err error) {
	warn := func(warning error) {
		s.warnings = append(s.warnings, warning)
		if w, ok := recorder.(Warner); ok {
			w.Warning(warning)
		}
	}
	restored, err := s.restore(warn)
	if err != nil {
		return false, err
	}
	if r, ok := recorder.(Resumer); ok && restored {
		r.Resumed(max(0, s.Epoch()))
	}
	_, missing := os.Stat(s.WeightsFile())
	isWhole := missing == nil
	if !restored {
		if isWhole {
			return false, fmt.Errorf("train: %s: %w", s.Folder.Path, ErrNoCheckpoint)
		}
		warn(fmt.Errorf("train: %s has no checkpoint that can be used; the run begins anew", s.Folder.Path))
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
			warn(fmt.Errorf("train: %s are not those of the last checkpoint; they are written anew", s.WeightsFile()))
		}
		history, err := s.Folder.History()
		if err == nil && !damaged && before == c && earlier.State == stateOf(nil) && slices.Equal(history, s.Trainer.History) {
			return true, nil
		}
	} else if isWhole { // more epochs are wanted: these weights are no longer the run's, but in a checkpoint
		if err := os.Remove(s.WeightsFile()); err != nil {
			return false, explain(s.WeightsFile(), err)
		}
	}
	record.resume(earlier, before == c, Position{max(0, s.Epoch()), s.step})
	if restored {
		if differences := record.differences(earlier); len(differences) > 0 {
			warn(&OtherMachineError{s.Folder.Path, differences})
		}
		if s.step == 0 {
			return false, s.saveSnapshot() // of what was the last epoch, and is no more
		}
	}
	return false, nil
}

// weightsDiffer reports whether the weights in the folder are other than the trainer's.
func (s *session) weightsDiffer() (bool, error) {
	want, err := encodeParameters(s.Parameters)
	if err != nil {
		return false, err
	}
	got, err := os.ReadFile(s.WeightsFile())
	return !bytes.Equal(got, want), explain(s.WeightsFile(), err)
}

// restore sets the trainer to the newest checkpoint that is sound; without any it returns false.
func (s *session) restore(warn func(error)) (bool, error) {
	for _, path := range Checkpoints(s.Checkpoints()) {
		err := s.Restore(path)
		var unusable *CheckpointError
		switch {
		case err == nil:
			return true, s.experiment.Config.mustReach(s.Epoch(), s.step)
		case !errors.As(err, &unusable):
			return false, err
		}
		warn(fmt.Errorf("%w; trying the one before it", err))
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
	if err := s.Save(filepath.Join(s.Checkpoints(), s.checkpointName())); err != nil {
		if errors.Is(err, ErrNoState) {
			return nil // the stock solver: there is nothing to resume from, and the run goes on
		}
		return err
	}
	paths := Checkpoints(s.Checkpoints())
	for _, old := range paths[min(len(paths), s.experiment.Config.Training.Checkpoint.Keep):] {
		if err := os.Remove(old); err != nil {
			return explain(old, err)
		}
	}
	return nil
}

// saveSnapshot keeps the weights of an epoch that has its place in the series, but not of the last one, whose
// weights are the run's.
func (s *session) saveSnapshot() error {
	c := s.experiment.Config.Training
	if epoch := s.Epoch(); c.Checkpoint.Snapshots && isSnapshotEpoch(epoch) && epoch < c.Epochs {
		if err := s.check(); err != nil {
			return err
		}
		if err := MakeFolder(s.SnapshotFolder()); err != nil {
			return err
		}
		return writeParameters(s.snapshotFile(epoch), s.Parameters)
	}
	return nil
}
