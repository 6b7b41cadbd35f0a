//go:build linux

package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// TestArrayLimit: a sweep of more tasks than Slurm takes in an array is refused before anything is written or
// submitted, with the chunk that fits; then one task makes a chunk of runs.
//
// Source: facebookincubator/submitit issue 1624, where jobs above the limit of an array could not be packed.
func TestArrayLimit(t *testing.T) {
	folder := memoryFolder(t)
	t.Setenv("PATH", folder)
	for name, text := range map[string]string{
		"scontrol": "echo 'MaxArraySize            = 3'", "sbatch": `echo "$@" >"${0%/*}/submitted"; echo 7`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	spec, output := filepath.Join(folder, "sweep.yaml"), filepath.Join(folder, "sweep")
	if err := os.WriteFile(spec, []byte(smallSweep+"grid: {realisation: [0, 1, 2, 3, 4]}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, said := inProcess(t, 2, "sweep", "-c", spec, "-o", output, "--slurm")
	if want := "5 runs in chunks of 1 make an array of 5 tasks, and Slurm accepts 3 (MaxArraySize); put several runs into each task with --chunk 2 or more"; !strings.Contains(said, want) {
		t.Errorf("the messages are %q, want %q", said, want)
	}
	for _, path := range []string{output, filepath.Join(folder, "submitted")} {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", path, err)
		}
	}
	if out, _ := inProcess(t, 0, "sweep", "-c", spec, "-o", output, "--slurm", "--chunk", "2"); out != "7\n" {
		t.Errorf("the job is %q", out)
	}
	script, err := os.ReadFile(filepath.Join(output, "slurm", "job.sh"))
	if err != nil || !strings.Contains(string(script), "--array=0-2\n") {
		t.Errorf("the job is\n%s, %v", script, err)
	}
	for task, want := range []int{2, 4, 5} {
		inProcess(t, 0, "sweep", "work", output, "--chunk", "2", "--task", fmt.Sprint(task))
		if done := finished(output); len(done) != want {
			t.Errorf("after task %d %d runs are done, want %d", task, len(done), want)
		}
	}
	if _, said := inProcess(t, 0, "sweep", "-o", output, "--resume", "--slurm"); !strings.Contains(said, "nothing is left to do") {
		t.Errorf("the messages are %q", said)
	}
}

// TestArrayLimitUnknown: where Slurm cannot be asked, a job of more than a thousand tasks is written with a warning of
// its usual limit.
func TestArrayLimitUnknown(t *testing.T) {
	folder := memoryFolder(t)
	t.Setenv("PATH", folder)
	spec := filepath.Join(folder, "sweep.yaml")
	for _, runs := range []int{sweep.UsualArraySize, sweep.UsualArraySize + 1} {
		text := smallSweep + "grid: {realisation: [0"
		for i := 1; i < runs; i++ {
			text += fmt.Sprintf(", %d", i)
		}
		text += "]}\n"
		if err := os.WriteFile(spec, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, said := inProcess(t, 0, "sweep", "-c", spec, "-o", filepath.Join(folder, fmt.Sprint(runs)), "--slurm", "--dry-run")
		if warned := strings.Contains(said, "with --chunk 2 or more, unless the limit is raised"); warned != (runs > sweep.UsualArraySize) {
			t.Errorf("%d runs: the messages are %q", runs, said)
		}
	}
}
