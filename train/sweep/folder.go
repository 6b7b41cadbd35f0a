package sweep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Folder is the folder of a sweep; the package documentation says what it holds.
type Folder struct{ Path string }

// SpecFile returns the path of the copy of the sweep file.
func (f Folder) SpecFile() string { return filepath.Join(f.Path, "sweep.yaml") }

// Run returns the folder of a finished run.
func (f Folder) Run(id string) run.Folder {
	return run.Folder{Path: filepath.Join(f.Path, "runs", id)}
}

func (f Folder) planFile(generation int) string {
	return filepath.Join(f.Path, fmt.Sprintf("plan-%04d.json", generation))
}

func (f Folder) state(id string) string { return filepath.Join(f.Path, "state", id) }

func (f Folder) stateFile(id, kind string, generation int, ending string) string {
	return filepath.Join(f.state(id), fmt.Sprintf("%s-%06d%s", kind, generation, ending))
}

// claims returns the processes that claimed a run.
func (f Folder) claims(id string) run.Claims { return run.Claims{Path: f.state(id)} }

func (f Folder) attempt(id string, generation int) run.Folder {
	return run.Folder{Path: f.stateFile(id, "attempt", generation, ""), Held: true} // by the claim
}

// Create puts a plan, with the text that it was read from, into a folder. With resume a sweep that is
// already there is continued, and runs that it does not have yet are added to it. It returns the plan of
// the folder.
//
// Errors: [ErrFolderInUse], [ChangedError], [PointsError], [files.OutputError].
func (f Folder) Create(plan *Plan, text []byte, resume bool) (*Plan, error) {
	if err := plan.readPoints(); err != nil {
		return nil, err
	}
	whole, written, err := f.put(func(known *Plan) (*Plan, error) {
		switch {
		case known == nil:
			return plan, nil
		case !resume:
			return nil, fmt.Errorf("sweep: %s: %w", f.Path, ErrFolderInUse)
		}
		if err := known.comparePoints(plan.Points); err != nil {
			return nil, err
		}
		return known.extend(f.Path, plan)
	})
	if err != nil || !written {
		return whole, err
	}
	return whole, files.WriteFile(f.SpecFile(), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// put writes the plan that merge returns for the folder's plan, which is nil if there is none. A plan without new
// runs is not written.
func (f Folder) put(merge func(known *Plan) (*Plan, error)) (plan *Plan, written bool, err error) {
	undo, err := files.MakeFolderUndo(f.Path)
	if err != nil {
		return nil, false, err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	for {
		known, generation, err := f.plan()
		if err != nil && !errors.Is(err, ErrNoSweep) {
			return nil, false, err
		}
		plan, err := merge(known)
		if err != nil {
			return nil, false, err
		}
		if known != nil && len(plan.Runs) == len(known.Runs) {
			return plan, false, nil
		}
		err = f.writePlan(plan, generation+1)
		if errors.Is(err, os.ErrExist) {
			continue // another process was quicker: read what it wrote
		}
		return plan, err == nil, err
	}
}
