package measure

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Selection is the runs of an analysis.
type Selection struct {
	Runs []run.Folder // in the order asked for, each once
	// Notes say what is counted once or left out, and why; one sentence each.
	Notes []string
	// LeftOut are the paths, and runs of sweeps, that cannot be measured because no run can be read there.
	LeftOut []LeftOut
}

// Select returns the runs that some folders stand for: a run stands for itself, a sweep for its finished runs. A run that
// is asked for twice, also by another name or as a copy, is counted once. What cannot be read, and a run without weights, is
// left out: all paths are checked for that before anything is measured.
//
// Errors, if no run remains, those of all paths: a folder that holds neither ([run.ErrNoRun]), a sweep without finished
// runs ([NoneFinishedError]), files that cannot be read.
func Select(paths []string) (*Selection, error) {
	s := &selector{Selection: &Selection{}, places: map[string]string{}, networks: map[string]string{}}
	for _, path := range paths {
		if err := s.addPath(path); err != nil {
			s.leaveOut(path, err)
		}
	}
	if len(s.Runs) == 0 {
		errs := make([]error, len(s.LeftOut))
		for i, left := range s.LeftOut {
			errs[i] = left.Err
		}
		return nil, errors.Join(errs...)
	}
	return s.Selection, nil
}

type selector struct {
	*Selection
	places   map[string]string // by resolved path, the name under which a run is known
	networks map[string]string // by configuration and weights
}

func (s *selector) addPath(path string) error {
	of := sweep.Folder{Path: path}
	switch plan, err := of.Plan(); {
	case err == nil:
		return s.addSweep(of, plan)
	case !errors.Is(err, sweep.ErrNoSweep):
		return err
	}
	return s.addRun(path)
}

// addRun adds a run unless it is there already.
func (s *selector) addRun(path string) error {
	folder := run.Folder{Path: filepath.Clean(path)}
	c, err := folder.Config()
	if err != nil {
		return err
	}
	place, err := filepath.EvalSymlinks(path)
	if err == nil {
		place, err = filepath.Abs(place)
	}
	if err != nil {
		return fmt.Errorf("measure: %w", err)
	}
	if known, twice := s.places[place]; twice {
		s.note("%s is the folder %s once more and counts once", path, known)
		return nil
	}
	s.places[place] = path
	if _, err := folder.Weights(); err != nil {
		return err // unfinished, or damaged
	}
	weights, err := os.ReadFile(folder.WeightsFile())
	if err != nil {
		return fmt.Errorf("measure: %w", err)
	}
	identity := fmt.Sprintf("%s %x", c.Fingerprint(), sha256.Sum256(weights))
	if known, twice := s.networks[identity]; twice {
		s.note("%s is a copy of %s, with the same configuration and weights, and counts once", path, known)
		return nil
	}
	s.networks[identity] = path
	s.Runs = append(s.Runs, folder)
	return nil
}

// listedRuns is how many unfinished runs of a sweep a note lists.
const listedRuns = 5

// addSweep adds the finished runs of a sweep and notes the others.
func (s *selector) addSweep(of sweep.Folder, plan *sweep.Plan) error {
	var unfinished []string
	for _, run := range plan.Runs {
		state, err := of.State(run.ID)
		if err == nil && state.State == sweep.Done {
			err = s.addRun(of.Run(run.ID).Path)
		}
		if err != nil {
			s.leaveOut(of.Run(run.ID).Path, err)
		}
		if err != nil || state.State == sweep.Done {
			continue
		}
		text := fmt.Sprintf("%s (%s)", state.State, strings.TrimSpace(run.ID+" "+plan.Describe(run)))
		if state.Reason != "" {
			text += ": " + state.Reason
		}
		unfinished = append(unfinished, text)
	}
	if len(unfinished) == 0 {
		return nil
	}
	count := len(unfinished)
	if count > listedRuns {
		unfinished = append(unfinished[:listedRuns], fmt.Sprintf("and %d more", count-listedRuns))
	}
	text := fmt.Sprintf("%d of the %d runs of %s are not finished", count, len(plan.Runs), of.Path)
	list := strings.Join(unfinished, "; ")
	if count == len(plan.Runs) {
		return &NoneFinishedError{Reason: text + ": " + list}
	}
	s.note("%s and are left out: %s", text, list)
	return nil
}

func (s *selector) leaveOut(path string, err error) {
	s.LeftOut = append(s.LeftOut, LeftOut{Run: path, Err: err})
}

func (s *selector) note(format string, arguments ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, arguments...))
}

// NoneFinishedError says that a sweep has no finished runs to measure.
type NoneFinishedError struct{ Reason string }

func (e *NoneFinishedError) Error() string {
	return "measure: " + e.Reason + "; `train sweep status` tells more, `train sweep --resume` goes on with them"
}

// LeftOut is a run that could not be measured.
type LeftOut struct {
	Run string
	Err error
}

// LeftOutError says which runs of an analysis could not be measured.
type LeftOutError struct {
	Runs  []LeftOut
	Asked int
}

func (e *LeftOutError) Error() string {
	reasons := make([]string, len(e.Runs))
	for i, run := range e.Runs {
		reasons[i] = run.Text()
	}
	return fmt.Sprintf("%d of %d runs could not be measured: %s", len(e.Runs), e.Asked, strings.Join(reasons, "; "))
}

// Text returns the run and the reason, on one line.
func (l LeftOut) Text() string {
	reason, _, _ := strings.Cut(l.Err.Error(), "\n")
	if !strings.Contains(reason, l.Run) {
		reason = l.Run + ": " + reason
	}
	return reason
}
