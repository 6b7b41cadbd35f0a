package watch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// silent ignores all events.
type silent struct{}

func (silent) Started(sweep.Run, int) {}
func (silent) Ended(sweep.Run, error) {}

// sweepOf makes a sweep of some realisations at g = 250 in root/sweep.
func sweepOf(t *testing.T, root string, runs int) (sweep.Folder, *sweep.Plan) {
	t.Helper()
	var configs []train.Config
	for i := range runs {
		c := train.DefaultConfig()
		c.Network.Coupling, c.Realisation = 250, i
		configs = append(configs, c)
	}
	folder := sweep.Folder{Path: filepath.Join(root, "sweep")}
	plan, err := folder.Create(sweep.NewPlan("", "", configs), []byte("text"), false)
	if err != nil {
		t.Fatal(err)
	}
	return folder, plan
}

// listed returns the runs of the list by name.
func listed(t *testing.T, ask func() string) map[string]map[string]any {
	t.Helper()
	var content struct{ Runs []map[string]any }
	if err := json.Unmarshal([]byte(ask()), &content); err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]any{}
	for _, run := range content.Runs {
		found[run["name"].(string)] = run
	}
	return found
}

// TestSweep: the runs of a sweep are listed from the first, in the states that package sweep says, under one name while their folders
// move; what is followed goes on.
func TestSweep(t *testing.T) {
	root := t.TempDir()
	folder, plan := sweepOf(t, root, 6)
	name := func(i int) string { return "sweep/runs/" + plan.Runs[i].ID }
	started, next := make(chan run.Folder), make(chan error)
	execute := func(_ context.Context, attempt run.Folder, run sweep.Run, _ bool) ([]sweep.Value, error) {
		relative, err := filepath.Rel(root, attempt.Path)
		if err != nil {
			return nil, err
		}
		writeRun(t, root, filepath.ToSlash(relative), "running", 0, 1)
		started <- attempt
		return []sweep.Value{{Measure: "ed", Value: 1}}, <-next
	}
	ctx, stop := context.WithCancel(t.Context())
	work := func(i int) chan error {
		ended := make(chan error, 1)
		go func() { ended <- folder.Work(ctx, plan.Runs[i:i+1], sweep.DefaultOptions(), execute, silent{}) }()
		return ended
	}
	server := serve(t, root, quick())
	waiting := watchRuns(t, server, "run="+name(0))
	if reset := waiting.next("reset"); history(reset) != "" || reset["trouble"] != "" || reset["config"].(map[string]any)["network.coupling"] != "250" {
		t.Errorf("a pending run: %v", reset)
	}

	// The first run is followed from before it begins to after its folder was moved.
	ended := work(0)
	attempt := <-started
	for history(waiting.nextOf("reset", "epochs")) != "0" { // as an epoch of its own if the run was seen before its first line
	}
	relative, _ := filepath.Rel(root, attempt.Path)
	appendEpoch(t, root, filepath.ToSlash(relative), 1)
	if got := history(waiting.next("epochs")); got != "1" {
		t.Errorf("new epochs %s", got)
	}
	next <- nil
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	appendEpoch(t, root, name(0), 2)
	if got := history(waiting.next("epochs")); got != "2" {
		t.Errorf("epochs after the folder has moved %s", got)
	}
	if err := os.Truncate(filepath.Join(root, filepath.FromSlash(name(0)), "metrics.jsonl"), int64(len(line(0)+line(1)))); err != nil {
		t.Fatal(err) // with that epoch the run counts as damaged
	}

	// One fails, one stops, one runs, one belongs to a worker that has fallen silent, one is still to come.
	failing := work(1)
	<-started
	next <- &train.DivergenceError{Epoch: 7, Step: 2}
	<-failing
	stopping := work(2)
	<-started
	stop()
	next <- train.ErrInterrupted
	<-stopping
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	running := work(3)
	<-started
	abandoned := filepath.Join(folder.Path, "state", plan.Runs[4].ID)
	if err := os.MkdirAll(filepath.Join(abandoned, "attempt-000001"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(abandoned, "claim-000001.json"), `{"host": "elsewhere", "process": 1, "patience_ns": 200000000}`)
	write(t, filepath.Join(abandoned, "beat-000001"), "00000000000000000007\n")
	list := func() string { _, _, body := ask(t, server, http.MethodGet, "/api/runs", nil); return body }
	await := func(what string, holds func(map[string]map[string]any) bool) map[string]map[string]any { // some looks later
		t.Helper()
		var runs map[string]map[string]any
		for range 500 {
			if runs = listed(t, list); holds(runs) {
				return runs
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("never: %s", what)
		return runs
	}
	await("a worker that may live", func(runs map[string]map[string]any) bool { return runs[name(4)]["state"] == "running" })
	runs := await("a worker that is silent", func(runs map[string]map[string]any) bool { return runs[name(4)]["state"] == "interrupted" })
	for i, want := range []string{"done", "failed", "interrupted", "running", "interrupted", "pending"} {
		run := runs[name(i)]
		if run["state"] != want || run["title"] != fmt.Sprintf("realisation %d", i) || run["epochs"] != 40.0 {
			t.Errorf("run %d: %v, want %s", i, run, want)
		}
		if s, err := folder.State(plan.Runs[i].ID); err != nil || i != 4 && string(s.State) != want {
			t.Errorf("run %d: package sweep says %s, %v", i, s.State, err)
		}
	}
	if reason := runs[name(1)]["error"]; !strings.Contains(fmt.Sprint(reason), "at epoch 7") {
		t.Errorf("why a run failed: %v", reason)
	}
	if len(runs) != 6 {
		t.Errorf("%d runs are listed", len(runs))
	}
	_, _, body := ask(t, server, http.MethodGet, "/api/runs?state=pending&q=realisation+5", nil)
	if strings.Count(body, `"name"`) != 1 || strings.Contains(body, root) {
		t.Errorf("filtered: %s", body)
	}
	next <- errors.New("enough")
	<-running

	// Runs that are added later appear.
	more := sweep.NewPlan("", "", nil)
	for i := range 8 {
		c := plan.Runs[0].Config
		c.Realisation = i
		more.Runs = append(more.Runs, sweep.Run{ID: c.Fingerprint(), Config: c})
	}
	if _, err := folder.Create(more, []byte("text"), true); err != nil {
		t.Fatal(err)
	}
	await("two more runs", func(runs map[string]map[string]any) bool { return len(runs) == 8 })
}

// TestHostileSweep: names and links in a sweep's files lead nowhere, and a plan that cannot be read is reported.
func TestHostileSweep(t *testing.T) {
	root, outside := besideSecret(t)
	for name, plan := range map[string]string{
		"names":  `{"keys": ["seed"], "runs": [{"id": "../../outside", "config": {"seed": 1}}, {"id": "..", "config": 1}, {"id": "ok", "config": "x"}, {"id": "linked", "config": {}}]}`,
		"broken": "{", "empty": `{}`, "large": strings.Repeat(" ", 33<<20),
	} {
		if err := os.MkdirAll(filepath.Join(root, name, "state", "linked"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root, name, "plan-0001.json"), plan)
	}
	if err := os.Mkdir(filepath.Join(root, "names", "runs"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "names", "state", "linked", "claim-999999999999999999999.json"), "{")
	write(t, filepath.Join(root, "names", "state", "linked", "claim-000001.json"), "{")
	write(t, filepath.Join(outside, "values.csv"), secret)
	if err := os.Symlink(outside, filepath.Join(root, "names", "runs", "linked")); err != nil {
		t.Skip(err) // a system without
	}
	if err := os.Symlink(outside, filepath.Join(root, "names", "state", "linked", "attempt-000001")); err != nil {
		t.Fatal(err)
	}
	server := serve(t, root, quick())
	_, _, body := ask(t, server, http.MethodGet, "/api/runs", nil)
	for _, want := range []string{`"names/runs/ok"`, `"names/runs/linked"`, "plan: unexpected end", "plan: larger than expected"} {
		if !strings.Contains(body, want) {
			t.Errorf("the list lacks %s: %s", want, body)
		}
	}
	if strings.Contains(body, secret) || strings.Contains(body, "outside") || strings.Contains(body, root) {
		t.Errorf("the list leads outside: %s", body)
	}
	for _, name := range []string{"names/runs/linked", "names/runs/ok", "names/runs/..", "names/runs/../../outside", "broken"} {
		status, _, body := ask(t, server, http.MethodGet, "/api/events?run="+name, nil)
		if strings.Contains(body, secret) || status == http.StatusOK && strings.Contains(name, "..") {
			t.Errorf("%s: status %d, %q", name, status, body)
		}
	}
}
