package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// State is the state of a run.
type State string

// The states of a run.
const (
	Pending     State = "pending"
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"
	Interrupted State = "interrupted"
	// Damaged is a finished run whose files have changed since.
	Damaged State = "damaged"
)

// States lists all states in the order of a run's life.
var States = []State{Pending, Running, Interrupted, Failed, Damaged, Done}

// RunState is the state of a run as its files show it.
type RunState struct {
	State State
	// Attempts is the number of times that the run was started or resumed.
	Attempts int
	// Owner is the last process that claimed it; meaningless for a pending run.
	Owner run.Owner
	// Unlisted says that a finished run has no list of its files: an older program made it, and a truncated or changed
	// file would not be noticed.
	Unlisted bool
	// Reason is why the last attempt failed or stopped, or what is wrong with a damaged run; else empty.
	Reason string
}

// ended is the content of ended-GGGGGG.json.
type ended struct {
	State State  `json:"state"`
	Error string `json:"error,omitempty"`
}

// State returns the state of a run. A run whose owner is known to be dead counts as interrupted; if the owner's
// state is unknown, as running.
//
// Errors: a folder that cannot be read.
func (f Folder) State(id string) (RunState, error) {
	s := RunState{State: Pending}
	generation, err := f.generation(id)
	if err != nil {
		return s, err
	}
	s.Attempts = generation
	if generation > 0 {
		s.State, s.Owner = Running, f.claims(id).Owner(generation)
		text, err := os.ReadFile(f.claims(id).EndedFile(generation))
		switch {
		case err == nil:
			s.State, s.Reason = decodeEnded(text, f.claims(id).EndedFile(generation))
		case !errors.Is(err, os.ErrNotExist):
			return s, fmt.Errorf("sweep: %w", err)
		case s.Owner.IsDead():
			s.State = Interrupted
		}
	}
	switch listed, err := f.result(id); { // checked last: the rename may have happened in between
	case err == nil:
		s.State, s.Reason, s.Unlisted = Done, "", listed.unlisted
	case isDamage(err):
		s.State, s.Reason = Damaged, err.Error()
	case !errors.Is(err, errNotDone):
		return s, err
	}
	return s, nil
}

// decodeEnded returns how an attempt ended. If that cannot be read, the attempt has ended and may be resumed.
func decodeEnded(text []byte, path string) (State, string) {
	var end ended
	err := json.Unmarshal(text, &end)
	if err == nil && end.State != Failed && end.State != Interrupted {
		err = fmt.Errorf("the state is %q", end.State)
	}
	if err != nil {
		return Interrupted, fmt.Sprintf("how it ended cannot be read from %s: %v", path, err)
	}
	return end.State, end.Error
}

// generation returns the number of the newest claim, 0 if there is none. Other numbered files show that a claim
// existed even if an incomplete copy lacks it.
func (f Folder) generation(id string) (int, error) {
	entries, err := readFolder(f.state(id))
	if err != nil {
		return 0, err
	}
	newest := 0
	for _, entry := range entries {
		if parts := numbered.FindStringSubmatch(entry.Name()); parts != nil {
			g, _ := strconv.Atoi(parts[1])
			newest = max(newest, g)
		}
	}
	return newest, nil
}

// numbered matches the names in the folder of a run's state.
var numbered = regexp.MustCompile(`^(?:claim|beat|ended|attempt|damaged)-(\d{6,9})(?:\.json)?$`)
