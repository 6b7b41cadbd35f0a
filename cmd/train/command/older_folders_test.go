package command

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// olderFolders copies the folders that an older program made; their README says how.
func olderFolders(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "older")
	if err := os.CopyFS(root, os.DirFS(filepath.Join("testdata", "folders-50ec06c"))); err != nil {
		t.Fatal(err)
	}
	return root
}

// servedStates returns the states of the runs that `train serve` lists, by name.
func servedStates(t *testing.T, root string) map[string]string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	go func() {
		execute(ctx, []string{"serve", root, "--listen", "127.0.0.1:0"}, writer, io.Discard)
		writer.Close()
	}()
	address, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v", err)
	}
	response, err := http.Get(strings.TrimSpace(address) + "api/runs")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var list struct {
		Runs []struct{ Name, State, Error string }
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, r := range list.Runs {
		states[r.Name] = strings.TrimSpace(r.State + " " + r.Error)
	}
	return states
}

// The runs of the older sweep, in its order: two are done, one has checkpoints, one was not begun.
var olderRuns = []string{"1d030875a59dca6b", "1759a417b681d74a", "4e354e87030b181a", "926dbe6e15e438fc"}

const olderWarning = " finished runs were made by an older program, which kept no checksums"

// TestOlderSweep collects, analyses and serves a sweep of a program that listed no files of finished runs, then resumes
// it with its sweep file: what was finished stays as it was, and its numbers are those that the older program collected.
func TestOlderSweep(t *testing.T) {
	root := olderFolders(t)
	folder, table := filepath.Join(root, "sweep"), filepath.Join(root, "table.csv")
	older, err := os.ReadFile(filepath.Join(root, "sweep.csv"))
	if err != nil {
		t.Fatal(err)
	}
	out, said := inProcess(t, 0, "sweep", "status", folder)
	if !strings.Contains(out, "4 runs: 1 pending, 1 interrupted, 2 done\n") || strings.Count(said, "2 of 2"+olderWarning) != 1 {
		t.Errorf("status says %q and %q", out, said)
	}
	_, said = inProcess(t, 0, "sweep", "collect", folder, "-o", table)
	if strings.Count(said, "2 of 2"+olderWarning) != 1 {
		t.Errorf("collect says %q", said)
	}
	if text, err := os.ReadFile(table); err != nil || string(text) != string(older) {
		t.Errorf("the table has other bytes than that of the older program: %v\n%s", err, text)
	}
	inProcess(t, 0, "analyze", folder, "-o", filepath.Join(root, "analysis"))
	states := servedStates(t, root)
	for i, want := range []string{"done", "done", "interrupted", "pending"} {
		if got := states["sweep/runs/"+olderRuns[i]]; got != want {
			t.Errorf("run %d is served as %q, want %q", i, got, want)
		}
	}

	before := finished(folder)
	_, said = inProcess(t, 0, "sweep", "-c", filepath.Join(folder, "sweep.yaml"), "-o", folder, "--resume", "--workers", "1")
	if !strings.Contains(said, "2 of 4 runs to do") || !strings.Contains(said, "run "+olderRuns[2]+" continues, attempt 2") {
		t.Errorf("resuming says %q", said)
	}
	for path, info := range before {
		if now, err := os.Stat(path); err != nil || !os.SameFile(now, info) {
			t.Errorf("%s was made again: %v", path, err)
		}
	}
	var record struct {
		Format  int
		Resumed struct{ Epoch int }
		Earlier []struct{ Format int }
	}
	text, err := os.ReadFile(filepath.Join(folder, "runs", olderRuns[2], "run.json"))
	if err == nil {
		err = json.Unmarshal(text, &record)
	}
	if err != nil || record.Format != 1 || record.Resumed.Epoch != 2 || len(record.Earlier) != 1 || record.Earlier[0].Format != 0 {
		t.Errorf("the record of the run that went on: %+v, %v", record, err)
	}
	_, said = inProcess(t, 0, "sweep", "collect", folder, "-o", table)
	if strings.Count(said, "2 of 4"+olderWarning) != 1 {
		t.Errorf("collect says %q", said)
	}
	rows, err := os.ReadFile(table)
	if err != nil || !strings.HasPrefix(string(rows), string(older)) {
		t.Errorf("the rows of the runs that were finished have changed: %v", err)
	}
	if got, want := strings.Count(string(rows), "\n"), 2*strings.Count(string(older), "\n")-1; got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
	inProcess(t, 0, "analyze", folder, "-o", filepath.Join(root, "analysis of all"))
}

// TestOlderSweepDamaged: what can be seen without a listing is still damage, and a run of this program is never taken for
// an older one.
func TestOlderSweepDamaged(t *testing.T) {
	for _, test := range []struct {
		file, reason string
		change       func(text string) string
	}{
		{"values.csv", "values.csv ends in the middle of a line", func(text string) string { return text[:len(text)-3] }},
		{"values.csv", "values.csv ends in the middle of a line", func(string) string { return "" }},
		{"run.json", "result.json is missing", func(text string) string { return text[:len(text)/2] }},
		{"run.json", "result.json is missing", func(text string) string { return strings.Replace(text, "{", `{"format": 1,`, 1) }},
		{"run.json", "result.json is missing", func(text string) string { return strings.Replace(text, `"done"`, `"running"`, 1) }},
	} {
		folder := sweep.Folder{Path: filepath.Join(olderFolders(t), "sweep")}
		path := filepath.Join(folder.Run(olderRuns[1]).Path, test.file)
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, []byte(test.change(string(text))), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, err := folder.State(olderRuns[1]); err != nil || s.State != sweep.Damaged || s.Reason != test.reason {
			t.Errorf("%s: %+v, %v; want damaged: %s", test.file, s, err, test.reason)
		}
	}
}

// TestOlderRuns resumes a run that an older program was told to stop, and analyses and serves it and a finished one.
func TestOlderRuns(t *testing.T) {
	root := olderFolders(t)
	stopped, done := filepath.Join(root, "stopped"), filepath.Join(root, "run")
	states := servedStates(t, root)
	if states["run"] != "done" || states["stopped"] != "interrupted" {
		t.Errorf("served as %q", states)
	}
	configuration := filepath.Join(root, "network.yaml")
	_, said := inProcess(t, 0, "run", "-c", configuration, "--set", "seed=5", "-o", stopped, "--resume")
	if !strings.Contains(said, "build: 50ec06c") {
		t.Errorf("resuming does not say that another build began: %q", said)
	}
	inProcess(t, 0, "run", "-c", configuration, "--set", "training.epochs=8", "-o", done, "--resume")
	inProcess(t, 0, "analyze", stopped, done, "-o", filepath.Join(root, "analysis"))
	text, err := os.ReadFile(filepath.Join(stopped, "metrics.jsonl"))
	if lines := slices.Collect(strings.Lines(string(text))); err != nil || len(lines) != 7 {
		t.Errorf("%d epochs, want 0 to 6: %v", len(lines), err)
	}
}
