package train_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// writeSequences writes 120 sequences of 3 to 6 steps whose class is the sign of the sum of their one input, with that sum so far
// as targets if valued.
func writeSequences(t *testing.T, path string, seed uint64, valued bool) {
	t.Helper()
	const samples, steps = 120, 6
	rng := data.Stream(seed, 0, "sequences", 0)
	inputs, targets := array.Array{Shape: []int{samples, steps, 1}}, array.Array{Shape: []int{samples, steps, 1}}
	labels, lengths := array.Array{Shape: []int{samples}}, array.Array{Shape: []int{samples}}
	for range samples {
		sum, length := 0.0, 3+rng.IntN(4)
		for time := range steps {
			value := rng.NormFloat64()
			if time >= length {
				value = math.NaN() // as padding often does
			}
			sum += value
			inputs.Float32, targets.Float64 = append(inputs.Float32, float32(value)), append(targets.Float64, sum)
			if time == length-1 {
				label := "down"
				if sum > 0 {
					label = "up"
				}
				labels.Text, lengths.Int64 = append(labels.Text, label), append(lengths.Int64, int64(length))
			}
		}
	}
	arrays := map[string]array.Array{"inputs": inputs, "labels": labels, "lengths": lengths}
	if valued {
		arrays["targets"] = targets
	}
	var content bytes.Buffer
	if err := npy.EncodeArchive(&content, arrays); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// sequencesConfig is a problem of a fraction of a second.
func sequencesConfig(t *testing.T, valued bool) train.Config {
	t.Helper()
	c := small.Config()
	c.Task.Sequences = filepath.Join(t.TempDir(), "own.npz")
	writeSequences(t, c.Task.Sequences, 1, valued)
	c.Network.Cell, c.Network.Input, c.Network.Units = graph.GRU, graph.TrainedInput, 16
	c.Training.Samples, c.Training.Epochs, c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate = 80, 30, "adam", 1e-2
	if valued {
		c.Training.Loss = graph.MeanSquaredError
	}
	return c
}

// TestOwnSequences: networks learn sequences of any length that they are given, classes and values, and runs resume bit-exact.
func TestOwnSequences(t *testing.T) {
	for _, valued := range []bool{false, true} {
		c := sequencesConfig(t, valued)
		want, _ := small.Run(t, t.TempDir(), c, false)
		folder := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		if _, _, err := (run.Folder{Path: folder}).Run(ctx, small.Experiment(t, c), false, small.StopAfter{At: 4, Cancel: cancel}); !errors.Is(err, train.ErrInterrupted) {
			t.Fatalf("the run was not stopped: %v", err)
		}
		if got, warnings := small.Run(t, folder, c, true); !bytes.Equal(got, want) || len(warnings) > 0 {
			t.Errorf("the resumed run ends in other bytes; warnings %v", warnings)
		}
		history, err := run.Folder{Path: folder}.History()
		if score := history[len(history)-1].Accuracy; err != nil || score < 0.85 {
			t.Errorf("values %v: score %g, error %v", valued, score, err)
		}
		var record struct {
			Config struct {
				Training struct {
					EvaluationStep int `json:"evaluation_step"`
				}
			}
			Points run.PointsRecord
		}
		text, err := os.ReadFile(run.Folder{Path: folder}.RunFile())
		if err == nil {
			err = json.Unmarshal(text, &record)
		}
		if p := record.Points; err != nil || p.Samples != 120 || p.Steps != 6 || p.Inputs != 1 || p.Classes != 2 || len(p.SHA256) != 64 || !filepath.IsAbs(p.File) {
			t.Errorf("run.json says %+v, error %v", record, err)
		}
		e, err := run.Folder{Path: folder}.Experiment(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if last := e.Config.EvaluationTime(); last != 5 {
			t.Errorf("the time of the evaluation is %d, want 5", last)
		}
		recorded, err := e.Record(e.Initial)
		if err != nil || len(recorded.H) != 6 || len(recorded.Labels) != 24 || len(recorded.Variables) != 2 {
			t.Errorf("a recording of %d steps and %d sequences, error %v", len(recorded.H), len(recorded.Labels), err)
		}
	}
}

// TestOwnSequencesAreSharedOut: no sequence for measures or validation is trained on, and none is measured twice.
func TestOwnSequencesAreSharedOut(t *testing.T) {
	c := sequencesConfig(t, false)
	c.Measures.Samples = 600
	e := small.Experiment(t, c)
	if o := e.Sequences; o.Training+o.Validation+o.Measures != 120 || o.Measured != o.Measures || !strings.Contains(o.String(), "120 sequences of 6 steps and 1 input, 2 classes, 2 conditions;") {
		t.Errorf("%s", o)
	}
	training := data.NewBatch(400, e.Plan())
	e.Task.Fill(training, data.Stream(1, 0, "any", 0))
	seen := map[float64]bool{}
	for i := range training.Len() {
		seen[training.Inputs[0].At(i, 0)] = true
	}
	measured := e.MeasuringBatch()
	if len(seen) != e.Sequences.Training || measured.Len() != e.Sequences.Measures {
		t.Errorf("400 draws bring %d of %d sequences; %d are measured", len(seen), e.Sequences.Training, measured.Len())
	}
	for i := range measured.Len() {
		first := measured.Inputs[0].At(i, 0)
		if seen[first] {
			t.Errorf("sequence %d of the measured ones is trained on, or comes twice", i)
		}
		seen[first] = true
	}
}

// TestChangedSequences: a run does not continue with another file.
func TestChangedSequences(t *testing.T) {
	c := sequencesConfig(t, false)
	c.Training.Epochs = 1
	folder := run.Folder{Path: t.TempDir()}
	small.Run(t, folder.Path, c, false)
	writeSequences(t, c.Task.Sequences, 2, false)
	var changed *run.PointsChangedError
	if _, err := folder.Experiment(t.Context()); !errors.As(err, &changed) || !strings.Contains(err.Error(), "the same numbers of samples") {
		t.Errorf("%v", err)
	}
	if err := os.Remove(c.Task.Sequences); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Experiment(t.Context()); err == nil || !strings.Contains(err.Error(), "own.npz") {
		t.Errorf("%v", err)
	}
}

// TestSequencesFaults: settings that do not suit the sequences are reported with their key.
func TestSequencesFaults(t *testing.T) {
	valued := sequencesConfig(t, true)
	for want, change := range map[string]func(c *train.Config){
		"training.loss = cross_entropy: must be a loss of values, such as mse, where task.kind is sequences": func(c *train.Config) { c.Training.Loss = graph.CrossEntropy },
		"task.sequences = \"\": must be the path of a file":                                                  func(c *train.Config) { c.Task.Kind, c.Task.Sequences = train.SequencesKind, "" },
		"must be empty where task.kind is sine":                                                              func(c *train.Config) { c.Task.Kind = "sine" },
		"task.points = p.csv: must be empty":                                                                 func(c *train.Config) { c.Task.Points = "p.csv" },
		"training.readouts = 2: must be empty":                                                               func(c *train.Config) { c.Training.Readouts = "2" },
		"must be times from 0 to 5": func(c *train.Config) {
			if err := errors.Join(c.Set("training.penalties.activity.strength", 0.1), c.Set("training.penalties.activity.times", "3,6")); err != nil {
				t.Fatal(err)
			}
		},
		"condition down has": func(c *train.Config) { // one sequence of a class
			var content bytes.Buffer
			c.Task.Sequences = filepath.Join(t.TempDir(), "few.npz")
			arrays := map[string]array.Array{
				"inputs": {Shape: []int{5, 2, 1}, Float64: make([]float64, 10)}, "labels": {Shape: []int{5}, Text: []string{"up", "down", "up", "up", "up"}}}
			if err := errors.Join(npy.EncodeArchive(&content, arrays), os.WriteFile(c.Task.Sequences, content.Bytes(), 0o644)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		c := valued
		change(&c)
		if _, err := train.NewExperiment(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
