package run

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/klauspost/cpuid/v2"
	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

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

// Version and Revision are set by the linker where the build has no version control information.
var (
	Version  = "dev"
	Revision = ""
)

// ReadBuild returns the binary's build information.
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

// BuildName returns a name of the build for use in folder names, so that results of other code are not taken for
// its own: the commit that it was built from, or a hash of the program where that is unknown or the
// source was modified.
var BuildName = sync.OnceValue(func() string {
	build := ReadBuild()
	if build.Revision != "unknown" && !build.Modified {
		return build.Revision[:min(len(build.Revision), 12)]
	}
	hash := sha256.New()
	if path, err := os.Executable(); err == nil {
		if program, err := os.Open(path); err == nil {
			defer program.Close()
			_, _ = io.Copy(hash, program) // a hash of a part of the program still names it
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
