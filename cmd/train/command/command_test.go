package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// command starts this test binary as the program.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	heedSignals()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "train") // the test binary acts as the program of its own name
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// heedSignals lets child processes meet signals that this one was started to ignore, as a script's background jobs and nohup are:
// a signal that is caught here has its default effect there.
var heedSignals = sync.OnceFunc(func() {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
})

// inProcess runs the program in this process.
func inProcess(t *testing.T, wanted int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, messages bytes.Buffer
	if status := execute(context.Background(), args, &out, &messages); status != wanted {
		t.Fatalf("%v: exit status %d, want %d: %s", args, status, wanted, messages.String())
	}
	return out.String(), messages.String()
}

// finished lists the tables of the runs of a sweep that are done.
func finished(folder string) map[string]os.FileInfo {
	found := map[string]os.FileInfo{}
	paths, _ := filepath.Glob(filepath.Join(folder, "runs", "*", "values.csv"))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			found[path] = info
		}
	}
	return found
}

// memoryFolder returns a folder in memory where there is one: these tests write thousands of small files, each
// of which waits for the disk elsewhere.
func memoryFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "sweep-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}
