package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

func recordOf(t *testing.T, folder string) run.Provenance {
	t.Helper()
	text, err := os.ReadFile(run.Folder{Path: folder}.RunFile())
	if err != nil {
		t.Fatal(err)
	}
	var record run.Provenance
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	return record
}

// TestMoreEpochs: a finished run that is given more epochs ends in the bytes of one that had them from the start, with
// its snapshots and metrics, and run.json records both processes.
func TestMoreEpochs(t *testing.T) {
	c := small.Config()
	c.Training.Epochs = 2
	longer := c
	longer.Training.Epochs, longer.Training.Checkpoint.Every, longer.Measures.Samples = 6, 3, 48
	whole, folder := t.TempDir(), t.TempDir()
	want, _ := small.Run(t, whole, longer, false)
	small.Run(t, folder, c, false)
	got, warnings := small.Run(t, folder, longer, true)
	if len(warnings) > 0 {
		t.Errorf("%v", warnings)
	}
	if !bytes.Equal(got, want) {
		t.Error("the weights differ from those of a run in one piece")
	}
	for _, name := range []string{"metrics.jsonl", "snapshots/epoch-000001.safetensors", "snapshots/epoch-000002.safetensors", "snapshots/epoch-000005.safetensors"} {
		one, err := os.ReadFile(filepath.Join(whole, name))
		other, err2 := os.ReadFile(filepath.Join(folder, name))
		if err := errors.Join(err, err2); err != nil || !bytes.Equal(one, other) {
			t.Errorf("%s differs, error %v", name, err)
		}
	}
	record := recordOf(t, folder)
	if record.State != "done" || len(record.Earlier) != 1 || record.Earlier[0].State != "done" || record.Resumed == nil || *record.Resumed != (run.Position{Epoch: 2}) {
		t.Errorf("%+v", record)
	}
	before, _ := record.Earlier[0].Config["training"].(map[string]any)
	if before["epochs"] != 2.0 {
		t.Errorf("the first stretch had %v epochs, want 2", before["epochs"])
	}
	if again, err := (run.Folder{Path: folder}).Config(); err != nil || again != longer {
		t.Errorf("%+v, error %v", again, err)
	}

	c.Training.Epochs = 5
	_, _, err := run.Folder{Path: folder}.Run(t.Context(), small.Experiment(t, c), true, train.Silent{})
	if err == nil || !strings.Contains(err.Error(), "training.epochs") || !strings.Contains(err.Error(), "6 or more") {
		t.Errorf("fewer epochs than are trained: %v", err)
	}
	if after := recordOf(t, folder); !reflect.DeepEqual(after, record) {
		t.Errorf("a refused run changed run.json: %+v", after)
	}
}

// TestResumeOfAFinishedRun: with nothing left to do, nothing is written.
func TestResumeOfAFinishedRun(t *testing.T) {
	folder := t.TempDir()
	want, _ := small.Run(t, folder, small.Config(), false)
	before := recordOf(t, folder)
	got, warnings := small.Run(t, folder, small.Config(), true)
	if after := recordOf(t, folder); !reflect.DeepEqual(before, after) || !bytes.Equal(want, got) || len(warnings) > 0 {
		t.Errorf("%+v became %+v, warnings %v", before, after, warnings)
	}
	if err := os.RemoveAll((run.Folder{Path: folder}).Checkpoints()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := (run.Folder{Path: folder}).Run(t.Context(), small.Experiment(t, small.Config()), true, train.Silent{}); !errors.Is(err, run.ErrNoCheckpoint) {
		t.Errorf("without checkpoints: %v", err)
	}
}

// TestResumableKeys: the keys that may be changed are listed, and no others may.
func TestResumableKeys(t *testing.T) {
	c := small.Config()
	c.Training.Epochs = 1
	folder := t.TempDir()
	small.Run(t, folder, c, false)
	for _, setting := range c.Settings() {
		changed := c
		switch value := setting.Value.(type) {
		case int:
			changed.Set(setting.Key, value+1)
		case float64:
			changed.Set(setting.Key, value/2)
		case bool:
			changed.Set(setting.Key, !value)
		default:
			continue
		}
		may := false
		for _, key := range train.ResumableKeys {
			prefix, many := strings.CutSuffix(key, "*")
			may = may || key == setting.Key || many && strings.HasPrefix(setting.Key, prefix)
		}
		e, err := train.NewExperiment(t.Context(), changed)
		if err != nil || changed == c {
			continue // as 61 samples in batches of 10
		}
		trainer, _, err := run.Folder{Path: folder}.Run(t.Context(), e, true, train.Silent{})
		var refused *run.ConfigChangedError
		if errors.As(err, &refused) == may || err != nil && !strings.Contains(err.Error(), strings.Join(train.ResumableKeys, ", ")) {
			t.Errorf("%s: %v, want allowed %v", setting.Key, err, may)
		}
		if err == nil {
			trainer.Close()
			os.RemoveAll(folder)
			small.Run(t, folder, c, false)
		}
	}
}

// told is a recorder that notes warnings and stops a run.
type told struct {
	small.StopAfter
	warnings []error
}

func (r *told) Warning(warning error) { r.warnings = append(r.warnings, warning) }

// TestOtherMachine: a run that continues with other kernels and another build warns before it trains, and run.json
// records both.
func TestOtherMachine(t *testing.T) {
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, small.Config(), false)
	record := recordOf(t, folder.Path)
	record.State, record.Ended = "running", nil // killed
	record.Machine.Kernels, record.Machine.CPU, record.Build.Name = "sse9", "Abacus", "abc123"
	if err := record.Write(folder.RunFile()); err != nil {
		t.Fatal(err)
	}
	longer := small.Config()
	longer.Training.Epochs++
	recorder := &told{}
	trainer, warnings, err := folder.Run(t.Context(), small.Experiment(t, longer), true, recorder)
	if err != nil {
		t.Fatal(err)
	}
	trainer.Close()
	var other *run.OtherMachineError
	if len(recorder.warnings) != 1 || len(warnings) != 1 || !errors.As(warnings[0], &other) {
		t.Fatalf("warnings %v, recorder %v", warnings, recorder.warnings)
	}
	for _, want := range []string{"kernels: sse9, now " + run.ReadMachine().Kernels, "processor: Abacus, now ", "build: abc123, now " + run.BuildName()} {
		if !strings.Contains(other.Error(), want) {
			t.Errorf("%v lacks %q", other, want)
		}
	}
	now := recordOf(t, folder.Path)
	if now.Machine != run.ReadMachine() || len(now.Earlier) != 1 || now.Earlier[0].Machine.Kernels != "sse9" || now.Earlier[0].State != "killed" || now.Earlier[0].Build.Name != "abc123" {
		t.Errorf("%+v", now)
	}
}

