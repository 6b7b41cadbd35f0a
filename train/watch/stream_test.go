package watch_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestStream follows a run through all that happens to its files.
func TestStream(t *testing.T) {
	root := t.TempDir()
	writeRun(t, root, "sweep/a", "running", 3, 2)
	server := serve(t, root, quick())
	s := watchRuns(t, server, "run=sweep/a")
	first := s.next("runs")["runs"].([]any)[0].(map[string]any)
	if first["name"] != "sweep/a" || first["state"] != "running" || first["epochs"] != 40.0 || !strings.Contains(first["summary"].(string), "g = 250") {
		t.Errorf("the list says %v", first)
	}
	reset := s.next("reset")
	if got := history(reset); got != "0 1" {
		t.Errorf("history %s", got)
	}
	if got := reset["config"].(map[string]any)["network.coupling"]; got != "250" {
		t.Errorf("coupling %v", got)
	}
	appendEpoch(t, root, "sweep/a", 2)
	if got := history(s.next("epochs")); got != "2" {
		t.Errorf("new epochs %s", got)
	}
	// A line that is written in two parts is one line.
	whole := line(3)
	appendText(t, root, "sweep/a", whole[:20])
	time.Sleep(20 * time.Millisecond)
	appendText(t, root, "sweep/a", whole[20:]+line(4))
	if got := history(s.next("epochs")); got != "3 4" {
		t.Errorf("new epochs %s", got)
	}
	// A second viewer starts with all; both hear what follows.
	other := watchRuns(t, server, "run=sweep/a")
	if got := history(other.next("reset")); got != "0 1 2 3 4" {
		t.Errorf("history %s", got)
	}
	appendEpoch(t, root, "sweep/a", 5)
	if a, b := history(s.next("epochs")), history(other.next("epochs")); a != "5" || b != "5" {
		t.Errorf("new epochs %s and %s", a, b)
	}
	// A run that is resumed from epoch 1 replaces its metrics.
	metrics := run.Folder{Path: filepath.Join(root, "sweep", "a")}.MetricsFile()
	write(t, metrics+".new", line(0)+line(1))
	if err := os.Rename(metrics+".new", metrics); err != nil {
		t.Fatal(err)
	}
	if got := history(s.next("reset")); got != "0 1" {
		t.Errorf("history after it was resumed %s", got)
	}
	appendText(t, root, "sweep/a", "not a line\n"+line(2))
	if content := s.next("reset"); content["trouble"] != "metrics.jsonl: the line after epoch 1 cannot be read" || history(content) != "0 1 2" {
		t.Errorf("after a broken line %v", content)
	}
	// Another run appears, ends, and goes.
	writeRun(t, root, "b", "running", 4, 1)
	has := func(name, state string) {
		t.Helper()
		for range 50 {
			for _, run := range s.next("changed")["runs"].([]any) {
				if run := run.(map[string]any); run["name"] == name && run["state"] == state {
					return
				}
			}
		}
		t.Errorf("%s is never %s", name, state)
	}
	has("b", "running")
	write(t, filepath.Join(root, "b", "run.json"), `{"state": "failed", "error": "diverged"}`)
	has("b", "failed")
	if err := os.RemoveAll(filepath.Join(root, "b")); err != nil {
		t.Fatal(err)
	}
	for {
		if gone := s.next("changed")["gone"].([]any); len(gone) == 1 && gone[0] == "b" {
			break
		}
	}
}

