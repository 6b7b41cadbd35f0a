package kernel_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestGeneratedFilesAreUpToDate writes the assembly anew and compares every byte.
func TestGeneratedFilesAreUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	program := filepath.Join(t.TempDir(), "generate")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "generate"
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "GOWORK=off")
	if text, err := build.CombinedOutput(); err != nil {
		t.Skipf("the modules of the generator are not in the module cache (go -C generate mod download): %v\n%s", err, text)
	}
	directory := t.TempDir()
	if text, err := exec.Command(program, "-directory", directory).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 20 {
		t.Fatalf("only %d files were written", len(entries))
	}
	for _, e := range entries {
		fresh, err := os.ReadFile(filepath.Join(directory, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(fresh, kept) {
			t.Errorf("%s is not what the generator writes: run go generate", e.Name())
		}
	}
}
