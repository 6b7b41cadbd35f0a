package files_test

import (
	"testing"

	"github.com/unfurl-rnn/unfurl/data/files"
)

func TestIsTemporary(t *testing.T) {
	for name, want := range map[string]bool{
		".run.json.123": true, ".epoch-000001.safetensors.0": true, ".a.1": true,
		"run.json": false, ".run.json": false, ".run.json.": false, ".run.json.12a": false, "run.json.12": false, "": false, ".": false, "..": false, ".12": false,
	} {
		if got := files.IsTemporary(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
