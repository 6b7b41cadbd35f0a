package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// command starts this test binary as the program.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "train") // the test binary acts as the program of its own name
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}
