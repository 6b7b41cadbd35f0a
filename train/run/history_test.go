package run_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestLostMetrics cuts metrics.jsonl of a finished run off at every line, and takes out every line: the history is
// refused, and not silently shortened.
func TestLostMetrics(t *testing.T) {
	folder := run.Folder{Path: t.TempDir()}
	c := small.Config()
	c.Training.Epochs = 3
	small.Run(t, folder.Path, c, false)
	text, err := os.ReadFile(folder.MetricsFile())
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines = lines[:len(lines)-1]
	if history, err := folder.History(); err != nil || len(history) != 4 || len(lines) != 4 {
		t.Fatalf("%d epochs, %d lines, %v", len(history), len(lines), err)
	}
	refused := func(what string, left [][]byte, want string) {
		t.Helper()
		if err := os.WriteFile(folder.MetricsFile(), bytes.Join(left, nil), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := folder.History(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "metrics.jsonl") {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	for kept := range 4 {
		refused("cut off", lines[:kept], fmt.Sprintf("ends with epoch %d of 3, though the run is done", kept-1))
	}
	for without := range 3 {
		left := append(append([][]byte{}, lines[:without]...), lines[without+1:]...)
		refused("one line less", left, fmt.Sprintf("line %d: epoch %d, wanted %d: lines have been lost", without+1, without+1, without))
	}
	refused("a line twice", append(append([][]byte{}, lines...), lines[3]), "line 5: epoch 3, wanted 4: lines have been lost or written twice")
}
