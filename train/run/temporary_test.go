package run_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestTemporaryFilesAreRemoved: a resumed run removes the files that a killed process left half written, and nothing else.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	folder := run.Folder{Path: t.TempDir()}
	c := small.Config()
	small.Run(t, folder.Path, c, false)
	stale := []string{"snapshots/.epoch-000002.safetensors.12345", "checkpoints/.epoch-000010-step-000000.safetensors.7", ".run.json.99", "snapshots/.writable.1"}
	kept := []string{".network.npz.123", "snapshots/.epoch-000002.safetensors", ".run.json.bak", "epoch-000002.safetensors.1", "snapshots/.epoch-notes"}
	for _, name := range append(append([]string{}, stale...), kept...) {
		path := filepath.Join(folder.Path, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.Training.Epochs++
	small.Run(t, folder.Path, c, true)
	for _, name := range stale {
		if _, err := os.Stat(filepath.Join(folder.Path, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	for _, name := range kept {
		if _, err := os.Stat(filepath.Join(folder.Path, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
