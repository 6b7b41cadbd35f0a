package train_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
)

// counting is the recorder behind the one that is tested.
type counting struct{ epochs int }

func (c *counting) Epoch(train.EpochMetrics) { c.epochs++ }

func TestEventRecorderWritesOneFileARun(t *testing.T) {
	events := filepath.Join(t.TempDir(), "made", "here")
	run := train.Folder{Path: t.TempDir()}
	for attempt := 1; attempt <= 2; attempt++ {
		next := &counting{}
		recorder, err := train.NewEventRecorder(events, next)
		if err != nil {
			t.Fatal(err)
		}
		c := smallConfig()
		ctx, cancel := context.WithCancel(context.Background())
		trainer, _, err := run.Run(ctx, c, attempt == 2, recorder)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		trainer.Close()
		if err := recorder.Close(); err != nil {
			t.Error(err)
		}
		paths, err := filepath.Glob(filepath.Join(events, "events.out.tfevents.*"))
		if err != nil || len(paths) != attempt {
			t.Fatalf("%q, %v", paths, err)
		}
		content, err := os.ReadFile(paths[attempt-1])
		if err != nil {
			t.Fatal(err)
		}
		want := c.Training.Epochs + 1
		if attempt == 2 {
			want = 0 // nothing was left to train
		}
		for tag, count := range map[string]int{"loss/training": max(want-1, 0), "loss/validation": want, "accuracy": want, "learning_rate": want} {
			if got := bytes.Count(content, []byte(tag)); got != count {
				t.Errorf("run %d: %s occurs %d times, want %d", attempt, tag, got, count)
			}
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
	if _, err := train.NewEventRecorder(filepath.Join(file, "events"), train.Silent{}); err == nil {
		t.Error("made a folder below a file")
	}
}
