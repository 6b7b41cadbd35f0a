package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIdleKeysAreNamed: a setting without effect is named with the reason, on the command line and in a sweep file.
func TestIdleKeysAreNamed(t *testing.T) {
	folder := t.TempDir()
	_, said := inProcess(t, 0, "graph", "--set", "network.leak=0.5", "-o", filepath.Join(folder, "graph.dot"))
	if want := "network.leak (network.cell is vanilla)"; !strings.Contains(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
	spec := filepath.Join(folder, "sweep.yaml")
	if err := os.WriteFile(spec, []byte("grid: {network.leak: [0.1, 0.2], realisation: [0, 1]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, said = inProcess(t, 0, "sweep", "-c", spec, "-o", filepath.Join(folder, "sweep"), "--slurm", "--dry-run")
	if want := "network.leak has no effect in 4 of 4 runs (network.cell is vanilla)"; !strings.Contains(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}
