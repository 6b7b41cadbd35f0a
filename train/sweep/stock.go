package sweep

import (
	"errors"
	"fmt"
	"os"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// Stock adds a plan to a folder that is used by many calls: runs that are there already stay, whether this plan
// has them or not. Without reuse the old content is discarded first. It returns the plan of the folder, in which
// the runs of this plan may be in any order.
//
// Errors: [BusyError], [files.OutputError], a plan of another kind or version.
func (f Folder) Stock(plan *Plan, reuse bool) (*Plan, error) {
	if !reuse {
		if err := f.discard(); err != nil {
			return nil, err
		}
	}
	whole, _, err := f.put(func(known *Plan) (*Plan, error) {
		switch {
		case known == nil:
			return plan, nil
		case known.Kind != plan.Kind || known.Build != plan.Build:
			return nil, fmt.Errorf("sweep: %s holds runs of kind %q by build %q, wanted %q by %q; choose another folder",
				f.Path, known.Kind, known.Build, plan.Kind, plan.Build)
		}
		return known.with(plan), nil
	})
	return whole, err
}

// BusyError says that runs are being made in a folder that was to be discarded.
type BusyError struct {
	Folder string
	Owner  run.Owner
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("sweep: %s is making runs in %s; work beside it with --resume, or choose another folder with -o "+
		"(if that process is dead, remove %[2]s)", e.Owner, e.Folder)
}

// discard removes a folder in which no run is in progress. It is renamed first, so that the folder never exists
// in part.
func (f Folder) discard() error {
	plan, _, err := f.plan()
	if errors.Is(err, ErrNoSweep) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, run := range plan.Runs {
		s, err := f.State(run.ID)
		if err != nil {
			return err
		}
		if s.State == Running {
			return &BusyError{Folder: f.Path, Owner: s.Owner}
		}
	}
	old := f.Path + ".old-" + run.Nonce()
	if err := os.Rename(f.Path, old); err != nil {
		return outputError(f.Path, err)
	}
	if err := os.RemoveAll(old); err != nil {
		return outputError(old, err)
	}
	return nil
}
