package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train"
)

// PointsRecord is what run.json records of the user's points or sequences. task.classes, task.clusters, task.dimension and the
// other settings of drawn clusters do not describe them and are kept apart: see [Provenance].
type PointsRecord struct {
	File     string `json:"file"`             // absolute path
	SHA256   string `json:"sha256,omitempty"` // of the file's content; empty if it was a pipe
	Samples  int    `json:"samples"`
	Steps    int    `json:"steps,omitempty"` // of sequences
	Inputs   int    `json:"inputs"`
	Classes  int    `json:"classes"`
	Clusters int    `json:"clusters"` // 0 if every class is one cluster
}

// ownRecord returns what run.json records of the user's points or sequences, nil where samples are drawn.
func ownRecord(e *train.Experiment) *PointsRecord {
	var record *PointsRecord
	switch {
	case e.Own != nil:
		o := e.Own
		record = &PointsRecord{File: o.Origin.File, SHA256: o.Origin.SHA256, Samples: o.Samples, Inputs: o.Inputs, Classes: len(o.Classes), Clusters: o.Clusters}
	case e.Sequences != nil:
		o := e.Sequences
		record = &PointsRecord{File: o.Origin.File, SHA256: o.Origin.SHA256, Samples: o.Sequences, Steps: o.Steps, Inputs: o.Inputs, Classes: o.Classes, Clusters: o.Conditions}
	default:
		return nil
	}
	if file, err := filepath.Abs(record.File); err == nil { // without a working directory: the path as given
		record.File = file
	}
	return record
}

// differences lists how the contents of the file have changed: "60 samples, now 59". Its path may differ.
func (r *PointsRecord) differences(now *PointsRecord) []string {
	var differences []string
	for _, count := range []struct {
		name        string
		before, now int
	}{
		{"samples", r.Samples, now.Samples}, {"steps", r.Steps, now.Steps}, {"inputs", r.Inputs, now.Inputs},
		{"classes", r.Classes, now.Classes}, {"clusters", r.Clusters, now.Clusters},
	} {
		if count.before != count.now {
			differences = append(differences, fmt.Sprintf("%d %s, now %d", count.before, count.name, count.now))
		}
	}
	if r.SHA256 != now.SHA256 && r.SHA256 != "" && now.SHA256 != "" {
		if len(differences) == 0 {
			differences = append(differences, "the same numbers of samples, inputs, classes and clusters, but other content")
		}
		differences = append(differences, digests(r.SHA256, now.SHA256))
	}
	return differences
}

func digests(before, now string) string { return fmt.Sprintf("SHA-256 %s, now %s", before, now) }

// PointsChangedError says that the file of a run's points no longer holds what the run was trained on.
type PointsChangedError struct {
	Folder      string
	File        string   // as task.points names it
	Differences []string // "60 samples, now 59"
	Cause       error    // why the present file cannot be used, or nil
}

func (e *PointsChangedError) Error() string {
	text := fmt.Sprintf("run: %s was changed since %s was trained on it (%s); restore the old file, or train again in another folder (-o)",
		e.File, e.Folder, strings.Join(e.Differences, "; "))
	if e.Cause != nil {
		cause, _, _ := strings.Cut(e.Cause.Error(), "\n")
		text += "; the present file cannot be used: " + cause
	}
	return text
}

// Unwrap returns the cause.
func (e *PointsChangedError) Unwrap() error { return e.Cause }

// sources is what run.json records of the origin of a run's samples.
type sources struct {
	Replaced []string      `json:"replaced"`
	Points   *PointsRecord `json:"points"` // nil for drawn clusters and for runs of older programs
}

func (f Folder) sources() (sources, error) {
	var known sources
	return known, f.readRecord(&known)
}

// mustBeMadeOf returns the error of a run that would resume with other points or parts than it started with.
func (f Folder) mustBeMadeOf(e *train.Experiment) error {
	known, err := f.sources()
	if err != nil {
		return err
	}
	if !slices.Equal(known.Replaced, e.Replaced()) {
		return &train.ReplacedError{Folder: f.Path, Parts: known.Replaced}
	}
	return f.mustHold(known.Points, e)
}

// mustHold returns the error of an experiment whose points are not those of the record, which may be nil.
func (f Folder) mustHold(before *PointsRecord, e *train.Experiment) error {
	now := ownRecord(e)
	if before == nil || now == nil {
		return nil
	}
	if differences := before.differences(now); len(differences) > 0 {
		return &PointsChangedError{Folder: f.Path, File: e.Config.Task.OwnFile(), Differences: differences}
	}
	return nil
}

// whereOwnFileIs returns the configuration of a run with the path that the record of its points has, and a note of that, if the
// path of the configuration is relative to another folder, no file is there from here, and the recorded file still holds what the
// run was trained on. Else the configuration is as it was and the note nil.
func (f Folder) whereOwnFileIs(c train.Config, before *PointsRecord) (train.Config, error) {
	path := c.Task.OwnFile()
	if path == "" || before == nil || before.SHA256 == "" {
		return c, nil
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if now, err := files.Digest(before.File); err != nil || now != before.SHA256 {
		return c, nil
	}
	if c.Task.Points != "" {
		c.Task.Points = before.File
	} else {
		c.Task.Sequences = before.File
	}
	return c, fmt.Errorf("run: %s is not in this folder; read from %s, on which %s was trained (the same SHA-256)", path, before.File, f.Path)
}

// blamePoints returns the error of an experiment that cannot be recreated, with what has happened to its file of points.
func (f Folder) blamePoints(before *PointsRecord, path string, err error) error {
	if before == nil || path == "" {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("run: %s was trained on %s: %w", f.Path, before.File, err)
	}
	now, unread := files.Digest(path)
	if unread != nil || before.SHA256 == "" || now == before.SHA256 {
		return err
	}
	return &PointsChangedError{Folder: f.Path, File: path, Differences: []string{digests(before.SHA256, now)}, Cause: err}
}
