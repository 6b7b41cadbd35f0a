package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Execute makes one run in a folder and returns what was measured of it. With resume the folder holds
// checkpoints of an earlier attempt.
//
// Errors: [train.ErrInterrupted] when the context ended and there is a checkpoint; [files.OutputError] if
// the folder cannot be written, which stops the sweep; any other error means that the run failed.
type Execute func(ctx context.Context, folder run.Folder, run Run, resume bool) ([]Value, error)

// outputError returns the error of a folder as package files explains it.
func outputError(path string, err error) error {
	if explained := files.MakeFolder(path); explained != nil {
		return explained
	}
	return fmt.Errorf("sweep: %w", err)
}

// make makes a run that was claimed. It returns nil also if another process finished the run.
func (f Folder) make(ctx context.Context, made Run, generation int, owner run.Owner, execute Execute) error {
	switch err := f.check(made.ID); {
	case err == nil:
		return nil
	case isDamage(err):
		if err := f.setAside(made.ID, generation); err != nil {
			return err
		}
	case !errors.Is(err, errNotDone):
		return err
	}
	work := f.attempt(made.ID, generation)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop, err := f.claims(made.ID).Beat(generation, run.BeatEvery(owner.Patience), func() { cancel(ErrTakenOver) })
	if err != nil {
		return err
	}
	defer stop()
	if err := files.MakeFolder(work.Path); err != nil {
		return err
	}
	resume, err := f.inherit(made.ID, generation)
	if err != nil {
		return err
	}
	values, err := safely(execute, ctx, work, made, resume)
	if err == nil {
		err = writeValues(work, values)
	}
	if err == nil {
		err = writeResult(work, len(values))
	}
	if err == nil {
		err = f.finish(made.ID, generation)
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) && !errors.Is(err, train.ErrInterrupted) {
		err = errors.Join(train.ErrInterrupted, err) // code that measures or draws only reports that its context has ended
	}
	// The folder of an attempt that was taken over is removed while it works, so its errors do not count.
	if f.claims(made.ID).TakenOver(generation) {
		return ErrTakenOver
	}
	return errors.Join(err, f.end(made.ID, generation, err))
}

// safely turns a panic into an error, so that one run does not end all others, and the end of the context into
// [train.ErrInterrupted]: measures that were stopped have not failed.
func safely(execute Execute, ctx context.Context, folder run.Folder, run Run, resume bool) (values []Value, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("sweep: panic: %v", fault)
		}
	}()
	values, err = execute(ctx, folder, run, resume)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.Join(train.ErrInterrupted, err)
	}
	return values, err
}

// inherit links checkpoints and snapshots of the newest earlier attempt that has any checkpoints, and whose other
// files can be read, into a new attempt's folder.
func (f Folder) inherit(id string, generation int) (resume bool, err error) {
	to := f.attempt(id, generation)
	for g := generation - 1; g > 0; g-- {
		from := f.attempt(id, g)
		checkpoints := run.Checkpoints(from.Checkpoints())
		if len(checkpoints) == 0 || !canGoOn(from, checkpoints[0]) {
			continue
		}
		if err := files.MakeFolder(to.Checkpoints()); err != nil {
			return false, err
		}
		linked := 0
		for _, path := range checkpoints {
			err := share(path, filepath.Join(to.Checkpoints(), filepath.Base(path)))
			if errors.Is(err, os.ErrNotExist) {
				continue // its owner is alive after all and has just removed it
			}
			if err != nil {
				return false, err
			}
			linked++
		}
		if linked == 0 {
			continue
		}
		if err := shareAll(from.SnapshotFolder(), to.SnapshotFolder()); err != nil {
			return false, err
		}
		err := share(from.RunFile(), to.RunFile())
		return err == nil, err
	}
	return false, nil
}

// canGoOn reports whether the record and the snapshots of an attempt can be read and no snapshot before its newest
// checkpoint is missing. Package train skips damaged checkpoints.
func canGoOn(attempt run.Folder, newest string) bool {
	c, err := attempt.Config()
	if err != nil {
		return false
	}
	snapshots, err := attempt.Snapshots()
	if err != nil {
		return false
	}
	var epoch int
	if _, err := fmt.Sscanf(filepath.Base(newest), "epoch-%d-", &epoch); err != nil {
		return false
	}
	for _, wanted := range c.Training.SnapshotEpochs(epoch) {
		if !slices.ContainsFunc(snapshots, func(s run.Snapshot) bool { return s.Epoch == wanted }) {
			return false
		}
	}
	return true
}

// shareAll shares the files of a folder, if it exists, except those that a killed process left half written.
func shareAll(from, to string) error {
	entries, err := os.ReadDir(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	if err := files.MakeFolder(to); err != nil {
		return err
	}
	for _, entry := range entries {
		if files.IsTemporary(entry.Name()) {
			continue
		}
		if err := share(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// share gives a file, which is never changed in place, a second name, or copies it where there are no hard links.
func share(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrExist) {
		return ignoreExisting(err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return files.WriteFile(to, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

func ignoreExisting(err error) error {
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	return err
}

// end records that an attempt failed or was interrupted. A full disk is not a failure of the run.
func (f Folder) end(id string, generation int, reason error) error {
	end := ended{State: Failed, Error: strings.Join(strings.Fields(reason.Error()), " ")}
	var output *files.OutputError
	switch {
	case errors.As(reason, &output):
		end.State = Interrupted
	case errors.Is(reason, train.ErrInterrupted): // where it was interrupted does not matter to the next owner
		end.State, end.Error = Interrupted, train.ErrInterrupted.Error()
	}
	return files.WriteFile(f.claims(id).EndedFile(generation), func(w io.Writer) error { return json.NewEncoder(w).Encode(end) })
}

// finish renames an attempt to the run's folder, unless another attempt is there already, and removes
// the folders of unfinished attempts.
func (f Folder) finish(id string, generation int) error {
	if err := os.MkdirAll(filepath.Dir(f.Run(id).Path), 0o755); err != nil {
		return outputError(f.Path, err)
	}
	_ = os.RemoveAll(f.attempt(id, generation).Checkpoints()) // no longer needed
	err := os.Rename(f.attempt(id, generation).Path, f.Run(id).Path)
	if err != nil && isDamage(f.check(id)) {
		if err := f.setAside(id, generation); err != nil {
			return err
		}
		err = os.Rename(f.attempt(id, generation).Path, f.Run(id).Path)
	}
	if err != nil && f.check(id) != nil {
		return outputError(filepath.Dir(f.Run(id).Path), err)
	}
	for g := generation; g > 0; g-- {
		_ = os.RemoveAll(f.attempt(id, g).Path) // late writes there do no harm
	}
	return nil
}
