package measure_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// quiet is a monitor that says nothing.
type quiet struct{}

func (quiet) Started(sweep.Run, int) {}

func (quiet) Ended(sweep.Run, error) {}

// TestSelect: a run counts once, by whatever name; a sweep stands for its finished runs.
func TestSelect(t *testing.T) {
	folder := small.Run(t, func(*train.Config) {})
	other := small.Run(t, func(c *train.Config) { c.Realisation = 1 })
	link, copied := filepath.Join(t.TempDir(), "link"), filepath.Join(t.TempDir(), "copy")
	if err := os.Symlink(folder.Path, link); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(folder.Path)); err != nil {
		t.Fatal(err)
	}
	selection, err := measure.Select([]string{folder.Path, other.Path, folder.Path + "/", link, copied})
	if err != nil {
		t.Fatal(err)
	}
	if len(selection.Runs) != 2 || len(selection.Notes) != 3 || !strings.Contains(selection.Notes[2], "is a copy of "+folder.Path) {
		t.Errorf("runs %v, notes %q", selection.Runs, selection.Notes)
	}

	first, err := folder.Config()
	if err != nil {
		t.Fatal(err)
	}
	second := first
	second.Realisation = 1
	of := sweep.Folder{Path: t.TempDir()}
	if _, err := of.Create(sweep.NewPlan("", "", []train.Config{first, second}), nil, false); err != nil {
		t.Fatal(err)
	}
	var none *measure.NoneFinishedError
	if _, err := measure.Select([]string{of.Path}); !errors.As(err, &none) || !strings.Contains(err.Error(), "2 of the 2 runs") {
		t.Errorf("a sweep without finished runs: %v", err)
	}
	plan, err := of.Plan()
	if err != nil {
		t.Fatal(err)
	}
	o := sweep.DefaultOptions()
	o.Workers = 1
	stop := errors.New("this run has to fail")
	err = of.Work(t.Context(), plan.Runs, o, func(ctx context.Context, f run.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
		if run.Config.Realisation == 1 {
			return nil, stop
		}
		return (&measure.Maker{Recorder: func(train.Config) train.Recorder { return train.Silent{} }}).Execute(ctx, f, run, resume)
	}, quiet{})
	var failed *sweep.RunsError
	if !errors.As(err, &failed) || failed.Failed != 1 {
		t.Fatalf("working on the sweep: %v", err)
	}
	selection, err = measure.Select([]string{of.Path, folder.Path})
	if err != nil {
		t.Fatal(err)
	}
	if len(selection.Runs) != 1 || selection.Runs[0].Path != of.Run(plan.Runs[0].ID).Path || len(selection.Notes) != 2 ||
		!strings.Contains(selection.Notes[0], "1 of the 2 runs") || !strings.Contains(selection.Notes[0], "failed") || !strings.Contains(selection.Notes[0], stop.Error()) {
		t.Errorf("runs %v, notes %q", selection.Runs, selection.Notes)
	}
	if _, err := measure.Select([]string{t.TempDir()}); !errors.Is(err, run.ErrNoRun) {
		t.Errorf("an empty folder: %v", err)
	}
	empty, waiting := t.TempDir(), sweep.Folder{Path: t.TempDir()}
	if _, err := waiting.Create(sweep.NewPlan("", "", []train.Config{first, second}), nil, false); err != nil {
		t.Fatal(err)
	}
	selection, err = measure.Select([]string{empty, folder.Path, waiting.Path})
	if err != nil {
		t.Fatal(err)
	}
	if left := selection.LeftOut; len(selection.Runs) != 1 || len(left) != 2 || left[0].Run != empty || !errors.Is(left[0].Err, run.ErrNoRun) ||
		left[1].Run != waiting.Path || !errors.As(left[1].Err, &none) {
		t.Errorf("runs %v, left out %v", selection.Runs, left)
	}
	if _, err := measure.Select([]string{empty, waiting.Path}); !errors.Is(err, run.ErrNoRun) || !errors.As(err, &none) {
		t.Errorf("an empty folder and a sweep without finished runs: %v", err)
	}
}
