package run

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/unfurl-rnn/unfurl/train"
)

// Checkpoints returns the checkpoint files of a folder, the newest first.
func Checkpoints(folder string) []string {
	paths, _ := filepath.Glob(filepath.Join(folder, "epoch-*.safetensors"))
	slices.Sort(paths)
	slices.Reverse(paths)
	return paths
}

// checkpointName sorts by epoch, then step.
func checkpointName(t *train.Trainer) string {
	return fmt.Sprintf("epoch-%06d-step-%06d.safetensors", max(0, t.Epoch()), t.Step())
}
