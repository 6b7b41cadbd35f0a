package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/train"
)

// Folder is the folder of a sweep; see the package's description for what it holds.
type Folder struct{ Path string }

// SpecFile returns the path of the copy of the sweep file.
func (f Folder) SpecFile() string { return filepath.Join(f.Path, "sweep.yaml") }

// Run returns the folder of a finished run.
func (f Folder) Run(id string) train.Folder {
	return train.Folder{Path: filepath.Join(f.Path, "runs", id)}
}

func (f Folder) planFile(generation int) string {
	return filepath.Join(f.Path, fmt.Sprintf("plan-%04d.json", generation))
}

func (f Folder) state(id string) string { return filepath.Join(f.Path, "state", id) }

func (f Folder) stateFile(id, kind string, generation int, ending string) string {
	return filepath.Join(f.state(id), fmt.Sprintf("%s-%06d%s", kind, generation, ending))
}

func (f Folder) claimFile(id string, generation int) string {
	return f.stateFile(id, "claim", generation, ".json")
}
func (f Folder) beatFile(id string, generation int) string {
	return f.stateFile(id, "beat", generation, "")
}
func (f Folder) endedFile(id string, generation int) string {
	return f.stateFile(id, "ended", generation, ".json")
}
func (f Folder) attempt(id string, generation int) train.Folder {
	return train.Folder{Path: f.stateFile(id, "attempt", generation, "")}
}

// isDone tells whether a run is finished. The folder is renamed with its values in it.
func (f Folder) isDone(id string) bool {
	_, err := os.Stat(valuesFile(f.Run(id)))
	return err == nil
}

// storedPlan is the content of plan-GGGG.json.
type storedPlan struct {
	Kind  string      `json:"kind,omitempty"`
	Build string      `json:"build,omitempty"`
	Keys  []string    `json:"keys"`
	Runs  []storedRun `json:"runs"`
	// Points is the content of the user's own files.
	Points map[string]string `json:"points,omitempty"`
}

type storedRun struct {
	ID     string          `json:"id"`
	Config json.RawMessage `json:"config"`
}

// Plan returns the plan of the sweep in the folder.
//
// Errors: [ErrNoSweep], a file that cannot be read.
func (f Folder) Plan() (*Plan, error) {
	plan, _, err := f.plan()
	return plan, err
}

// plan returns the newest plan with its generation, 1 for the first.
func (f Folder) plan() (*Plan, int, error) {
	generation := 1
	for ; ; generation++ {
		if _, err := os.Stat(f.planFile(generation)); err != nil {
			if !errors.Is(err, os.ErrNotExist) {
				return nil, 0, fmt.Errorf("sweep: %w", err)
			}
			break
		}
	}
	generation--
	if generation == 0 {
		return nil, 0, fmt.Errorf("sweep: %s: %w", f.Path, ErrNoSweep)
	}
	path := f.planFile(generation)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, fmt.Errorf("sweep: %w", err)
	}
	plan, err := decodePlan(text)
	if err != nil {
		return nil, 0, fmt.Errorf("sweep: %s: %w", path, err)
	}
	return plan, generation, nil
}

func decodePlan(text []byte) (*Plan, error) {
	var stored storedPlan
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, err
	}
	plan := &Plan{Kind: stored.Kind, Build: stored.Build, Keys: stored.Keys, Points: stored.Points}
	for i, run := range stored.Runs {
		c := train.DefaultConfig()
		if err := c.ApplyYAML(run.Config); err != nil { // JSON is YAML
			return nil, fmt.Errorf("run %d: %w", i+1, err)
		}
		if c.Fingerprint() != run.ID {
			return nil, fmt.Errorf("run %d: the configuration has the fingerprint %s, not %s: it was written by another "+
				"version of the program; go on with that version or choose a new folder", i+1, c.Fingerprint(), run.ID)
		}
		plan.append(Run{ID: run.ID, Config: c})
	}
	return plan, nil
}

// writePlan writes a plan under a generation that does not exist yet.
func (f Folder) writePlan(plan *Plan, generation int) error {
	stored := storedPlan{Kind: plan.Kind, Build: plan.Build, Keys: plan.Keys, Points: plan.Points}
	for _, run := range plan.Runs {
		config, err := json.Marshal(run.Config.Tree())
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		stored.Runs = append(stored.Runs, storedRun{run.ID, config})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(stored); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return createExclusive(f.planFile(generation), text.Bytes())
}

// Create puts a plan, with the text that it was read from, into a folder. With resume a sweep that is
// already there is continued, and runs that it does not have yet are added to it. It returns the plan of
// the folder.
//
// Errors: [ErrFolderInUse], [ChangedError], [PointsError], [train.OutputError].
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
	return whole, train.WriteFile(f.SpecFile(), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// put writes what merge makes of the folder's plan, which is nil if there is none. A plan without further
// runs is not written.
func (f Folder) put(merge func(known *Plan) (*Plan, error)) (plan *Plan, written bool, err error) {
	if err := train.MakeFolder(f.Path); err != nil {
		return nil, false, err
	}
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
			continue // another process was quicker: look at what it wrote
		}
		return plan, err == nil, err
	}
}
