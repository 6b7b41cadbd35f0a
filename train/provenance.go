package train

import (
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
	Command []string       `json:"command"`
	Config  map[string]any `json:"config"`
	State   string         `json:"state"` // running, done, interrupted or failed
	Error   string         `json:"error,omitempty"`
	// Replaced lists what a Go program put in the place of the configuration's, see [Experiment.Replaced].
	Replaced []string     `json:"replaced,omitempty"`
	Build    Build        `json:"build"`
	Machine  MachineFacts `json:"machine"`
	Started  time.Time    `json:"started"`
	Ended    *time.Time   `json:"ended,omitempty"`
	// Seconds is the wall time between start and end.
	Seconds float64 `json:"seconds,omitempty"`
	// Shares is where the time went, in seconds over all workers.
	Shares map[string]float64 `json:"seconds_over_workers,omitempty"`
}

// Build names the program.
type Build struct {
	Version  string            `json:"version"`
	Revision string            `json:"revision"`
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

// ReadMachine returns what is known of the computer.
func ReadMachine() MachineFacts {
	return MachineFacts{
		System: runtime.GOOS + "/" + runtime.GOARCH, CPU: cpuid.CPU.BrandName,
		Cores: runtime.NumCPU(), Threads: runtime.GOMAXPROCS(0), Kernels: kernel.Active().String(),
	}
}

// NewProvenance returns the record of a command that starts now.
func NewProvenance(config map[string]any) *Provenance {
	return &Provenance{
		Command: os.Args, Config: config, State: "running",
		Build: ReadBuild(), Machine: ReadMachine(), Started: time.Now().UTC(),
	}
}

// End notes how the command ended: err nil is done, [ErrInterrupted] interrupted, any other failed.
func (p *Provenance) End(err error) {
	now := time.Now().UTC()
	p.Ended, p.Seconds = &now, now.Sub(p.Started).Seconds()
	switch {
	case err == nil:
		p.State = "done"
	case isInterrupted(err):
		p.State = "interrupted"
	default:
		p.State, p.Error = "failed", firstLine(err.Error())
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
