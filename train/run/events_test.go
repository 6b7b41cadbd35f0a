package run_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// counting is the recorder that the tested one wraps.
type counting struct{ epochs int }

func (c *counting) Epoch(train.EpochMetrics) { c.epochs++ }

func TestEventRecorderWritesWhatIsTrained(t *testing.T) {
	events := filepath.Join(t.TempDir(), "made", "here")
	folder := run.Folder{Path: t.TempDir()}
	for attempt := 1; attempt <= 2; attempt++ {
		next := &counting{}
		recorder, err := run.NewEventRecorder(events, next)
		if err != nil {
			t.Fatal(err)
		}
		c := small.Config()
		ctx, cancel := context.WithCancel(context.Background())
		trainer, _, err := folder.Run(ctx, small.Experiment(t, c), attempt == 2, recorder)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		trainer.Close()
		if err := recorder.Close(); err != nil {
			t.Error(err)
		}
		paths, err := filepath.Glob(filepath.Join(events, "events.out.tfevents.*"))
		if err != nil || len(paths) != 1 { // the second run has nothing left to train
			t.Fatalf("%q, %v", paths, err)
		}
		content, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		epochs := c.Training.Epochs + 1
		for tag, want := range map[string]int{"loss/training": epochs - 1, "loss/validation": epochs, "accuracy": epochs, "learning_rate": epochs} {
			if got := bytes.Count(content, []byte(tag)); got != want {
				t.Errorf("run %d: %s occurs %d times, want %d", attempt, tag, got, want)
			}
		}
		want := epochs
		if attempt == 2 {
			want = 0
		}
		if next.epochs != want {
			t.Errorf("run %d: %d epochs were passed on, want %d", attempt, next.epochs, want)
		}
	}
}

func TestEventRecorderNeedsAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run.NewEventRecorder(filepath.Join(file, "events"), train.Silent{}); err == nil {
		t.Error("made a folder below a file")
	}
}
