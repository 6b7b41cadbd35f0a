package watch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestDamagedRuns: the list says what is missing from a run's files, whichever file it is and wherever it was truncated.
func TestDamagedRuns(t *testing.T) {
	root := t.TempDir()
	folder, plan := sweepOf(t, root, 4)
	execute := func(_ context.Context, attempt run.Folder, run sweep.Run, _ bool) ([]sweep.Value, error) {
		relative, err := filepath.Rel(root, attempt.Path)
		writeRun(t, root, filepath.ToSlash(relative), "done", 0, 41)
		return []sweep.Value{{Measure: "ed", Stage: "after", Value: 1}, {Measure: "ed", Stage: "after", Step: 1, Value: 2}}, err
	}
	if err := folder.Work(t.Context(), plan.Runs, sweep.DefaultOptions(), execute, silent{}); err != nil {
		t.Fatal(err)
	}
	cut := func(path string, lines int) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, string(bytes.Join(bytes.SplitAfter(text, []byte("\n"))[:lines], nil)))
	}
	for i, name := range []string{"values.csv", "result.json", "metrics.jsonl"} {
		cut(filepath.Join(folder.Run(plan.Runs[i].ID).Path, name), 2)
	}
	for _, name := range []string{"short", "empty", "whole", "unfinished", "record"} {
		writeRun(t, root, name, "done", 0, 41)
	}
	cut(filepath.Join(root, "short", "metrics.jsonl"), 20)
	cut(filepath.Join(root, "empty", "metrics.jsonl"), 0)
	cut(filepath.Join(root, "record", "run.json"), 0)
	writeRun(t, root, "unfinished", "interrupted", 0, 3)

	server := serve(t, root, quick())
	runs := listed(t, func() string { _, _, body := ask(t, server, http.MethodGet, "/api/runs", nil); return body })
	run := func(i int) string { return "sweep/runs/" + plan.Runs[i].ID }
	for name, want := range map[string][2]string{
		run(0): {"damaged", "values.csv has 38 bytes, wanted 51"}, run(1): {"damaged", "result.json: unexpected end of JSON input"},
		run(2): {"damaged", "metrics.jsonl has "}, run(3): {"done", ""},
		"short": {"done", "metrics.jsonl ends with epoch 19 of 40, though the run is done"},
		"empty": {"done", "metrics.jsonl holds no complete line, though the run is done"},
		"whole": {"done", ""}, "unfinished": {"interrupted", ""}, "record": {"unknown", "run.json: unexpected end of JSON input"},
	} {
		said, _ := runs[name]["error"].(string)
		if runs[name]["state"] != want[0] || !strings.HasPrefix(said, want[1]) || (said == "") != (want[1] == "") {
			t.Errorf("%s: %v, want %q", name, runs[name], want)
		}
	}
	_, _, body := ask(t, server, http.MethodGet, "/api/runs?state=damaged", nil)
	if strings.Count(body, `"name"`) != 3 || strings.Contains(body, root) {
		t.Errorf("those damaged: %s", body)
	}
}

// TestLostEpochs: a line that is missing in the middle of the metrics is reported with the curve.
func TestLostEpochs(t *testing.T) {
	root := t.TempDir()
	writeRun(t, root, "run", "running", 0, 3)
	appendEpoch(t, root, "run", 5)
	reset := watchRuns(t, serve(t, root, quick()), "run=run").next("reset")
	if want := "metrics.jsonl: epoch 5 is where epoch 3 should be"; history(reset) != "0 1 2 5" || !strings.HasPrefix(fmt.Sprint(reset["trouble"]), want) {
		t.Errorf("%s, %v", history(reset), reset["trouble"])
	}
}

// planOnly makes a sweep of which nothing has begun in root/a-sweep, in the place of one that is there: at no moment is
// it missing, which the page of a browser would complain of.
func planOnly(t *testing.T, root string, runs int) {
	t.Helper()
	var stored struct {
		Keys []string         `json:"keys"`
		Runs []map[string]any `json:"runs"`
	}
	for i := range runs {
		stored.Runs = append(stored.Runs, map[string]any{"id": fmt.Sprintf("%016x", i)})
	}
	text, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "a-sweep"), 0o755); err != nil {
		t.Fatal(err)
	}
	next := filepath.Join(t.TempDir(), "plan.json")
	write(t, next, string(text))
	if err := os.Rename(next, filepath.Join(root, "a-sweep", "plan-0001.json")); err != nil {
		t.Fatal(err)
	}
}

// TestPageSaysWhereTheListEnds, as soon as there are more runs than it lists.
func TestPageSaysWhereTheListEnds(t *testing.T) {
	b := browse(t)
	root := t.TempDir()
	planOnly(t, root, 10)
	server := serve(t, root, quick())
	b.do(chromedp.Navigate(server.URL+"/"), chromedp.WaitVisible(chromedp.CSS("#list li")))
	said := `(e => e.hidden ? 'hidden' : e.textContent)(document.querySelector('#left-out'))`
	b.within("the whole list", said, "hidden")
	planOnly(t, root, 5001)
	b.within("where the list ends", said, "Only 5000 runs are listed; there are more. Serve a folder further down")
	b.complaints()
}

// TestListEnds: the server says that it has stopped listing runs: within a sweep, next to one, and between folders.
func TestListEnds(t *testing.T) {
	for name, test := range map[string]struct {
		planned, single int
		want            bool
	}{
		"as many as are listed": {5000, 0, false}, "a sweep of more": {5001, 0, true}, "one beside a sweep": {5000, 1, true}, "few": {3, 2, false},
	} {
		root := t.TempDir()
		planOnly(t, root, test.planned)
		for i := range test.single {
			writeRun(t, root, fmt.Sprintf("b-run-%d", i), "running", 0, 1)
		}
		server := serve(t, root, quick())
		_, _, body := ask(t, server, http.MethodGet, "/api/runs?state=failed", nil)
		var content struct {
			LeftOut string `json:"left_out"`
		}
		if err := json.Unmarshal([]byte(body), &content); err != nil {
			t.Fatal(err)
		}
		if want := "Only 5000 runs are listed; there are more."; strings.HasPrefix(content.LeftOut, want) != test.want || !test.want && content.LeftOut != "" {
			t.Errorf("%s: %q", name, content.LeftOut)
		}
	}
}
