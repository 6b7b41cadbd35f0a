package measure

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// measuresFile holds what was measured of a network, next to its weights.
func measuresFile(f run.Folder) string { return filepath.Join(f.Path, "measures.json") }

// Write keeps what was measured of a network in its folder.
func Write[M any](folder run.Folder, measured *M) error {
	return files.WriteFile(measuresFile(folder), func(w io.Writer) error { return json.NewEncoder(w).Encode(measured) })
}

// Read returns what [Write] kept.
//
// Errors: a file that is not there, or was written by another program.
func Read[M any](folder run.Folder) (*M, error) {
	text, err := os.ReadFile(measuresFile(folder))
	if err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	measured := new(M)
	if err := json.Unmarshal(text, measured); err != nil {
		return nil, fmt.Errorf("measure: %s: %w", measuresFile(folder), err)
	}
	return measured, nil
}
