// Package small gives tests runs of a fraction of a second.
package small

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Config is a problem of a fraction of a second.
func Config() train.Config {
	c := train.DefaultConfig()
	c.Task.Dimension, c.Task.Clusters, c.Task.Classes = 5, 12, 2
	c.Network.Units = 16
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples = 3, 60, 4, 50
	c.Training.Checkpoint.Every = 1
	c.Measures.Samples, c.Measures.Steps = 24, 5
	return c
}

// Experiment returns that of a configuration.
func Experiment(t testing.TB, c train.Config) *train.Experiment {
	t.Helper()
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Run trains in a folder and returns the file of weights and the warnings.
func Run(t testing.TB, folder string, c train.Config, resume bool) ([]byte, []error) {
	t.Helper()
	trainer, warnings, err := run.Folder{Path: folder}.Run(context.Background(), Experiment(t, c), resume, train.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	trainer.Close()
	weights, err := os.ReadFile(run.Folder{Path: folder}.WeightsFile())
	if err != nil {
		t.Fatal(err)
	}
	return weights, warnings
}

// StopAfter ends a context at an epoch, as a signal would in the middle of the next one.
type StopAfter struct {
	At     int
	Cancel context.CancelFunc
}

// Epoch stops at the epoch.
func (s StopAfter) Epoch(m train.EpochMetrics) {
	if m.Epoch == s.At {
		s.Cancel()
	}
}

// Set sets keys to values.
func Set(t testing.TB, c train.Config, settings ...string) train.Config {
	t.Helper()
	for i := 0; i < len(settings); i += 2 {
		if err := c.Set(settings[i], settings[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// OwnPoints returns a small configuration on a table of the given text.
func OwnPoints(t testing.TB, table string) train.Config {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	c := train.DefaultConfig()
	c.Task.Points, c.Network.Units = path, 8
	c.Training.EvaluationStep, c.Training.Samples, c.Training.Epochs = 2, 20, 1
	return c
}

// TwoClasses returns a table of two inputs in two classes, "go" and "stop", with so many rows of each.
func TwoClasses(first, second int, scale float64) string {
	var table strings.Builder
	table.WriteString("x,y,label\n")
	for i := range first + second {
		class := map[bool]string{true: "go", false: "stop"}[i < first]
		fmt.Fprintf(&table, "%g,%g,%s\n", scale*math.Sin(float64(7*i)), scale*math.Cos(float64(3*i)), class)
	}
	return table.String()
}

// PointsFile writes a table whose inputs are far from mean 0 and variance 1: 60 points of 2 classes around
// (offset, 10) and (offset + 4, 10).
func PointsFile(t testing.TB, offset float64) string {
	t.Helper()
	var text bytes.Buffer
	text.WriteString("x,y,label\n")
	for i := range 60 {
		fmt.Fprintf(&text, "%g,%g,%s\n", offset+4*float64(i%2)+0.01*float64(i*37%60), 10+0.02*float64(i*17%60), []string{"left", "right"}[i%2])
	}
	path := filepath.Join(t.TempDir(), "mine.csv")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
