package run

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/unfurl-rnn/unfurl/graph"
)

// Snapshot is a network's parameters after an epoch of training.
type Snapshot struct {
	Epoch      int
	Parameters *graph.Parameters
}

// SnapshotFolder returns the folder of a run's snapshots: epoch-EEEEEE.safetensors with R, W, b1, b2 each.
func (f Folder) SnapshotFolder() string { return filepath.Join(f.Path, "snapshots") }

func (f Folder) snapshotFile(epoch int) string {
	return filepath.Join(f.SnapshotFolder(), fmt.Sprintf("epoch-%06d.safetensors", epoch))
}

// Snapshots returns the parameters of the epochs that the run kept, in order; none if it keeps none.
//
// Errors: a snapshot that cannot be read.
func (f Folder) Snapshots() ([]Snapshot, error) {
	entries, err := os.ReadDir(f.SnapshotFolder())
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("run: %w", err)
	}
	c, err := f.Config()
	if err != nil && len(entries) > 0 {
		return nil, err
	}
	var snapshots []Snapshot
	for _, entry := range entries {
		var epoch int
		if _, err := fmt.Sscanf(entry.Name(), "epoch-%d.safetensors", &epoch); err != nil || filepath.Base(f.snapshotFile(epoch)) != entry.Name() {
			continue
		}
		parameters, err := c.ReadParameters(f.snapshotFile(epoch))
		if err != nil {
			return nil, err
		}
		snapshots = append(snapshots, Snapshot{epoch, parameters})
	}
	slices.SortFunc(snapshots, func(a, b Snapshot) int { return a.Epoch - b.Epoch })
	return snapshots, nil
}
