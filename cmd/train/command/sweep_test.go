//go:build linux

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// smallSweep has runs of a few milliseconds.
const smallSweep = `
base:
  task: {dimension: 4, clusters: 8}
  network: {units: 12}
  training: {evaluation_step: 2, samples: 20, epochs: 3, validation_samples: 20, checkpoint: {every: 1}}
  measures: {samples: 32, steps: 3, splits: 2}
`

// TestKilledSweep kills the schedulers of a sweep without warning, two at a time on one folder, three times
// over; after --resume every run is done, none was made again, and the table is that of a sweep that nothing
// disturbed, byte for byte.
func TestKilledSweep(t *testing.T) {
	const runs, rounds, workers = 200, 3, 2
	folder := memoryFolder(t)
	spec := filepath.Join(folder, "sweep.yaml")
	var realisations []string
	for i := range runs / 2 {
		realisations = append(realisations, fmt.Sprint(i))
	}
	text := smallSweep + "grid:\n  network.coupling: [20, 100]\n  realisation: [" + strings.Join(realisations, ", ") + "]\n"
	if err := os.WriteFile(spec, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	whole, killed := filepath.Join(folder, "whole"), filepath.Join(folder, "killed")
	inProcess(t, 0, "sweep", "-c", spec, "-o", whole, "--workers", fmt.Sprint(workers))

	rng := data.Stream(0, 0, "moments of killing", 0)
	kept := map[string]os.FileInfo{}
	for round := range rounds {
		var processes []*exec.Cmd
		for i := range 2 {
			arguments := []string{"sweep", "-c", spec, "-o", killed, "--workers", fmt.Sprint(workers)}
			if round > 0 || i > 0 {
				arguments = append(arguments, "--resume")
			}
			process := command(t, arguments...)
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			processes = append(processes, process)
			waitFor(t, "the plan", func() bool { _, err := os.Stat(filepath.Join(killed, "plan-0001.json")); return err == nil })
		}
		for _, process := range processes {
			until := len(finished(killed)) + 5 + rng.IntN(20)
			waitFor(t, "finished runs", func() bool { return len(finished(killed)) >= until })
			time.Sleep(time.Duration(rng.IntN(10)) * time.Millisecond)
			if err := process.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			process.Wait()
		}
		for path, info := range finished(killed) {
			kept[path] = info
		}
	}
	if len(kept) == 0 || len(kept) >= runs {
		t.Fatalf("%d of %d runs were finished by processes that were killed", len(kept), runs)
	}
	inProcess(t, 0, "sweep", "-o", killed, "--resume", "--workers", fmt.Sprint(workers))

	for path, info := range finished(killed) {
		if before, ok := kept[path]; ok && !os.SameFile(before, info) {
			t.Errorf("%s was made again", path)
		}
	}
	plan, err := sweep.Folder{Path: killed}.Plan()
	if err != nil {
		t.Fatal(err)
	}
	attempts := 0
	for _, run := range plan.Runs {
		s, err := sweep.Folder{Path: killed}.State(run.ID)
		if err != nil || s.State != sweep.Done {
			t.Errorf("%s is %s: %v", run.ID, s.State, err)
		}
		attempts += s.Attempts
	}
	if most := runs + rounds*2*workers; attempts > most {
		t.Errorf("%d runs were taken up %d times; with %d kills of %d workers %d suffice", runs, attempts, 2*rounds, workers, most)
	}
	t.Logf("%d runs, %d kills, %d attempts", runs, 2*rounds, attempts)
	var tables [2][]byte
	for i, of := range []string{whole, killed} {
		table := filepath.Join(folder, "table.csv")
		inProcess(t, 0, "sweep", "collect", of, "-o", table)
		if tables[i], err = os.ReadFile(table); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(tables[0], tables[1]) || len(tables[0]) < 1000 {
		t.Error("the table differs from that of an undisturbed sweep")
	}
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s within 30 s", what)
		}
	}
}

