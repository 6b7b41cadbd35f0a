package train

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/klauspost/cpuid/v2"
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// Provenance is what run.json tells of how a result came about.
type Provenance struct {
	// Format is the edition of the folder, [FolderFormat]; 0 if the program had none yet.
	Format  int            `json:"format,omitempty"`
	Command []string       `json:"command"`
	Config  map[string]any `json:"config,omitempty"`
	// Unused are settings that the configuration has and the run does not use: those of drawn clusters where the points are
	// the user's own, those of weights and training where the network was trained elsewhere. They are kept since they belong to the run's identity, see [Config.Fingerprint].
	Unused map[string]any `json:"config_unused,omitempty"`
	State  string         `json:"state"` // running, done, interrupted or failed; of what is past also killed
	Error  string         `json:"error,omitempty"`
	// Replaced lists what a Go program put in the place of the configuration's, see [Experiment.Replaced].
	Replaced []string `json:"replaced,omitempty"`
	// Points is what was read of the user's own points. Runs of older programs lack it.
	Points  *PointsRecord `json:"points,omitempty"`
	Build   Build         `json:"build"`
	Machine MachineFacts  `json:"machine"`
	Started time.Time     `json:"started"`
	Ended   *time.Time    `json:"ended,omitempty"`
	// Seconds is the wall time between start and end.
	Seconds float64 `json:"seconds,omitempty"`
	// Shares is where the time went, in seconds over all workers.
	Shares map[string]float64 `json:"seconds_over_workers,omitempty"`
	// Resumed is where a resumed run went on.
	Resumed *Position `json:"resumed,omitempty"`
	// Earlier are the stretches before a resumed run went on, the first one first. Those that had the configuration of
	// the next one leave it out.
	Earlier []Provenance `json:"earlier,omitempty"`
}

// FolderFormat is the edition of the folders that this program writes. From 1 on, a finished run of a sweep has a list of
// its files with their checksums, so that one without the list is damaged; older ones never had it.
const FolderFormat = 1

// Position is a place in a run: so many epochs are finished, and so many steps of the next one.
type Position struct {
	Epoch int `json:"epoch"`
	Step  int `json:"step"`
}

// Build names the program.
type Build struct {
	Version  string            `json:"version"`
	Revision string            `json:"revision"`
	Name     string            `json:"name,omitempty"` // see [BuildName]
	Modified bool              `json:"modified"`
	Go       string            `json:"go"`
	Modules  map[string]string `json:"modules"`
}

// MachineFacts names the computer.
type MachineFacts struct {
	System  string `json:"system"`
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Threads int    `json:"gomaxprocs"`
	// Kernels is the level of the vector kernels in use.
	Kernels string `json:"kernels"`
}

// Version and Revision are set by the linker where the build leaves the version control's facts out.
var (
	Version  = "dev"
	Revision = ""
)

// ReadBuild returns what the binary knows of itself.
func ReadBuild() Build {
	build := Build{Version: Version, Revision: Revision, Go: runtime.Version(), Modules: map[string]string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build
	}
	for _, module := range info.Deps {
		switch module.Path {
		case "gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum", "gonum.org/v1/plot":
			build.Modules[module.Path] = module.Version
		}
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			build.Revision = setting.Value
		case "vcs.modified":
			build.Modified = setting.Value == "true"
		}
	}
	if build.Revision == "" {
		build.Revision = "unknown"
	}
	return build
}

// BuildName names the build in a way that suits a folder, so that results of other code are not taken for
// this one's: the commit that it was built from, or a hash of the program where that is unknown or the
// source was changed since.
var BuildName = sync.OnceValue(func() string {
	build := ReadBuild()
	if build.Revision != "unknown" && !build.Modified {
		return build.Revision[:min(len(build.Revision), 12)]
	}
	hash := sha256.New()
	if path, err := os.Executable(); err == nil {
		if program, err := os.Open(path); err == nil {
			defer program.Close()
			_, _ = io.Copy(hash, program) // half a program still names it
		}
	}
	return fmt.Sprintf("program-%x", hash.Sum(nil)[:6])
})

// ReadMachine describes the computer.
func ReadMachine() MachineFacts {
	return MachineFacts{
		System: runtime.GOOS + "/" + runtime.GOARCH, CPU: cpuid.CPU.BrandName,
		Cores: runtime.NumCPU(), Threads: runtime.GOMAXPROCS(0), Kernels: kernel.Active().String(),
	}
}

// NewProvenance returns the record of a command that starts now.
func NewProvenance(config map[string]any) *Provenance {
	build := ReadBuild()
	build.Name = BuildName()
	return &Provenance{
		Format: FolderFormat, Command: os.Args, Config: config, State: stateRunning,
		Build: build, Machine: ReadMachine(), Started: time.Now().UTC(),
	}
}

// newRunRecord returns the record of a run that starts now.
func newRunRecord(c Config, imported bool) *Provenance {
	tree := c.Tree()
	unused := setApart(tree, c.Unused(imported))
	record := NewProvenance(tree)
	record.Unused = unused
	return record
}

// resume puts what the folder's record told so far before this one.
func (p *Provenance) resume(earlier *Provenance, sameConfig bool, at Position) {
	past := *earlier
	past.Earlier = nil
	if sameConfig {
		past.Config, past.Unused = nil, nil
	}
	if past.State == stateRunning {
		past.State = stateKilled // it no longer runs, and its end was not recorded
	}
	p.Resumed, p.Earlier = &at, append(earlier.Earlier, past)
}

// differences lists what may make numbers differ between two records: "kernels: avx512, now avx2".
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

// The states of a record.
const (
	stateRunning     = "running"
	stateDone        = "done"
	stateInterrupted = "interrupted"
	stateFailed      = "failed"
	stateKilled      = "killed"
)

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

// End notes how the command ended: err nil is done, [ErrInterrupted] or the end of a context interrupted, any other
// failed.
func (p *Provenance) End(err error) {
	now := time.Now().UTC()
	p.Ended, p.Seconds = &now, now.Sub(p.Started).Seconds()
	p.State = stateOf(err)
	if p.State == stateFailed {
		p.Error = firstLine(err.Error())
	}
}

// Write writes the record as run.json.
func (p *Provenance) Write(path string) error {
	return WriteFile(path, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(p)
	})
}
