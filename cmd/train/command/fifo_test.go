//go:build linux

package command

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestPipesWithoutAWriter: a command that waits for a pipe to be opened ends at the first signal, whichever of its files
// the pipe stands for.
func TestPipesWithoutAWriter(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"pipe", "pipe.csv", "pipe.npz"} {
		if err := syscall.Mkfifo(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spec := filepath.Join(folder, "sweep.yaml")
	if err := os.WriteFile(spec, []byte("base: {task.points: "+filepath.Join(folder, "pipe.csv")+"}\ngrid: {realisation: [0]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, output := filepath.Join(folder, "pipe"), filepath.Join(folder, "out")
	for name, arguments := range map[string][]string{
		"configuration":      {"run", "-c", pipe, "-o", output},
		"of a graph":         {"graph", "-c", pipe},
		"of an import":       {"import", pipe + ".npz", "-o", output},
		"points":             {"run", "--set", "task.points=" + pipe + ".csv", "-o", output},
		"sweep file":         {"sweep", "-c", pipe, "-o", output},
		"points of a sweep":  {"sweep", "-c", spec, "-o", output},
		"points of archives": {"graph", "--set", "task.points=" + pipe + ".npz"},
	} {
		t.Run(name, func(t *testing.T) {
			process := command(t, arguments...)
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			defer process.Process.Kill()
			time.Sleep(500 * time.Millisecond) // to reach the pipe; a signal before would end it too
			if err := process.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			started := time.Now()
			go func() { ended <- process.Wait() }()
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Fatal("it does not stop")
			}
			if status := process.ProcessState.ExitCode(); status != 1 {
				t.Errorf("%v after %v, want exit status 1", process.ProcessState, time.Since(started))
			}
			if _, err := os.Stat(output); err == nil {
				t.Error("an output is left behind")
			}
		})
	}
}
