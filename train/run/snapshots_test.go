package run_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestSnapshots: a run keeps the weights after epochs 1, 2, 5 and 10 of 12, those of epoch 2 are those of a run of
// two epochs, a run that was interrupted ends with the same files, and one that is told so keeps none.
func TestSnapshots(t *testing.T) {
	c := small.Config()
	c.Training.Epochs = 12
	whole := run.Folder{Path: t.TempDir()}
	small.Run(t, whole.Path, c, false)
	snapshots, err := whole.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	var epochs []int
	for _, snapshot := range snapshots {
		epochs = append(epochs, snapshot.Epoch)
	}
	if want := []int{1, 2, 5, 10}; !slices.Equal(epochs, want) {
		t.Fatalf("snapshots of epochs %v, want %v", epochs, want)
	}

	short := c
	short.Training.Epochs = 2
	weights, _ := small.Run(t, t.TempDir(), short, false)
	second, err := os.ReadFile(filepath.Join(whole.SnapshotFolder(), "epoch-000002.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(weights, second) {
		t.Error("the snapshot of epoch 2 is not the network of a run of two epochs")
	}

	stopped := run.Folder{Path: t.TempDir()}
	ctx, cancel := context.WithCancel(context.Background())
	if _, _, err := stopped.Run(ctx, small.Experiment(t, c), false, small.StopAfter{At: 3, Cancel: cancel}); !errors.Is(err, train.ErrInterrupted) {
		t.Fatalf("a stopped run gives %v", err)
	}
	small.Run(t, stopped.Path, c, true)
	for _, epoch := range []string{"000001", "000002", "000005", "000010"} {
		name := "epoch-" + epoch + ".safetensors"
		a, err := os.ReadFile(filepath.Join(whole.SnapshotFolder(), name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(stopped.SnapshotFolder(), name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s of an interrupted run differs", name)
		}
	}

	c.Training.Checkpoint.Snapshots = false
	none := run.Folder{Path: t.TempDir()}
	small.Run(t, none.Path, c, false)
	if snapshots, err := none.Snapshots(); err != nil || len(snapshots) > 0 {
		t.Errorf("%d snapshots, %v, of a run that should keep none", len(snapshots), err)
	}
}