// longSweep is one run that takes long enough to be told to stop.
const longSweep = `
base:
  task: {dimension: 6, clusters: 12}
  network: {units: 40}
  training: {evaluation_step: 3, samples: 600, epochs: 100, validation_samples: 40, checkpoint: {every: 1}}
  measures: {samples: 36, steps: 4, splits: 2}
`

// TestWorkerAsksToBeStartedAgain: a task that is told to stop leaves a checkpoint and exits with status 75;
// started again it goes on, and gives the values of one that was never stopped.
func TestWorkerAsksToBeStartedAgain(t *testing.T) {
	folder := memoryFolder(t)
	spec := filepath.Join(folder, "sweep.yaml")
	if err := os.WriteFile(spec, []byte(longSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	stopped, whole := sweep.Folder{Path: filepath.Join(folder, "stopped")}, sweep.Folder{Path: filepath.Join(folder, "whole")}
	inProcess(t, 0, "sweep", "-c", spec, "-o", stopped.Path, "--slurm", "--dry-run")
	inProcess(t, 0, "sweep", "-c", spec, "-o", whole.Path)
	plan, err := stopped.Plan()
	if err != nil {
		t.Fatal(err)
	}
	id := plan.Runs[0].ID
	for i, signal := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM} {
		worker := command(t, "sweep", "work", stopped.Path)
		worker.Env = append(os.Environ(), "SLURM_ARRAY_TASK_ID=0")
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
		checkpoints := filepath.Join(stopped.Path, "state", id, fmt.Sprintf("attempt-%06d", i+1), "checkpoints", "*")
		known := ""
		waitFor(t, "new checkpoint", func() bool {
			found, _ := filepath.Glob(checkpoints)
			now := strings.Join(found, "")
			if known == "" {
				known = now
			}
			return len(found) > 1 && now != known
		})
		worker.Process.Signal(signal)
		if err := worker.Wait(); worker.ProcessState.ExitCode() != sweep.ExitRequeue {
			t.Fatalf("%v: %v, want exit status %d", signal, err, sweep.ExitRequeue)
		}
		if s, _ := stopped.State(id); s.State != sweep.Interrupted || s.Attempts != i+1 {
			t.Errorf("%v: %+v", signal, s)
		}
	}
	inProcess(t, 0, "sweep", "work", stopped.Path, "--task", "0")
	var values [2][]byte
	for i, f := range []sweep.Folder{stopped, whole} {
		if values[i], err = os.ReadFile(filepath.Join(f.Run(id).Path, "values.csv")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(values[0], values[1]) {
		t.Error("the values differ from those of a run that was never stopped")
	}
}

// TestSweepOnFullDisk: the message says what to do, the state is as before, and with room the sweep goes on.
func TestSweepOnFullDisk(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=96k"); err != nil {
		t.Skipf("mounting a tmpfs needs root: %v", err)
	}
	defer syscall.Unmount(folder, 0)
	spec, output := filepath.Join(t.TempDir(), "sweep.yaml"), filepath.Join(folder, "sweep")
	if err := os.WriteFile(spec, []byte(smallSweep+"grid: {realisation: [0, 1, 2, 3, 4, 5]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	process := command(t, "sweep", "-c", spec, "-o", output, "--workers", "1")
	said, _ := process.CombinedOutput()
	messages := string(said)
	if process.ProcessState.ExitCode() != 2 || !strings.Contains(messages, "no space left on device; free some space or choose another folder with -o") {
		t.Errorf("the messages are %q", messages)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(output, "plan-0001.json")); err != nil {
		t.Fatalf("the disk was too small for the plan: %v", err)
	}
	inProcess(t, 0, "sweep", "-o", output, "--resume")
	if done := finished(output); len(done) != 6 {
		t.Errorf("%d runs are finished, want 6", len(done))
	}
}