// TestBrokenFolders: what cannot be read is reported, and the rest is shown.
func TestBrokenFolders(t *testing.T) {
	root := t.TempDir()
	writeRun(t, root, "good", "done", 0, 3)
	writeRun(t, root, "no-record", "done", 0, 1)
	writeRun(t, root, "large-record", "done", 0, 1)
	writeRun(t, root, "nan", "done", 0, 1)
	writeRun(t, root, "long", "done", 0, 1)
	writeRun(t, root, ".hidden", "done", 0, 1)
	write(t, filepath.Join(root, "no-record", "run.json"), "{")
	write(t, filepath.Join(root, "large-record", "run.json"), strings.Repeat(" ", 2<<20))
	appendText(t, root, "nan", `{"epoch": 1, "accuracy": NaN}`+"\n")
	appendText(t, root, "long", strings.Repeat("x", 1<<17))
	if err := os.MkdirAll(filepath.Join(root, "folder", "metrics.jsonl"), 0o755); err != nil {
		t.Fatal(err)
	}
	server := serve(t, root, quick())
	_, _, body := ask(t, server, http.MethodGet, "/api/runs", nil)
	for _, want := range []string{`"good"`, "larger than expected", "run.json: unexpected end", "last line of metrics.jsonl"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list lacks %q: %s", want, body)
		}
	}
	if strings.Contains(body, ".hidden") || strings.Contains(body, root) {
		t.Errorf("the list says too much: %s", body)
	}
	for name, want := range map[string]string{"nan": "cannot be read", "long": "a line of more than", "large-record": "larger than expected"} {
		if text := fmt.Sprint(watchRuns(t, server, "run="+name).next("reset")); !strings.Contains(text, want) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestDimensionalityOfFinishedRun: a run that has no checkpoints any more is measured by its weights.
func TestDimensionalityOfFinishedRun(t *testing.T) {
	root := t.TempDir()
	writeRun(t, root, "done", "done", 0, 3)
	encoded, err := safetensors.Append(nil, &safetensors.File{Tensors: map[string]array.Array{"b1": {Shape: []int{1}, Float64: []float64{1}}}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "done", "weights.safetensors"), string(encoded))
	o := quick()
	o.DimensionalityEvery = time.Millisecond
	o.Dimensionality = func(_ context.Context, c train.Config, file *safetensors.File) ([]float64, error) {
		return []float64{float64(c.Network.Units), float64(len(file.Tensors))}, nil
	}
	content := watchRuns(t, serve(t, root, o), "run=done").next("ed")
	if content["epoch"] != 2.0 || fmt.Sprint(content["values"]) != "[200 1]" {
		t.Errorf("%v", content)
	}
}

// TestDimensionality: a newest checkpoint is measured once for all viewers; a hostile one is not measured.
func TestDimensionality(t *testing.T) {
	root := t.TempDir()
	var calls atomic.Int32
	o := quick()
	o.DimensionalityEvery = time.Millisecond
	o.Dimensionality = func(_ context.Context, c train.Config, file *safetensors.File) ([]float64, error) {
		calls.Add(1)
		return []float64{float64(c.Network.Units), float64(len(file.Tensors))}, nil
	}
	for name, config := range map[string]string{
		"good": `{"network": {"units": 7}}`, "large": `{"network": {"units": 1000000}}`, "points": `{"task": {"points": "/etc/hostname"}}`,
		"sequences": `{"task": {"sequences": "/etc/hostname"}}`, "kind": `{"task": {"kind": "flip_flop"}}`,
		"tries": `{"task": {"max_tries": 1000000000}}`, "classes": `{"task": {"classes": 100000000}}`,
	} {
		writeRun(t, root, name, "running", 0, 1)
		if err := os.Mkdir(filepath.Join(root, name, "checkpoints"), 0o755); err != nil {
			t.Fatal(err)
		}
		encoded, err := safetensors.Append(nil, &safetensors.File{
			Metadata: map[string]string{"config": config}, Tensors: map[string]array.Array{"b1": {Shape: []int{1}, Float64: []float64{1}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root, name, "checkpoints", "epoch-000012-step-000000.safetensors"), string(encoded))
		write(t, filepath.Join(root, name, "checkpoints", "epoch-000002-step-000000.safetensors"), "broken")
	}
	server := serve(t, root, o)
	query := "run=good&run=large&run=points&run=sequences&run=kind&run=tries&run=classes"
	for range 3 {
		content := watchRuns(t, server, query).next("ed")
		if content["run"] != "good" || content["epoch"] != 12.0 || fmt.Sprint(content["values"]) != "[7 1]" {
			t.Errorf("%v", content)
		}
	}
	time.Sleep(30 * time.Millisecond)
	if calls.Load() != 1 {
		t.Errorf("measured %d times", calls.Load())
	}
}
