//go:build linux

package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// endless are the arguments of a small run that continues until it is stopped.
func endless(folder string, more ...string) []string {
	return append([]string{
		"run", "--set", "network.units=16", "--set", "task.dimension=5", "--set", "task.clusters=12", "--set", "training.epochs=1000000",
		"--set", "training.checkpoint.every=1", "-o", folder,
	}, more...)
}

func stateOfRun(t *testing.T, folder string) run.Provenance {
	t.Helper()
	var record run.Provenance
	text, err := os.ReadFile(filepath.Join(folder, "run.json"))
	if err == nil {
		err = json.Unmarshal(text, &record)
	}
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// mustStop waits for a process that was asked to stop, and wants it to have ended soon with a status.
func mustStop(t *testing.T, process *exec.Cmd, wanted int) {
	t.Helper()
	asked := time.Now()
	process.Wait()
	if status := process.ProcessState.ExitCode(); status != wanted {
		t.Errorf("exit status %d, want %d (%v)", status, wanted, process.ProcessState)
	}
	if took := time.Since(asked); took > 10*time.Second { // about 0.1 s on a machine that is not busy
		t.Errorf("it took %v to stop", took)
	}
}

func hasCheckpoint(folder string) func() bool {
	return func() bool { return len(run.Checkpoints(filepath.Join(folder, "checkpoints"))) > 1 }
}

// TestStoppedRun: whatever ends a run, it leaves a checkpoint and records how it ended; the next process continues from there.
func TestStoppedRun(t *testing.T) {
	for name, stop := range map[string]func(t *testing.T, process *exec.Cmd, said io.Closer){
		"interrupt": func(_ *testing.T, p *exec.Cmd, _ io.Closer) { p.Process.Signal(os.Interrupt) },
		"terminate": func(_ *testing.T, p *exec.Cmd, _ io.Closer) { p.Process.Signal(syscall.SIGTERM) },
		"hang up":   func(_ *testing.T, p *exec.Cmd, _ io.Closer) { p.Process.Signal(syscall.SIGHUP) },
		"head -1":   func(_ *testing.T, _ *exec.Cmd, said io.Closer) { said.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(memoryFolder(t), "run")
			process := command(t, endless(folder)...)
			said, err := process.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(said).ReadString('\n'); err != nil || !strings.Contains(line, "epoch 0") {
				t.Errorf("%q, error %v", line, err)
			}
			if name != "head -1" {
				go io.Copy(io.Discard, said)
			}
			stop(t, process, said)
			mustStop(t, process, 1)
			if record := stateOfRun(t, folder); record.State != "interrupted" || record.Ended == nil {
				t.Errorf("run.json says %q", record.State)
			}
			if len(run.Checkpoints(filepath.Join(folder, "checkpoints"))) == 0 {
				t.Error("there is no checkpoint")
			}
			if owner, held := (run.Folder{Path: folder}).Owner(); held {
				t.Errorf("%v still holds the folder", owner)
			}
		})
	}
}

// TestIgnoredHangUp: nohup keeps its promise.
func TestIgnoredHangUp(t *testing.T) {
	folder := filepath.Join(memoryFolder(t), "run")
	train := command(t, endless(folder)...)
	process := exec.Command("sh", append([]string{"-c", `trap "" HUP; exec "$0" "$@"`, train.Path}, train.Args[1:]...)...)
	process.Env = train.Env
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "checkpoint", hasCheckpoint(folder))
	process.Process.Signal(syscall.SIGHUP)
	time.Sleep(300 * time.Millisecond)
	if record := stateOfRun(t, folder); record.State != "running" {
		t.Errorf("run.json says %q", record.State)
	}
	process.Process.Signal(syscall.SIGTERM)
	mustStop(t, process, 1)
}

// TestTwoProcesses: a second process is refused while a run is alive and does it no harm; after kill -9 it continues at once.
func TestTwoProcesses(t *testing.T) {
	folder := filepath.Join(memoryFolder(t), "run")
	process := command(t, endless(folder)...)
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "checkpoint", hasCheckpoint(folder))
	for _, arguments := range [][]string{endless(folder, "--resume"), endless(folder)} {
		_, said := inProcess(t, 2, arguments...)
		if !strings.Contains(said, "is in use by a run") && !strings.Contains(said, "already holds a run") {
			t.Error(said)
		}
	}
	process.Process.Kill() // and no Wait: it is a zombie
	var said bytes.Buffer
	second := command(t, endless(folder, "--resume")...)
	second.Stderr = &said
	asked := time.Now()
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "record of the second process", func() bool { return len(stateOfRun(t, folder).Earlier) == 1 })
	if took := time.Since(asked); took > 30*time.Second {
		t.Errorf("it took %v to go on", took)
	}
	second.Process.Signal(syscall.SIGTERM)
	mustStop(t, second, 1)
	process.Wait()
	record := stateOfRun(t, folder)
	if record.State != "interrupted" || record.Earlier[0].State != "killed" || record.Resumed == nil || record.Resumed.Epoch < 1 {
		t.Errorf("%+v", record)
	}
	history, err := run.Folder{Path: folder}.History()
	if err != nil {
		t.Fatal(err)
	}
	for i, metrics := range history {
		if metrics.Epoch != i {
			t.Fatalf("line %d of metrics.jsonl is of epoch %d", i+1, metrics.Epoch)
		}
	}
}

// TestStoppedCommands: commands that only compute end at a signal too.
func TestStoppedCommands(t *testing.T) {
	for name, arguments := range map[string][]string{
		"bench":    {"bench", "--n", "2000", "--batch", "100", "--steps", "50", "--engines", "tape"},
		"clusters": endless(filepath.Join(t.TempDir(), "run"), "--set", "task.dimension=2", "--set", "task.clusters=3000", "--set", "task.noise=0.005", "--set", "task.max_tries=10000000"),
		"graph":    {"graph", "--set", "task.dimension=2", "--set", "task.clusters=1000", "--set", "task.max_tries=10000000"},
	} {
		t.Run(name, func(t *testing.T) {
			process := command(t, arguments...)
			var said bytes.Buffer
			process.Stderr = &said
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			process.Process.Signal(syscall.SIGTERM)
			mustStop(t, process, 1)
			if !strings.Contains(said.String(), "interrupted") {
				t.Error(said.String())
			}
		})
	}
}

// TestOutputThatCannotBeWritten: data that got lost on its way is an error, said unless its reader went away.
func TestOutputThatCannotBeWritten(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	var said bytes.Buffer
	process := command(t, "version")
	process.Stdout, process.Stderr = full, &said
	process.Run()
	if process.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), "no space left on device") {
		t.Errorf("%v: %s", process.ProcessState, said.String())
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	defer writer.Close()
	said.Reset()
	process = command(t, "presets")
	process.Stdout, process.Stderr = writer, &said
	process.Run()
	if process.ProcessState.ExitCode() != 1 || said.Len() > 0 {
		t.Errorf("%v: %s", process.ProcessState, said.String())
	}
}
