package report_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// decide changes a configuration to that of a small network that decides which of two streams is stronger.
func decide(t *testing.T) func(c *train.Config) {
	return func(c *train.Config) {
		c.Task.Kind, c.Network.Cell, c.Network.Coupling, c.Network.Mixing = "decision", graph.Leaky, 1, 1
		c.Network.Input, c.Network.Leak, c.Network.Units = graph.TrainedInput, 0.5, 12
		c.Training.Epochs, c.Training.Samples, c.Training.Batch, c.Training.Optimiser.LearningRate = 6, 400, 20, 5e-3
		c.Measures.Samples = 200
		if err := c.Apply(train.Setting{Key: "task.decision.coherences", Value: "0,20,80"}, train.Setting{Key: "task.decision.stimulus", Value: 6}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnalysisOfADecision: all tables and charts of a task that begins with a fixation, at which all states are the same; choices
// add up, and the network chooses by the evidence.
func TestAnalysisOfADecision(t *testing.T) {
	m, err := measure.Run(t.Context(), small.Run(t, decide(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	result := &measure.Table{}
	result.Add(m)
	folder := t.TempDir()
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"trial.svg", "trial.png", "psychometric_coherence.svg", "decode_coherence.svg", "decode_direction.svg", "fixed_points.svg", "distances.svg"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}
	header, rows := table(t, filepath.Join(folder, "choices.csv"))
	if want := "d,g,stage,realisation,variable,value,samples,score,choice,share,context,run"; strings.Join(header, ",") != want {
		t.Errorf("columns of choices.csv are %q, want %q", header, want)
	}
	number := func(text string) float64 {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	sums, samples, right := map[string]float64{}, 0.0, map[string]float64{}
	for _, row := range rows {
		if row["stage"] == measure.After {
			sums[row["variable"]+row["value"]] += number(row["share"])
			if row["variable"] == "coherence" && row["choice"] == "right" {
				samples += number(row["samples"])
				right[row["value"]] = number(row["share"])
			}
		}
	}
	for group, sum := range sums {
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("shares of the choices of %q add up to %v", group, sum)
		}
	}
	if len(right) != 5 || samples != 200 || right["-80%"] > 0.1 || right["+80%"] < 0.9 {
		t.Errorf("shares of right by coherence %v of %v samples", right, samples)
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Score of the task", "choices right", "decision, leaky", ">stimulus<", "chance"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the report has no %q", want)
		}
	}
	if len(m.Exploration.Clouds) == 0 || m.Exploration.Clouds[0].Scores[0][0][0] != 0 {
		t.Error("the panel has no states, or some that differ during the fixation")
	}
	trial := m.Answers[1].Trial
	if last := len(trial.Outputs[0]) - 1; !math.IsNaN(trial.Targets[0][0]) || math.Abs(trial.Outputs[0][last]+trial.Outputs[1][last]-1) > 1e-9 ||
		trial.Targets[0][last]+trial.Targets[1][last] != 1 {
		t.Errorf("targets %v and outputs %v", trial.Targets, trial.Outputs)
	}
	if _, points := table(t, filepath.Join(folder, "fixed_points.csv")); len(points) == 0 || points[0]["component_3"] == "" {
		t.Errorf("fixed points %v", points)
	}
}

// TestFixedPointsUnderInput: a constant input moves the fixed points, and one of another length is refused.
func TestFixedPointsUnderInput(t *testing.T) {
	folder := small.Run(t, decide(t))
	points := func(input data.List) measure.FixedPoint {
		m, err := measure.RunUnder(t.Context(), folder, &input, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Config.Measures.Input != input || len(m.Dynamics[1].FixedPoints) == 0 || len(m.Dynamics[1].Local) != 0 {
			t.Fatalf("input %q: %+v", m.Config.Measures.Input, m.Dynamics[1])
		}
		return m.Dynamics[1].FixedPoints[0]
	}
	left, right := points("1,1,0"), points("1,0,1")
	if !left.Fixed || !right.Fixed || math.Abs(left.Scores[0]-right.Scores[0]) < 0.1 {
		t.Errorf("evidence for left and for right end at %+v and %+v", left, right)
	}
	short := data.List("1,1")
	var fault *data.FieldError
	if _, err := measure.RunUnder(t.Context(), folder, &short, nil); !errors.As(err, &fault) || !strings.Contains(err.Error(), "3 finite numbers") {
		t.Errorf("two numbers for three inputs: %v", err)
	}
}

// TestAnalysisOfSequences: the user's own sequences, of several lengths, have trials and choices at the last time that is asked, and no d.
func TestAnalysisOfSequences(t *testing.T) {
	const samples, steps = 60, 6
	inputs := array.Array{Shape: []int{samples, steps, 2}}
	labels, lengths := array.Array{Shape: []int{samples}}, array.Array{Shape: []int{samples}}
	for s := range samples {
		for k := range steps {
			inputs.Float64 = append(inputs.Float64, float64(s%2), float64((s*7+k*5)%11)/11)
		}
		labels.Int64, lengths.Int64 = append(labels.Int64, int64(s%2)), append(lengths.Int64, int64(steps-s%3))
	}
	var content bytes.Buffer
	if err := npy.EncodeArchive(&content, map[string]array.Array{"inputs": inputs, "labels": labels, "lengths": lengths}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "own.npz")
	if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := measure.Run(t.Context(), small.Run(t, func(c *train.Config) {
		c.Task.Sequences, c.Network.Cell, c.Network.Input = path, graph.GRU, graph.TrainedInput
		c.Training.Samples, c.Training.Batch, c.Training.Epochs, c.Training.ValidationSamples = 40, 10, 10, 10
		c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate, c.Measures.Samples = "adam", 1e-2, 12
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	result := &measure.Table{}
	result.Add(m)
	folder := t.TempDir()
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	_, rows := table(t, filepath.Join(folder, "choices.csv"))
	if len(rows) < 4 || rows[0]["d"] != "" || rows[0]["samples"] != "12" {
		t.Errorf("choices %v", rows)
	}
	if score := m.Answers[1].All.Score; score < 0.9 {
		t.Errorf("score %v", score)
	}
	if _, err := os.Stat(filepath.Join(folder, "trial.svg")); err != nil {
		t.Error(err)
	}
	if page, err := os.ReadFile(filepath.Join(folder, "report.html")); err != nil || !strings.Contains(string(page), "Loss on the samples of your file that are kept for validation") {
		t.Errorf("the page does not say on which samples the loss is (%v)", err)
	}
	if name := measure.Name(m.Config); name != "sequences, gru" {
		t.Errorf("messages name the network %q", name)
	}
}
