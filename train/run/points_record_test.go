package run_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// tableOfThree returns 60 rows of three inputs in two classes.
func tableOfThree() string {
	rows := strings.Split(strings.TrimSpace(small.TwoClasses(30, 30, 1)), "\n")
	for i := range rows {
		first := fmt.Sprint(i*i%17) + ","
		if i == 0 {
			first = "w,"
		}
		rows[i] = first + rows[i]
	}
	return strings.Join(rows, "\n") + "\n"
}

// withoutColumn returns a table without one of its columns.
func withoutColumn(table string, column int) string {
	rows := strings.Split(strings.TrimSpace(table), "\n")
	for i, row := range rows {
		fields := strings.Split(row, ",")
		rows[i] = strings.Join(append(fields[:column:column], fields[column+1:]...), ",")
	}
	return strings.Join(rows, "\n") + "\n"
}

// TestRunsKnowTheirPoints: run.json records what was read; a file that has changed is refused when its run is measured
// and when it is resumed, and accepted again once it is restored.
func TestRunsKnowTheirPoints(t *testing.T) {
	table := tableOfThree()
	c := small.OwnPoints(t, table)
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, c, false)
	want := run.PointsRecord{File: c.Task.Points, SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(table))), Samples: 60, Inputs: 3, Classes: 2}
	if got := recordOf(t, folder.Path).Points; got == nil || *got != want {
		t.Fatalf("run.json has %+v, want %+v", got, want)
	}
	more := c
	more.Training.Epochs = 2
	for name, test := range map[string]struct{ table, difference string }{
		"a changed value":  {strings.Replace(table, "\n1,", "\n2,", 1), "(the same numbers of samples, inputs, classes and clusters, but other content; SHA-256 " + want.SHA256 + ", now "},
		"a cut row":        {table[:strings.LastIndex(strings.TrimSpace(table), "\n")+1], "(60 samples, now 59; SHA-256 "},
		"a dropped column": {withoutColumn(table, 0), "(3 inputs, now 2; SHA-256 "},
	} {
		write(t, c.Task.Points, test.table)
		_, measured := folder.Experiment(t.Context())
		_, _, resumed := folder.Run(t.Context(), small.Experiment(t, more), true, train.Silent{})
		for command, err := range map[string]error{"measured": measured, "resumed": resumed} {
			var changed *run.PointsChangedError
			if !errors.As(err, &changed) || changed.File != c.Task.Points || changed.Folder != folder.Path || !strings.Contains(err.Error(), test.difference) ||
				!strings.Contains(err.Error(), "restore the old file, or train again in another folder (-o)") {
				t.Errorf("%s, %s: %v", name, command, err)
			}
		}
	}

	write(t, c.Task.Points, withoutColumn(table, 3)) // the labels
	_, err := folder.Experiment(t.Context())
	var changed *run.PointsChangedError
	if !errors.As(err, &changed) || changed.Cause == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("without labels: %v", err)
	}

	write(t, c.Task.Points, table)
	if _, err := folder.Experiment(t.Context()); err != nil {
		t.Errorf("the file is what it was: %v", err)
	}
	small.Run(t, folder.Path, more, true)
	if got := recordOf(t, folder.Path).Points; got == nil || *got != want {
		t.Errorf("after resuming run.json has %+v, want %+v", got, want)
	}
}

// TestRunsWithoutARecordOfTheirPoints: those of older programs are measured and resumed with what the file holds.
func TestRunsWithoutARecordOfTheirPoints(t *testing.T) {
	c := small.OwnPoints(t, tableOfThree())
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, c, false)
	text, err := os.ReadFile(folder.RunFile())
	if err != nil {
		t.Fatal(err)
	}
	var record map[string]any
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	delete(record, "points")
	if text, err = json.Marshal(record); err != nil {
		t.Fatal(err)
	}
	write(t, folder.RunFile(), string(text))
	write(t, c.Task.Points, strings.Replace(tableOfThree(), "\n1,", "\n2,", 1))
	if _, err := folder.Experiment(t.Context()); err != nil {
		t.Errorf("measured: %v", err)
	}
	c.Training.Epochs = 2
	if _, warnings := small.Run(t, folder.Path, c, true); len(warnings) > 0 {
		t.Errorf("resumed: %v", warnings)
	}
}

// TestPointsThatAreNotFound: a file that is not at its relative path is read where the run found it, if it is still the same; the
// error of a relative path names the folder in which it was looked for, and that of a run the
// folder in which the file was.
func TestPointsThatAreNotFound(t *testing.T) {
	c := small.OwnPoints(t, tableOfThree())
	home, elsewhere := filepath.Dir(c.Task.Points), t.TempDir()
	t.Chdir(home)
	c.Task.Points = "points.csv"
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, c, false)
	t.Chdir(elsewhere)
	e, err := folder.Experiment(t.Context())
	if err != nil || e.Config.Task.Points != "points.csv" || e.Own.Samples != 60 ||
		!strings.Contains(fmt.Sprint(e.Own.Doubts), "points.csv is not in this folder; read from "+filepath.Join(home, "points.csv")) {
		t.Fatalf("read by the recorded path: %v, %v", e, err)
	}
	table, err := os.ReadFile(filepath.Join(home, "points.csv"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, "points.csv"), string(table)+"1,2,3,go\n") // another file now
	_, made := train.NewExperiment(t.Context(), c)
	_, measured := folder.Experiment(t.Context())
	for _, err := range []error{made, measured} {
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "looked for as "+filepath.Join(elsewhere, "points.csv")) {
			t.Errorf("%v", err)
		}
	}
	if !strings.Contains(measured.Error(), folder.Path+" was trained on "+filepath.Join(home, "points.csv")) {
		t.Errorf("%v", measured)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
