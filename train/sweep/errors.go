package sweep

import (
	"errors"
	"fmt"
	"strings"
)

// SpecError says what is wrong with a sweep file.
type SpecError struct {
	Where  string // the part of the file, like "grid"
	Reason string // with the fix
	Err    error  // the error of a configuration, or nil
}

func (e *SpecError) Error() string {
	text := "sweep file: "
	if e.Where != "" {
		text += e.Where + ": "
	}
	if e.Err != nil {
		if e.Reason != "" {
			text += e.Reason + ": "
		}
		return text + e.Err.Error()
	}
	return text + e.Reason
}

func (e *SpecError) Unwrap() error { return e.Err }

// ErrFolderInUse says that a folder already holds a sweep.
var ErrFolderInUse = errors.New("the folder already holds a sweep; join or continue it with --resume, or choose another folder with -o")

// ErrNoSweep says that a folder holds no sweep.
var ErrNoSweep = errors.New("no plan of a sweep here; give the folder of a `train sweep`")

// ChangedError says that a sweep would be continued with runs left out.
type ChangedError struct {
	Folder      string
	Differences []string // "key: values in the folder, here values"
	Missing     int      // runs of the folder that are not asked for any more
	Added       int      // runs that the folder does not have
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("sweep: %s was started with another sweep file (%s): %d of its runs are not in this one, %d are new; "+
		"keep all old runs in the file (sweep.yaml in the folder has them) or choose another folder with -o",
		e.Folder, strings.Join(e.Differences, "; "), e.Missing, e.Added)
}

// RunsError says how many runs of a sweep failed.
type RunsError struct {
	Failed, Runs int
	First        string // ID of the first one
	Reason       string // and why it failed
}

func (e *RunsError) Error() string {
	return fmt.Sprintf("sweep: %d of %d runs failed (%s: %s); `train sweep status` lists them, --retry failed tries them again",
		e.Failed, e.Runs, e.First, e.Reason)
}

// ErrTakenOver says that another process took over a run whose owner seemed dead.
var ErrTakenOver = errors.New("sweep: another process has taken over the run")

// PlanError says that the plan of a sweep cannot be read.
type PlanError struct{ Err error }

func (e *PlanError) Error() string {
	return fmt.Sprintf("it cannot be read (%v); restore it from a copy, or remove it and give the whole sweep file once more, with -c and --resume", e.Err)
}

func (e *PlanError) Unwrap() error { return e.Err }

// LostPlanError says that a folder holds runs that its plan lacks: a later plan is missing.
type LostPlanError struct {
	Folder string
	IDs    []string // of the runs
}

func (e *LostPlanError) Error() string {
	return fmt.Sprintf("sweep: the plan of %s lacks %d runs that are in its folders runs and state (%s): a later plan-GGGG.json was lost, for example by an "+
		"incomplete copy; restore it, or give the whole sweep file once more, with -c and --resume",
		e.Folder, len(e.IDs), shorten(e.IDs))
}
