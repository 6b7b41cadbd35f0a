//go:build linux

package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// diskOf mounts a file system of its own on a folder.
func diskOf(t *testing.T, size string) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("mounting a tmpfs needs root: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, 0) })
	return folder
}

func remount(t *testing.T, folder string, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}

func writeSweep(t *testing.T, grid string) string {
	t.Helper()
	spec := filepath.Join(t.TempDir(), "sweep.yaml")
	if err := os.WriteFile(spec, []byte(smallSweep+"grid: {"+grid+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return spec
}

func tableOf(t *testing.T, folder string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	inProcess(t, 0, "sweep", "collect", folder, "-o", path)
	table, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestDiskFillsDuringSweep: a disk that fills up during a sweep ends it with a message that says what to do; finished runs stay
// unchanged; with room again all runs are made, each once, with the values of a sweep that was never disturbed.
func TestDiskFillsDuringSweep(t *testing.T) {
	const workers = "2"
	spec := writeSweep(t, "realisation: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], network.coupling: [20, 60, 100, 140, 180, 220, 260, 300]")
	whole := filepath.Join(memoryFolder(t), "whole")
	inProcess(t, 0, "sweep", "-c", spec, "-o", whole, "--workers", workers)

	disk := diskOf(t, "16m")
	output := filepath.Join(disk, "sweep")
	process := command(t, "sweep", "-c", spec, "-o", output, "--workers", workers)
	var said bytes.Buffer
	process.Stderr = &said
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "finished run", func() bool { return len(finished(output)) >= 5 })
	ballast := filepath.Join(disk, "ballast")
	file, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = file.Write(make([]byte, 1<<12))
	}
	file.Close()
	process.Wait()
	if process.ProcessState.ExitCode() != 2 || !strings.Contains(said.String(), "no space left on device; free some space or choose another folder with -o") {
		t.Errorf("exit status %d: %s", process.ProcessState.ExitCode(), said.String())
	}
	if strings.Contains(said.String(), "failed") {
		t.Errorf("a full disk is no fault of a run's: %s", said.String())
	}
	kept := finished(output)
	if len(kept) < 5 || len(kept) >= 80 {
		t.Fatalf("%d runs were finished when the disk was full", len(kept))
	}
	status, _ := inProcess(t, 0, "sweep", "status", output)
	if strings.Contains(status, "failed") {
		t.Errorf("status: %s", status)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	inProcess(t, 0, "sweep", "-o", output, "--resume", "--workers", workers)
	now := finished(output)
	for path, before := range kept {
		if after := now[path]; after == nil || !os.SameFile(before, after) {
			t.Errorf("%s was made again", path)
		}
	}
	if !bytes.Equal(tableOf(t, output), tableOf(t, whole)) {
		t.Error("the table differs from that of a sweep on a disk with room")
	}
}

// TestDiskFillsDuringRun: a disk that fills up ends a run with a message that says what to do, and run.json says how it
// ended; with room again the run continues from its checkpoint.
func TestDiskFillsDuringRun(t *testing.T) {
	disk := diskOf(t, "2m")
	folder := filepath.Join(disk, "run")
	process := command(t, endless(folder)...)
	var said bytes.Buffer
	process.Stderr = &said
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "checkpoint", hasCheckpoint(folder))
	ballast := filepath.Join(disk, "ballast")
	file, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = file.Write(make([]byte, 1<<12))
	}
	file.Close()
	mustStop(t, process, 2)
	if !strings.Contains(said.String(), "no space left on device; free some space or choose another folder with -o") {
		t.Error(said.String())
	}
	if record := stateOfRun(t, folder); record.State != "failed" || !strings.Contains(record.Error, "no space left") {
		t.Errorf("run.json says %q, %q", record.State, record.Error)
	}
	if history, err := (run.Folder{Path: folder}).History(); err != nil {
		t.Errorf("after %d epochs: %v", len(history), err)
	}
	if owner, held := (run.Folder{Path: folder}).Owner(); held {
		t.Errorf("%v still holds the folder", owner)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	second := command(t, endless(folder, "--resume")...)
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "record of the second process", func() bool { return len(stateOfRun(t, folder).Earlier) == 1 })
	second.Process.Signal(syscall.SIGTERM)
	mustStop(t, second, 1)
	if record := stateOfRun(t, folder); record.State != "interrupted" || record.Earlier[0].State != "failed" {
		t.Errorf("%+v", record)
	}
}

// TestReadOnlyRun: a run in a folder that can only be read is refused in a line that says what to do.
func TestReadOnlyRun(t *testing.T) {
	disk := diskOf(t, "2m")
	folder := filepath.Join(disk, "run")
	few := endless(folder, "--set", "training.epochs=1")
	inProcess(t, 0, few...)
	remount(t, disk, syscall.MS_RDONLY, "")
	defer remount(t, disk, 0, "")
	for _, arguments := range [][]string{endless(folder, "--resume"), endless(filepath.Join(disk, "other"))} {
		if _, said := inProcess(t, 2, arguments...); !strings.Contains(said, "read-only file system; choose a folder you may write to with -o") {
			t.Error(said)
		}
	}
}

// TestReadOnlySweep: a folder that can only be read is refused in a line that says what to do, and can be looked at and collected from.
func TestReadOnlySweep(t *testing.T) {
	spec := writeSweep(t, "realisation: [0, 1, 2]")
	disk := diskOf(t, "8m")
	output := filepath.Join(disk, "sweep")
	inProcess(t, 0, "sweep", "-c", spec, "-o", output)
	before := tableOf(t, output)
	more := writeSweep(t, "realisation: [0, 1, 2, 3]")
	remount(t, disk, syscall.MS_RDONLY, "")
	const advice = "read-only file system; choose a folder you may write to with -o"
	for _, arguments := range [][]string{
		{"sweep", "-c", more, "-o", output, "--resume"}, {"sweep", "-c", spec, "-o", filepath.Join(disk, "other")},
		{"sweep", "-c", more, "-o", output, "--resume", "--slurm", "--dry-run"}, {"sweep", "-c", more, "-o", output, "--resume", "--kubernetes", "--image", "x", "--claim", "y"},
	} {
		if _, said := inProcess(t, 2, arguments...); !strings.Contains(said, advice) {
			t.Errorf("%v: %s", arguments, said)
		}
	}
	if !bytes.Equal(tableOf(t, output), before) {
		t.Error("the table changed")
	}
	if status, _ := inProcess(t, 0, "sweep", "status", output); !strings.Contains(status, "3") {
		t.Errorf("status: %s", status)
	}
	remount(t, disk, 0, "")
	inProcess(t, 0, "sweep", "-c", more, "-o", output, "--resume")
	if done := finished(output); len(done) != 4 {
		t.Errorf("%d runs are finished, want 4", len(done))
	}
}
