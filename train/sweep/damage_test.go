package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// writing is an engine whose runs have files of several lines, and several values.
func writing(_ context.Context, folder run.Folder, run sweep.Run, _ bool) ([]sweep.Value, error) {
	if err := os.MkdirAll(folder.SnapshotFolder(), 0o755); err != nil {
		return nil, err
	}
	for path, text := range map[string]string{
		folder.RunFile():     "{\n\"format\": 1,\n\"config\": {\n\"seed\": 0\n},\n\"state\": \"done\"\n}\n",
		folder.MetricsFile(): "{\"epoch\": 0}\n{\"epoch\": 1}\n{\"epoch\": 2}\n",
		folder.WeightsFile(): "\x00weights\n\x00",
		filepath.Join(folder.SnapshotFolder(), "epoch-000001.safetensors"): "\x00snapshot\n\x00",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	var values []sweep.Value
	for step := range 4 {
		values = append(values, sweep.Value{Measure: "ed", Stage: "after", Step: step, Value: 1.5*float64(step) + float64(run.Config.Realisation)})
	}
	return values, nil
}

// filesBelow lists the files of a folder with their contents.
func filesBelow(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// cuts lists what is left of a file that is emptied, or cut off in the middle or at the end of a line.
func cuts(text []byte) [][]byte {
	cut := [][]byte{{}, text[:len(text)/2]}
	for i, b := range text[:max(0, len(text)-1)] {
		if b == '\n' {
			cut = append(cut, text[:i+1])
		}
	}
	return cut
}

// TestDamageIsNoticed cuts off every file of a finished sweep at every line, and removes it: the table has the bytes
// that it had, or an error names the file and, where it is one of a run, the run; and the work that is then continued
// ends in those bytes.
func TestDamageIsNoticed(t *testing.T) {
	folder, plan := newSweep(t, 2)
	work := func() error { return folder.Work(t.Context(), plan.Runs, options(2), writing, quiet{}) }
	table := filepath.Join(t.TempDir(), "table.csv")
	collect := func() ([]byte, error) {
		if _, _, err := folder.Collect(t.Context(), table); err != nil {
			return nil, err
		}
		return os.ReadFile(table)
	}
	if err := work(); err != nil {
		t.Fatal(err)
	}
	whole, err := collect()
	if err != nil || bytes.Count(whole, []byte("\n")) != 9 {
		t.Fatalf("%s, %v", whole, err)
	}
	noticed, tried := map[string]int{}, map[string]int{}
	try := func(path string, damage func() error) {
		t.Helper()
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		relative, _ := filepath.Rel(folder.Path, path)
		name := filepath.Base(path)
		tried[name]++
		rows, err := collect()
		var damaged *sweep.DamagedError
		switch {
		case err == nil && bytes.Equal(rows, whole):
		case err == nil:
			t.Errorf("%s: the table has lost rows in silence", relative)
		case errors.As(err, &damaged):
			noticed[name]++
			id := strings.Split(filepath.ToSlash(relative), "/")[1]
			if s, stateErr := folder.State(id); s.State != sweep.Damaged || stateErr != nil || !strings.Contains(err.Error(), id+": "+s.Reason) ||
				!strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "1 of 2 finished runs are damaged") {
				t.Errorf("%s: %v; the state is %+v, %v", relative, err, s, stateErr)
			}
		default:
			noticed[name]++
			if !strings.Contains(err.Error(), name) && !errors.Is(err, sweep.ErrNoSweep) {
				t.Errorf("%s: the error does not name it: %v", relative, err)
			}
			return // without a plan there is nothing to continue
		}
		if err := work(); err != nil {
			t.Errorf("%s: continued: %v", relative, err)
		}
		if rows, err := collect(); err != nil || !bytes.Equal(rows, whole) {
			t.Errorf("%s: continued, the table has other bytes: %v", relative, err)
		}
	}
	for path, text := range filesBelow(t, folder.Path) {
		for _, left := range cuts(text) {
			try(path, func() error { return os.WriteFile(path, left, 0o644) })
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		try(path, func() error { return os.Remove(path) })
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"values.csv", "result.json", "run.json", "metrics.jsonl", "weights.safetensors", "epoch-000001.safetensors", "plan-0001.json"} {
		if tried[name] < 3 || noticed[name] != tried[name] {
			t.Errorf("%s was damaged %d times, which was noticed %d times", name, tried[name], noticed[name])
		}
	}
}

// TestChangedValuesAreNoticed: values of the same length are told by their checksum, as a copy leaves them that broke
// off in a file whose size it had set.
func TestChangedValuesAreNoticed(t *testing.T) {
	folder, plan := newSweep(t, 1)
	if err := folder.Work(t.Context(), plan.Runs, options(1), writing, quiet{}); err != nil {
		t.Fatal(err)
	}
	id := plan.Runs[0].ID
	path := filepath.Join(folder.Run(id).Path, "values.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(text, []byte("4.5"), []byte("9.5"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	want := "values.csv was changed: its checksum differs"
	if s, err := folder.State(id); err != nil || s.State != sweep.Damaged || s.Reason != want {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := folder.Values(id); err == nil || !strings.Contains(err.Error(), id+": "+want) {
		t.Errorf("the values: %v", err)
	}
	if err := folder.Work(t.Context(), plan.Runs, options(1), writing, quiet{}); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(folder.Path, "state", id, "damaged-000002", "values.csv"))
	if err != nil || !strings.Contains(string(kept), "9.5") {
		t.Errorf("the damaged folder is not kept: %v", err)
	}
	if s, _ := folder.State(id); s.State != sweep.Done || s.Attempts != 2 {
		t.Errorf("made again: %+v", s)
	}
}

// TestLostPlan: a later plan that a copy left out is missed, because runs of it are there; with the whole sweep file
// the folder is complete again. A plan lost in between hides none after it.
func TestLostPlan(t *testing.T) {
	folder, _ := newSweep(t, 1)
	for _, runs := range []int{2, 3} {
		plan, err := folder.Create(planOf(t, runs), nil, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := folder.Work(t.Context(), plan.Runs, options(1), writing, quiet{}); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(name string) {
		if err := os.Remove(filepath.Join(folder.Path, name)); err != nil {
			t.Fatal(err)
		}
	}
	remove("plan-0002.json")
	if plan, err := folder.Plan(); err != nil || len(plan.Runs) != 3 {
		t.Fatalf("%v, %v", plan, err)
	}
	remove("plan-0003.json")
	var lost *sweep.LostPlanError
	table := filepath.Join(t.TempDir(), "table.csv")
	if _, _, err := folder.Collect(t.Context(), table); !errors.As(err, &lost) || len(lost.IDs) != 2 || !strings.Contains(err.Error(), lost.IDs[1]) {
		t.Errorf("collected: %v", err)
	}
	if _, err := os.Stat(table); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a table: %v", err)
	}
	if _, err := folder.Create(planOf(t, 3), nil, true); err != nil {
		t.Fatal(err)
	}
	if done, _, err := folder.Collect(t.Context(), table); err != nil || done != 3 {
		t.Errorf("%d runs, %v", done, err)
	}
}

// TestDamagedState cuts off the files that tell of a run's attempts: the run is named, goes on and ends as it would have.
func TestDamagedState(t *testing.T) {
	for _, test := range []struct{ file, left, state, reason string }{
		{"ended-000001.json", "", "interrupted", "ended-000001.json: unexpected end of JSON input"},
		{"ended-000001.json", "{\"state\":\"fail", "interrupted", "ended-000001.json: unexpected end of JSON input"},
		{"ended-000001.json", "{}", "interrupted", `the state is ""`},
		{"claim-000001.json", "", "failed", "loss is 0"},
		{"claim-000001.json", "gone", "failed", "loss is 0"}, // its beat tells that there was one
		{"beat-000001", "", "failed", "loss is 0"},
	} {
		folder, plan := newSweep(t, 1)
		id := plan.Runs[0].ID
		failing := counter{before: func(context.Context, run.Folder, sweep.Run, bool) error {
			return &train.DivergenceError{Which: train.TrainingLoss, Epoch: 1, Step: 2}
		}}
		var failed *sweep.RunsError
		if err := folder.Work(t.Context(), plan.Runs, options(1), failing.execute, quiet{}); !errors.As(err, &failed) {
			t.Fatal(err)
		}
		path := filepath.Join(folder.Path, "state", id, test.file)
		err := os.WriteFile(path, []byte(test.left), 0o644)
		if test.left == "gone" {
			err = os.Remove(path)
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, err := folder.State(id); err != nil || string(s.State) != test.state || !strings.Contains(s.Reason, test.reason) || s.Attempts != 1 {
			t.Errorf("%s: %+v, %v", test.file, s, err)
		}
		o := options(1)
		o.RetryFailed = true
		if err := folder.Work(t.Context(), plan.Runs, o, writing, quiet{}); err != nil {
			t.Errorf("%s: %v", test.file, err)
		}
		if s, _ := folder.State(id); s.State != sweep.Done || s.Attempts != 2 {
			t.Errorf("%s: continued: %+v", test.file, s)
		}
	}
}
