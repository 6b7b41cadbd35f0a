//go:build linux

package command

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestSweepStops: a sweep that loses its terminal, or whoever reads its messages, stops as one that is interrupted: with
// a checkpoint, and a state that is true.
func TestSweepStops(t *testing.T) {
	for name, stop := range map[string]func(process *os.Process, messages *os.File) error{
		"interrupt":    func(p *os.Process, _ *os.File) error { return p.Signal(os.Interrupt) },
		"terminate":    func(p *os.Process, _ *os.File) error { return p.Signal(syscall.SIGTERM) },
		"hang up":      func(p *os.Process, _ *os.File) error { return p.Signal(syscall.SIGHUP) },
		"closed error": func(_ *os.Process, messages *os.File) error { return messages.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			folder := sweep.Folder{Path: filepath.Join(memoryFolder(t), "sweep")}
			spec := filepath.Join(filepath.Dir(folder.Path), "sweep.yaml")
			// Long enough that the runs last until the next message, ten seconds later, on a fast machine.
			text := strings.Replace(longSweep, "epochs: 100", "epochs: 10000", 1) + "grid: {realisation: [0, 1, 2, 3, 4, 5, 6, 7]}\n"
			if err := os.WriteFile(spec, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			read, written, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			process := command(t, "sweep", "-c", spec, "-o", folder.Path, "--workers", "1")
			process.Stderr = written
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			defer process.Process.Kill()
			written.Close()
			checkpoints := filepath.Join(folder.Path, "state", "*", "attempt-000001", "checkpoints", "*")
			waitFor(t, "checkpoint", func() bool { found, _ := filepath.Glob(checkpoints); return len(found) > 1 })
			if err := stop(process.Process, read); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- process.Wait() }()
			select {
			case <-ended:
			case <-time.After(40 * time.Second):
				t.Fatal("it does not stop")
			}
			if status := process.ProcessState.ExitCode(); status != 1 {
				t.Errorf("%v, want exit status 1", process.ProcessState)
			}
			plan, err := folder.Plan()
			if err != nil {
				t.Fatal(err)
			}
			counts := map[sweep.State]int{}
			for _, run := range plan.Runs {
				s, err := folder.State(run.ID)
				if err != nil {
					t.Fatal(err)
				}
				counts[s.State]++
			}
			// A closed pipe is noticed at the next message, which may come between two runs.
			if found, _ := filepath.Glob(checkpoints); counts[sweep.Interrupted] > 0 && len(found) == 0 || counts[sweep.Running] > 0 ||
				counts[sweep.Done] == len(plan.Runs) || counts[sweep.Interrupted] == 0 && name != "closed error" {
				t.Errorf("states %v, %d checkpoints", counts, len(found))
			}
			notes, _ := filepath.Glob(filepath.Join(folder.Path, "state", "*", "ended-000001.json"))
			if len(notes) != counts[sweep.Interrupted] {
				t.Errorf("%d attempts have noted their end, states %v", len(notes), counts)
			}
			records, _ := filepath.Glob(filepath.Join(folder.Path, "state", "*", "attempt-000001", "run.json"))
			for _, path := range records {
				if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"state": "interrupted"`) {
					t.Errorf("run.json is %s, %v", text, err)
				}
			}
		})
	}
}
