package run_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestFolderInTheWay: a folder with the name of one of the run's files is named in the error and causes no panic. The folder
// does not become that of a run.
func TestFolderInTheWay(t *testing.T) {
	for _, name := range []string{"metrics.jsonl", "run.json"} {
		t.Run(name, func(t *testing.T) {
			folder := run.Folder{Path: t.TempDir()}
			path := filepath.Join(folder.Path, name)
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
			trainer, _, err := folder.Run(t.Context(), small.Experiment(t, small.Config()), false, train.Silent{})
			if trainer != nil || err == nil || !strings.Contains(err.Error(), name) {
				t.Fatalf("trainer %v, error %v", trainer, err)
			}
			var output *files.OutputError
			if name == "metrics.jsonl" && !errors.As(err, &output) {
				t.Errorf("%v is no OutputError", err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			small.Run(t, folder.Path, small.Config(), false)
		})
	}
}

// TestUnreadableCheckpoint: an error of restoring ends the run in an error.
func TestUnreadableCheckpoint(t *testing.T) {
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, small.Config(), false)
	if err := os.Mkdir(filepath.Join(folder.Checkpoints(), "epoch-999999-step-000000.safetensors"), 0o755); err != nil {
		t.Fatal(err)
	}
	trainer, _, err := folder.Run(t.Context(), small.Experiment(t, small.Config()), true, train.Silent{})
	if trainer != nil || err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("trainer %v, error %v", trainer, err)
	}
}

// TestDamagedRecord: a damaged run.json is reported with what can be done, and is never overwritten.
func TestDamagedRecord(t *testing.T) {
	for _, text := range []string{"", "{", `{"config": {"seed": 0}`, "null", "{}", "[1]", "\x00\x00\x00\x00"} {
		folder := run.Folder{Path: t.TempDir()}
		small.Run(t, folder.Path, small.Config(), false)
		weights, err := os.ReadFile(folder.WeightsFile())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder.RunFile(), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, config := folder.Config()
		_, _, resumed := folder.Run(t.Context(), small.Experiment(t, small.Config()), true, train.Silent{})
		_, _, again := folder.Run(t.Context(), small.Experiment(t, small.Config()), false, train.Silent{})
		for _, err := range []error{config, resumed, again} {
			var damaged *run.DamagedRecordError
			if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "restore it from a copy, or train again in another folder") {
				t.Errorf("%q: %v", text, err)
			}
		}
		if now, err := os.ReadFile(folder.WeightsFile()); err != nil || string(now) != string(weights) {
			t.Errorf("%q: the weights are others, %v", text, err)
		}
	}
}

// TestRefusedRunMakesNoFolder: an experiment whose graph or engine cannot be made leaves neither the folder nor those above it.
func TestRefusedRunMakesNoFolder(t *testing.T) {
	e := small.Experiment(t, small.Config())
	e.Config.Training.Engine = "none"
	above := filepath.Join(t.TempDir(), "runs")
	folder := run.Folder{Path: filepath.Join(above, "refused")}
	if _, _, err := folder.Run(t.Context(), e, false, train.Silent{}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("error %v, want the engine's", err)
	}
	if _, err := os.Stat(above); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v", above, err)
	}
}

func TestDamagedCheckpointFallsBackToTheOneBefore(t *testing.T) {
	c := small.Config()
	want, _ := small.Run(t, t.TempDir(), c, false)
	for name, damage := range map[string]func([]byte) []byte{
		"truncated":   func(b []byte) []byte { return b[:len(b)/2] },
		"bit flipped": func(b []byte) []byte { b[len(b)-9] ^= 4; return b },
		"in metadata": func(b []byte) []byte { b[60] ^= 1; return b },
		"empty":       func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			small.Run(t, folder, c, false)
			newest := run.Checkpoints(run.Folder{Path: folder}.Checkpoints())[0]
			text, err := os.ReadFile(newest)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(newest, damage(text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, warnings := small.Run(t, folder, c, true)
			var damaged *train.CheckpointError
			if len(warnings) != 1 || !errors.As(warnings[0], &damaged) || damaged.Path != newest {
				t.Errorf("want one warning that names %s, got %v", filepath.Base(newest), warnings)
			}
			if string(got) != string(want) {
				t.Error("the run ended in other weights")
			}
		})
	}
}

func TestCheckpointSettings(t *testing.T) {
	for _, want := range []struct{ every, keep, files int }{{1, 2, 2}, {1, 3, 3}, {3, 9, 3}} { // epochs 0, 3 and 4
		c := small.Config()
		c.Training.Checkpoint.Every, c.Training.Checkpoint.Keep = want.every, want.keep
		folder := run.Folder{Path: t.TempDir()}
		trainer, _, err := folder.Run(context.Background(), small.Experiment(t, c), false, train.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		trainer.Close()
		if got := len(run.Checkpoints(folder.Checkpoints())); got != want.files {
			t.Errorf("every %d, keep %d: %d files, want %d", want.every, want.keep, got, want.files)
		}
	}
}
