package watch_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestRunsThatNobodyRuns: a run is called running for as long as its process may be alive. A copy of its folder, or one that
// was moved away from under it, is not.
func TestRunsThatNobodyRuns(t *testing.T) {
	root := t.TempDir()
	claimed := func(name string, owner run.Owner) run.Claims {
		t.Helper()
		writeRun(t, root, name, "running", 0, 3)
		claims := run.Claims{Path: filepath.Join(root, name, "owners")}
		if taken, err := claims.Take(1, owner); !taken || err != nil {
			t.Fatalf("taken %v, %v", taken, err)
		}
		return claims
	}
	const patience = 300 * time.Millisecond
	own := run.NewOwner(patience)
	dead, elsewhere := own, own
	command := exec.Command(os.Args[0], "-test.run=^$")
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	dead.Process, dead.Birth, elsewhere.Host = command.Process.Pid, "1", "node7"
	claimed("dead", dead)
	ended := claimed("ended", own)
	write(t, ended.EndedFile(1), `{"state": "failed"}`)
	for name, owner := range map[string]run.Owner{"alive": own, "afar": elsewhere, "copy": elsewhere} {
		claims := claimed(name, owner)
		if name == "copy" {
			write(t, claims.BeatFile(1), "7")
			continue
		}
		stop, err := claims.Beat(1, patience/18, func() {})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
	}
	writeRun(t, root, "older", "running", 0, 3)

	server := serve(t, root, quick())
	want := map[string][2]string{
		"alive": {"running", ""}, "afar": {"running", ""}, "older": {"running", ""},
		"copy":  {"interrupted", "its process (node7, process "},
		"ended": {"interrupted", "its process has ended, but run.json does not say how"},
		"dead":  {"interrupted", "its process is no longer alive (" + dead.String()},
	}
	if !dead.IsDead() { // where the system cannot tell, silence does
		want["dead"] = [2]string{"interrupted", "gives no sign of life here"}
	}
	said := map[string]map[string]any{}
	agree := func() bool {
		said = listed(t, func() string { _, _, body := ask(t, server, http.MethodGet, "/api/runs", nil); return body })
		for name, want := range want {
			message, _ := said[name]["error"].(string)
			if said[name]["state"] != want[0] || !strings.Contains(message, want[1]) || (want[1] == "") != (message == "") {
				return false
			}
		}
		return true
	}
	// eventually allows for machines that are too busy to look or to beat in time.
	eventually := func(when string) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); !agree(); time.Sleep(patience / 10) {
			if time.Now().After(end) {
				text, _ := json.MarshalIndent(said, "", " ")
				t.Fatalf("%s: got %s\nwant %v", when, text, want)
			}
		}
	}
	eventually("at first")
	time.Sleep(2 * patience)
	eventually("after a while")
	// A process that resumes the run makes it running again.
	claims := run.Claims{Path: filepath.Join(root, "copy", "owners")}
	if taken, err := claims.Take(2, own); !taken || err != nil {
		t.Fatalf("taken %v, %v", taken, err)
	}
	stop, err := claims.Beat(2, patience/18, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	want["copy"] = [2]string{"running", ""}
	eventually("resumed")
}

// TestSummary: the list names the file of points or sequences, and of other keys only those that the run uses.
func TestSummary(t *testing.T) {
	root := t.TempDir()
	tests := []struct{ from, to, want string }{
		{`"points":""`, `"points":"/data/iris.csv"`, "iris.csv, g = 20, seed 0"},
		{`"kind":"clusters"`, `"kind":"flip_flop"`, "flip_flop, g = 20, seed 0"},
		{`"sequences":""`, `"kind":"sequences","sequences":"/data/mine.npz"`, "mine.npz, sequences, g = 20, seed 0"},
		{`"cell":"vanilla"`, `"cell":"gru"`, "gru, d = 200, seed 0"},
		{`"cell":"vanilla"`, `"cell":"leaky"`, "leaky, d = 200, g = 20, seed 0"},
		{`"cell":"vanilla"`, `"cell":"mine"`, "mine, d = 200, g = 20, seed 0"}, // of another program: nobody knows what it uses
	}
	for i, run := range tests {
		name := fmt.Sprint("run", i)
		writeRun(t, root, name, "done", 0, 41)
		path := filepath.Join(root, name, "run.json")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(text), run.from, run.to, 1)
		if strings.Contains(run.to, `"kind":"sequences"`) {
			changed = strings.Replace(changed, `"kind":"clusters",`, "", 1)
		}
		if changed == string(text) {
			t.Fatalf("%s is not in %s", run.from, text)
		}
		write(t, path, changed)
	}
	server := serve(t, root, quick())
	runs := listed(t, func() string { _, _, body := ask(t, server, http.MethodGet, "/api/runs", nil); return body })
	for i, run := range tests {
		if got := runs[fmt.Sprint("run", i)]["summary"]; got != run.want {
			t.Errorf("%s: got %v, want %v", run.to, got, run.want)
		}
	}
}
