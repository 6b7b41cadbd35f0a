//go:build linux

package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// stopAt is a recorder that ends a context at an epoch.
type stopAt struct {
	epoch int
	stop  context.CancelFunc
}

func (s stopAt) Epoch(metrics train.EpochMetrics) {
	if metrics.Epoch == s.epoch {
		s.stop()
	}
}

type noMonitor struct{}

func (noMonitor) Started(sweep.Run, int) {}
func (noMonitor) Ended(sweep.Run, error) {}

// damagedSweep has snapshots after epochs 1, 2 and 5, and checkpoints after each.
const damagedSweep = `
base:
  task: {dimension: 4, clusters: 8}
  network: {units: 12}
  training: {evaluation_step: 2, samples: 20, epochs: 7, validation_samples: 20, checkpoint: {every: 1}}
  measures: {samples: 32, steps: 3, splits: 2}
grid: {realisation: [0]}
`

// deadProcess is a number above all that Linux gives to processes.
const deadProcess = `"process":4194305`

// TestDamagedAttempt cuts off every file of an attempt that was stopped, and of what tells of it, or removes it: the
// sweep goes on and gives the table of one that nothing disturbed.
func TestDamagedAttempt(t *testing.T) {
	scratch := memoryFolder(t)
	spec, folder := filepath.Join(scratch, "sweep.yaml"), sweep.Folder{Path: filepath.Join(scratch, "stopped")}
	if err := os.WriteFile(spec, []byte(damagedSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(scratch, "table.csv")
	collect := func(folder string) []byte {
		t.Helper()
		inProcess(t, 0, "sweep", "collect", folder, "-o", table)
		text, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	inProcess(t, 0, "sweep", "-c", spec, "-o", filepath.Join(scratch, "whole"))
	whole := collect(filepath.Join(scratch, "whole"))

	inProcess(t, 0, "sweep", "-c", spec, "-o", folder.Path, "--slurm", "--dry-run")
	plan, err := folder.Plan()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	maker := &measure.Maker{Recorder: func(train.Config) train.Recorder { return stopAt{5, stop} }}
	if err := folder.Work(ctx, plan.Runs, sweep.DefaultOptions(), maker.Execute, noMonitor{}); !errors.Is(err, train.ErrInterrupted) {
		t.Fatal(err)
	}
	state := filepath.Join(folder.Path, "state", plan.Runs[0].ID)
	claim := filepath.Join(state, "claim-000001.json")
	text, err := os.ReadFile(claim)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`"process":\d+`).ReplaceAll(text, []byte(deadProcess))
	if err := os.WriteFile(claim, text, 0o644); err != nil {
		t.Fatal(err)
	}

	tried := 0
	try := func(what string, damage func(folder string) error) {
		t.Helper()
		tried++
		damaged := filepath.Join(scratch, fmt.Sprintf("damaged-%d", tried))
		if err := os.CopyFS(damaged, os.DirFS(folder.Path)); err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(damaged)
		if err := damage(damaged); err != nil {
			t.Fatal(err)
		}
		inProcess(t, 0, "sweep", "status", damaged)
		inProcess(t, 0, "sweep", "-o", damaged, "--resume", "--patience", "100ms")
		if !bytes.Equal(collect(damaged), whole) {
			t.Errorf("%s: the table has other bytes", what)
		}
	}
	err = filepath.WalkDir(state, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		relative, err := filepath.Rel(folder.Path, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lengths, lines := []int{0, len(text) / 2}, bytes.Count(text, []byte("\n"))
		if !strings.HasSuffix(path, ".safetensors") {
			for line := 1; line < lines; line += 1 + lines/8 {
				lengths = append(lengths, len(bytes.Join(bytes.SplitAfter(text, []byte("\n"))[:line], nil)))
			}
		}
		for _, length := range lengths {
			try(fmt.Sprintf("%s, %d of %d bytes", relative, length, len(text)), func(folder string) error {
				return os.WriteFile(filepath.Join(folder, relative), text[:length], 0o644)
			})
		}
		try(relative+", gone", func(folder string) error { return os.Remove(filepath.Join(folder, relative)) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases", tried)
	if tried < 40 {
		t.Error("these are too few")
	}
}

// TestDamagedRun: collect names the run, writes no table and says what to do, which then helps; what was there is kept.
func TestDamagedRun(t *testing.T) {
	scratch := memoryFolder(t)
	spec, folder := filepath.Join(scratch, "sweep.yaml"), sweep.Folder{Path: filepath.Join(scratch, "sweep")}
	if err := os.WriteFile(spec, []byte(smallSweep+"grid: {realisation: [0, 1, 2]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	inProcess(t, 0, "sweep", "-c", spec, "-o", folder.Path)
	table := filepath.Join(scratch, "table.csv")
	inProcess(t, 0, "sweep", "collect", folder.Path, "-o", table)
	whole, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := folder.Plan()
	if err != nil {
		t.Fatal(err)
	}
	id := plan.Runs[1].ID
	values := filepath.Join(folder.Run(id).Path, "values.csv")
	text, err := os.ReadFile(values)
	if err != nil {
		t.Fatal(err)
	}
	left := bytes.Join(bytes.SplitAfter(text, []byte("\n"))[:3], nil)
	if err := os.WriteFile(values, left, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	reason := fmt.Sprintf("values.csv has %d bytes, wanted %d", len(left), len(text))
	_, said := inProcess(t, 1, "sweep", "collect", folder.Path, "-o", table)
	if want := fmt.Sprintf("1 of 3 finished runs are damaged (%s: %s); `train sweep -o %s --resume` makes them again", id, reason, folder.Path); !strings.Contains(said, want) {
		t.Errorf("collect says %q, want %q", said, want)
	}
	if _, err := os.Stat(table); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a table: %v", err)
	}
	if out, _ := inProcess(t, 0, "sweep", "status", folder.Path); !strings.Contains(out, "3 runs: 1 damaged, 2 done\n"+id) || !strings.Contains(out, reason) {
		t.Errorf("status says %q", out)
	}
	for _, retry := range [][]string{{"--retry", "failed"}, nil} {
		_, said = inProcess(t, 0, append([]string{"sweep", "-o", folder.Path, "--resume"}, retry...)...)
		if made := "1 of 3 runs to do"; strings.Contains(said, made) != (retry != nil) || retry != nil && !strings.Contains(said, id+" is damaged ("+reason) {
			t.Errorf("%v says %q", retry, said)
		}
	}
	inProcess(t, 0, "sweep", "collect", folder.Path, "-o", table)
	if again, err := os.ReadFile(table); err != nil || !bytes.Equal(again, whole) {
		t.Errorf("the table has other bytes: %v", err)
	}
}