// TestResumeMendsWeights changes and cuts the weights of a finished run: they are written again from its last checkpoint.
func TestResumeMendsWeights(t *testing.T) {
	folder := t.TempDir()
	want, _ := small.Run(t, folder, small.Config(), false)
	path := (run.Folder{Path: folder}).WeightsFile()
	changed := bytes.Clone(want)
	changed[len(changed)-2] ^= 0x40
	for name, damaged := range map[string][]byte{"changed": changed, "cut": want[:len(want)/2], "empty": nil} {
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		got, warnings := small.Run(t, folder, small.Config(), true)
		if !bytes.Equal(got, want) || len(warnings) != 1 {
			t.Errorf("%s: weights equal %v, warnings %v", name, bytes.Equal(got, want), warnings)
		}
	}
}

// TestResumeOfARunThatHardlyBegan resumes in a folder whose process was killed before it wrote run.json.
func TestResumeOfARunThatHardlyBegan(t *testing.T) {
	folder := t.TempDir()
	want, _ := small.Run(t, folder, small.Config(), false)
	begun := t.TempDir()
	for _, name := range []string{"owners", "checkpoints"} {
		if err := os.Mkdir(filepath.Join(begun, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(begun, "metrics.jsonl"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, _ := small.Run(t, begun, small.Config(), true); !bytes.Equal(got, want) {
		t.Error("other weights than those of a run in an empty folder")
	}
}

func TestInterruptedRunEndsInTheSameBytes(t *testing.T) {
	for _, optimiser := range []string{"rmsprop", "sgd", "adam"} {
		c := small.Config()
		c.Training.Optimiser.Name, c.Training.Optimiser.Momentum = optimiser, 0.5
		want, _ := small.Run(t, t.TempDir(), c, false)
		folder := t.TempDir()

		ctx, cancel := context.WithCancel(context.Background())
		_, _, err := run.Folder{Path: folder}.Run(ctx, small.Experiment(t, c), false, small.StopAfter{At: 2, Cancel: cancel})
		if !errors.Is(err, train.ErrInterrupted) {
			t.Fatalf("want ErrInterrupted, got %v", err)
		}
		got, warnings := small.Run(t, folder, c, true)
		if string(got) != string(want) || len(warnings) > 0 {
			t.Errorf("%s: a resumed run ended in other weights (warnings %v)", optimiser, warnings)
		}
		metrics, err := run.Folder{Path: folder}.History()
		if err != nil || len(metrics) != c.Training.Epochs+1 {
			t.Errorf("%s: %d epochs in the metrics, want %d (%v)", optimiser, len(metrics), c.Training.Epochs+1, err)
		}
	}
}

func TestResumeWithAnotherConfiguration(t *testing.T) {
	c, folder := small.Config(), t.TempDir()
	small.Run(t, folder, c, false)
	if _, _, err := (run.Folder{Path: folder}).Run(context.Background(), small.Experiment(t, c), false, train.Silent{}); !errors.Is(err, run.ErrFolderInUse) {
		t.Errorf("a second run in the folder: want ErrFolderInUse, got %v", err)
	}
	c.Network.Coupling = 21
	var changed *run.ConfigChangedError
	_, _, err := run.Folder{Path: folder}.Run(context.Background(), small.Experiment(t, c), true, train.Silent{})
	if !errors.As(err, &changed) || len(changed.Differences) != 1 || changed.Differences[0] != "network.coupling: 20, here 21" {
		t.Errorf("want the changed coupling named, got %v", err)
	}
	if _, _, err := (run.Folder{Path: t.TempDir()}).Run(context.Background(), small.Experiment(t, c), true, train.Silent{}); !errors.Is(err, run.ErrNoRun) {
		t.Errorf("resume in an empty folder: want ErrNoRun, got %v", err)
	}
}
