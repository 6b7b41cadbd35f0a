package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// Provenance is the record in run.json of how a result was made.
type Provenance struct {
	// Format is the version of the folder's format, 1 now; 0 for programs before there was one.
	Format  int            `json:"format,omitempty"`
	Command []string       `json:"command"`
	Config  map[string]any `json:"config,omitempty"`
	// Unused are settings of the configuration that the run does not use: those of drawn clusters where the points are
	// the user's, those of weights and training where the network was trained elsewhere. They are kept because they belong
	// to the run's identity, see [train.Config.Fingerprint].
	Unused map[string]any `json:"config_unused,omitempty"`
	State  string         `json:"state"` // running, done, interrupted or failed; of what is past also killed
	Error  string         `json:"error,omitempty"`
	// Replaced lists the parts that a Go program replaced, see [train.Experiment.Replaced].
	Replaced []string `json:"replaced,omitempty"`
	// Points is what was read from the user's points. Runs of older programs lack it.
	Points  *PointsRecord `json:"points,omitempty"`
	Build   Build         `json:"build"`
	Machine MachineFacts  `json:"machine"`
	Started time.Time     `json:"started"`
	Ended   *time.Time    `json:"ended,omitempty"`
	// Seconds is the wall time between start and end.
	Seconds float64 `json:"seconds,omitempty"`
	// Shares is how the time was spent, in seconds over all workers.
	Shares map[string]float64 `json:"seconds_over_workers,omitempty"`
	// Resumed is where a resumed run continued.
	Resumed *Position `json:"resumed,omitempty"`
	// Earlier are the records of the processes before a resumed run continued, the first one first. A record with the same
	// configuration as the next one leaves it out.
	Earlier []Provenance `json:"earlier,omitempty"`
}

// folderFormat is the version of the folders that this program writes. From 1 on, a finished run of a sweep has a list of
// its files with their checksums, and is damaged if the list is missing; older runs have none.
const folderFormat = 1

// The states of a record.
const (
	stateRunning     = "running"
	stateDone        = "done"
	stateInterrupted = "interrupted"
	stateFailed      = "failed"
	stateKilled      = "killed"
)

// Position is a point in a run: the number of finished epochs, and of finished steps of the next one.
type Position struct {
	Epoch int `json:"epoch"`
	Step  int `json:"step"`
}

// NewProvenance returns the record of a command that starts now.
func NewProvenance(config map[string]any) *Provenance {
	build := ReadBuild()
	build.Name = BuildName()
	return &Provenance{
		Format: folderFormat, Command: os.Args, Config: config, State: stateRunning,
		Build: build, Machine: ReadMachine(), Started: time.Now().UTC(),
	}
}

// newRunRecord returns the record of a run that starts now.
func newRunRecord(c train.Config, imported bool) *Provenance {
	tree := c.Tree()
	unused := setApart(tree, c.Unused(imported))
	record := NewProvenance(tree)
	record.Unused = unused
	return record
}

// resume puts the folder's record so far before this one.
func (p *Provenance) resume(earlier *Provenance, sameConfig bool, at Position) {
	past := *earlier
	past.Earlier = nil
	if sameConfig {
		past.Config, past.Unused = nil, nil
	}
	if past.State == stateRunning {
		past.State = stateKilled // it is no longer running, and its end was not recorded
	}
	p.Resumed, p.Earlier = &at, append(earlier.Earlier, past)
}

// differences lists what may change results between two records: "kernels: avx512, now avx2".
func (p *Provenance) differences(earlier *Provenance) []string {
	var differences []string
	for _, fact := range []struct{ name, before, now string }{
		{"kernels", earlier.Machine.Kernels, p.Machine.Kernels},
		{"processor", earlier.Machine.CPU, p.Machine.CPU},
		{"system", earlier.Machine.System, p.Machine.System},
		{"build", cmp.Or(earlier.Build.Name, earlier.Build.Revision), p.Build.Name},
		{"compiler", earlier.Build.Go, p.Build.Go},
	} {
		if fact.before != fact.now {
			differences = append(differences, fmt.Sprintf("%s: %s, now %s", fact.name, cmp.Or(fact.before, "unknown"), cmp.Or(fact.now, "unknown")))
		}
	}
	return differences
}

// record reads the folder's run.json.
func (f Folder) record() (*Provenance, error) {
	record := &Provenance{}
	if err := f.readRecord(record); err != nil {
		return nil, err
	}
	return record, nil
}

// stateOf returns the state in which an error, or nil, leaves the work.
func stateOf(err error) string {
	switch {
	case err == nil:
		return stateDone
	case isInterrupted(err):
		return stateInterrupted
	default:
		return stateFailed
	}
}

func isInterrupted(err error) bool {
	return errors.Is(err, train.ErrInterrupted) || errors.Is(err, context.Canceled)
}

// End notes how the command ended: err nil is done, [train.ErrInterrupted] or the end of a context interrupted, any other
// failed.
func (p *Provenance) End(err error) {
	now := time.Now().UTC()
	p.Ended, p.Seconds = &now, now.Sub(p.Started).Seconds()
	p.State = stateOf(err)
	if p.State == stateFailed {
		p.Error, _, _ = strings.Cut(err.Error(), "\n")
	}
}

// Write writes the record as run.json.
func (p *Provenance) Write(path string) error {
	return files.WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(p)
	})
}

// setApart moves some keys, or whole sections, of a tree of settings into another one, nil if there are none. See
// [train.Config.Tree].
func setApart(tree map[string]any, keys []string) map[string]any {
	var apart map[string]any
	for _, key := range keys {
		if apart == nil {
			apart = map[string]any{}
		}
		from, to := tree, apart
		parts := strings.Split(key, ".")
		last := len(parts) - 1
		for _, part := range parts[:last] {
			from = from[part].(map[string]any) // the keys are of this configuration
			if to[part] == nil {
				to[part] = map[string]any{}
			}
			to = to[part].(map[string]any)
		}
		to[parts[last]] = from[parts[last]]
		delete(from, parts[last])
	}
	return apart
}
