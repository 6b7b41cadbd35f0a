package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

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
// Errors: [ErrNoSweep]; [PlanError]; [LostPlanError] if the folder holds runs that no plan in it has.
func (f Folder) Plan() (*Plan, error) {
	var held []string
	for _, name := range []string{"runs", "state"} { // before the plan is read, as others may add to it
		entries, err := readFolder(filepath.Join(f.Path, name))
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() && fingerprints.MatchString(entry.Name()) {
				held = append(held, entry.Name())
			}
		}
	}
	plan, _, err := f.plan()
	if err != nil {
		return nil, err
	}
	lost := &LostPlanError{Folder: f.Path}
	for _, id := range held {
		if !plan.has(id) && !slices.Contains(lost.IDs, id) {
			lost.IDs = append(lost.IDs, id)
		}
	}
	if len(lost.IDs) > 0 {
		return nil, lost
	}
	return plan, nil
}

// plan returns the newest plan with its generation, 1 for the first.
func (f Folder) plan() (*Plan, int, error) {
	generation, err := f.newestPlan()
	if err != nil {
		return nil, 0, err
	}
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

// newestPlan returns the generation of the newest plan, 0 if there is none. A missing generation in between, as
// after an incomplete copy, does not hide the later ones.
func (f Folder) newestPlan() (int, error) {
	entries, err := readFolder(f.Path)
	if err != nil {
		return 0, err
	}
	newest := 0
	for _, entry := range entries {
		var generation int
		if _, err := fmt.Sscanf(entry.Name(), "plan-%d.json", &generation); err == nil && filepath.Base(f.planFile(generation)) == entry.Name() {
			newest = max(newest, generation)
		}
	}
	for { // a client of a file server may have cached an old list of files
		if _, err := os.Stat(f.planFile(newest + 1)); err != nil {
			if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
				return newest, nil
			}
			return 0, fmt.Errorf("sweep: %w", err)
		}
		newest++
	}
}

// readFolder lists a folder; one that does not exist has no entries.
func readFolder(path string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	return entries, nil
}

// fingerprints are the names of the folders of runs.
var fingerprints = regexp.MustCompile(`^[0-9a-f]+$`)

func decodePlan(text []byte) (*Plan, error) {
	var stored storedPlan
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, &PlanError{err}
	}
	plan := &Plan{Kind: stored.Kind, Build: stored.Build, Keys: stored.Keys, Points: stored.Points}
	for i, run := range stored.Runs {
		c := train.DefaultConfig()
		if err := c.ApplyYAML(run.Config); err != nil { // JSON is YAML
			return nil, fmt.Errorf("run %d: %w", i+1, err)
		}
		if c.Fingerprint() != run.ID {
			return nil, fmt.Errorf("run %d: the configuration has the fingerprint %s, not %s: it was written by another "+
				"version of the program; continue with that version or choose a new folder", i+1, c.Fingerprint(), run.ID)
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
	return run.CreateExclusive(f.planFile(generation), text.Bytes())
}
