//go:build linux

package command

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// networkRuns lists the finished networks below a folder of results.
func networkRuns(output string) []string {
	found, _ := filepath.Glob(filepath.Join(output, "networks", "*", "runs", "*", "measures.json"))
	return found
}

// TestSharedPaper kills `train paper` and lets two processes go on together: no finished network is made again, and
// the curves are those of an undisturbed call, byte for byte.
func TestSharedPaper(t *testing.T) {
	folder := memoryFolder(t)
	arguments := func(output string, more ...string) []string {
		return append([]string{"paper", "--quick", "--figures", "3", "--realisations", "3", "-o", filepath.Join(folder, output)}, more...)
	}
	curves := func(output string) []byte {
		text, err := os.ReadFile(filepath.Join(folder, output, "curves.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if out, err := command(t, arguments("whole")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}

	killed := filepath.Join(folder, "killed")
	process := command(t, arguments("killed", "--workers", "1")...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "finished network", func() bool { return len(networkRuns(killed)) >= 2 })
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	process.Wait()
	kept := map[string]os.FileInfo{}
	for _, path := range networkRuns(killed) {
		kept[path], _ = os.Stat(path)
	}
	if len(kept) >= 6 {
		t.Fatal("the call ended before it was killed")
	}

	var both []*exec.Cmd
	var messages [2]bytes.Buffer
	for i := range 2 {
		process := command(t, arguments("killed", "--workers", "1", "--resume")...)
		process.Stderr = &messages[i]
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		both = append(both, process)
	}
	for i, process := range both {
		if err := process.Wait(); err != nil {
			t.Fatalf("%v: %s", err, messages[i].String())
		}
	}
	if now := networkRuns(killed); len(now) != 6 {
		t.Errorf("%d networks, want 6", len(now))
	}
	for path, before := range kept {
		if now, err := os.Stat(path); err != nil || !os.SameFile(before, now) {
			t.Errorf("%s was made again", path)
		}
	}
	if !bytes.Equal(curves("whole"), curves("killed")) {
		t.Error("the curves differ from those of an undisturbed call")
	}
}

// TestBusyNetworks: a call without --resume does not take networks away from one that is at work.
func TestBusyNetworks(t *testing.T) {
	folder := memoryFolder(t)
	arguments := []string{"paper", "--figures", "3", "--realisations", "1", "--workers", "1", "-o", filepath.Join(folder, "out")}
	process := command(t, arguments...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer process.Wait()
	defer process.Process.Kill()
	waitFor(t, "network at work", func() bool {
		found, _ := filepath.Glob(filepath.Join(folder, "out", "networks", "*", "state", "*", "attempt-*", "metrics.jsonl"))
		return len(found) > 0
	})
	other := command(t, arguments...)
	out, err := other.CombinedOutput()
	if other.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "work beside it with --resume") {
		t.Errorf("%v: %s", err, out)
	}
}
