//go:build linux

package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var smallRun = []string{
	"--set", "task.dimension=6", "--set", "task.clusters=12", "--set", "network.units=40", "--set", "training.evaluation_step=3",
	"--set", "training.samples=600", "--set", "training.validation_samples=40", "--set", "measures.samples=36", "--set", "measures.steps=4",
	"--set", "training.checkpoint.every=1",
}

// TestKillAndResume kills a run without warning and lets it go on: its weights are those of a run that
// was never killed, byte for byte.
func TestKillAndResume(t *testing.T) {
	folder := t.TempDir()
	whole, killed := filepath.Join(folder, "whole"), filepath.Join(folder, "killed")
	arguments := func(output string, more ...string) []string {
		return append(append(append([]string{"run"}, smallRun...), "--set", "training.epochs=60", "-o", output), more...)
	}
	if out, err := command(t, arguments(whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for i, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL} {
		more := []string{}
		if i > 0 {
			more = append(more, "--resume")
		}
		process := command(t, arguments(killed, more...)...)
		var stderr bytes.Buffer
		process.Stderr = &stderr
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		checkpoints := filepath.Join(killed, "checkpoints", "*.safetensors")
		known, _ := filepath.Glob(checkpoints)
		deadline := time.Now().Add(20 * time.Second)
		for newest := strings.Join(known, ""); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if now, _ := filepath.Glob(checkpoints); len(now) > 1 && strings.Join(now, "") != newest {
				break
			}
		}
		if err := process.Process.Signal(signal); err != nil {
			t.Fatalf("signal %v came too late: %v", signal, err)
		}
		err := process.Wait()
		if err == nil {
			t.Fatalf("the run ended before signal %v", signal)
		}
		if signal == syscall.SIGTERM && !strings.Contains(stderr.String(), "interrupted") {
			t.Errorf("SIGTERM: %v: %s", err, stderr.String())
		}
	}
	if out, err := command(t, arguments(killed, "--resume")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"weights.safetensors", "metrics.jsonl"} {
		want, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(killed, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from an uninterrupted run", name)
		}
	}
}

// TestDiskFull writes into a file system of a few kilobytes.
func TestDiskFull(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=16k"); err != nil {
		t.Skipf("mounting a tmpfs needs root: %v", err)
	}
	defer syscall.Unmount(folder, 0)
	output := filepath.Join(folder, "run")
	var stderr bytes.Buffer
	arguments := append(append([]string{"run"}, smallRun...), "--set", "training.epochs=2", "-o", output)
	if status := execute(context.Background(), arguments, &bytes.Buffer{}, &stderr); status != 2 {
		t.Errorf("exit status %d, want 2", status)
	}
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "no space left on device; free some space or choose another folder with -o") {
		t.Errorf("the last message is %q", last)
	}
	filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".safetensors") || strings.HasPrefix(entry.Name(), ".") && path != folder {
			t.Errorf("%s was left half-written", path)
		}
		return nil
	})
}

// TestReadOnlyFolder: permissions do not stop root, a read-only file system does.
func TestReadOnlyFolder(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_RDONLY, "size=16k"); err != nil {
		t.Skipf("mounting a tmpfs needs root: %v", err)
	}
	defer syscall.Unmount(folder, 0)
	var stderr bytes.Buffer
	arguments := append(append([]string{"run"}, smallRun...), "-o", filepath.Join(folder, "run"))
	if status := execute(context.Background(), arguments, &bytes.Buffer{}, &stderr); status != 2 {
		t.Errorf("exit status %d, want 2", status)
	}
	if !strings.Contains(stderr.String(), "read-only file system; choose a folder you may write to with -o") {
		t.Errorf("message %q", stderr.String())
	}
}
