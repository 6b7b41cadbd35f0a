package train_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// throughTime is a problem of a fraction of a second of a task through time with its defaults.
func throughTime(t *testing.T, kind, cell string) train.Config {
	t.Helper()
	c := small.Config()
	c.Task.Kind, c.Network.Cell, c.Network.Input, c.Network.Noise = kind, cell, graph.TrainedInput, 0.01
	c.Network.Units, c.Network.Coupling = 12, 1
	c.Training.Samples, c.Training.Epochs, c.Training.ValidationSamples, c.Training.ClipNorm = 20, 2, 24, 1
	if c.Validate() != nil { // it asks for values
		c.Training.Loss = graph.MeanSquaredError
	}
	return c
}

// kindsThroughTime lists the tasks that draw their trials.
func kindsThroughTime() []string {
	var kinds []string
	for _, kind := range train.TaskKinds() {
		if kind != train.ClustersKind && kind != train.PointsKind && kind != train.SequencesKind {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// TestTasks: every task trains with every cell, its score is measured, and a run that is stopped and resumed ends in the bytes of
// an uninterrupted one.
func TestTasks(t *testing.T) {
	for _, kind := range kindsThroughTime() {
		for _, cell := range graph.CellNames() {
			t.Run(kind+"/"+cell, func(t *testing.T) {
				t.Parallel()
				c := throughTime(t, kind, cell)
				if _, layered, _ := c.Network.Layers(); layered {
					if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "network.cell = "+cell) {
						t.Errorf("layers that take inputs at all times: %v", err)
					}
					return
				}
				want, _ := small.Run(t, t.TempDir(), c, false)
				folder := t.TempDir()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if _, _, err := (run.Folder{Path: folder}).Run(ctx, small.Experiment(t, c), false, small.StopAfter{At: 1, Cancel: cancel}); !errors.Is(err, train.ErrInterrupted) {
					t.Fatalf("the run was not stopped: %v", err)
				}
				got, warnings := small.Run(t, folder, c, true)
				if !bytes.Equal(got, want) || len(warnings) > 0 {
					t.Errorf("the resumed run ends in other bytes; warnings %v", warnings)
				}
				history, err := run.Folder{Path: folder}.History()
				if err != nil || len(history) != 3 {
					t.Fatalf("%d epochs, error %v", len(history), err)
				}
				for _, m := range history {
					if m.Accuracy < 0 || m.Accuracy > 1 || m.ValidationLoss <= 0 {
						t.Errorf("epoch %d: score %g, loss %g", m.Epoch, m.Accuracy, m.ValidationLoss)
					}
				}
				if history[2].ValidationLoss == history[0].ValidationLoss {
					t.Error("training changed nothing")
				}
			})
		}
	}
}

// TestTaskRecordings: a recording has a state at every time, outputs where they are asked, and what is known of its samples.
func TestTaskRecordings(t *testing.T) {
	for _, kind := range kindsThroughTime() {
		e := small.Experiment(t, throughTime(t, kind, graph.Leaky))
		recorded, err := e.Record(e.Initial)
		if err != nil {
			t.Fatal(kind, err)
		}
		plan, batch := e.Plan(), e.MeasuringBatch()
		if len(recorded.H) != plan.Steps || len(recorded.Outputs) != len(plan.Asked()) || len(recorded.Variables) == 0 {
			t.Errorf("%s: %d states, %d outputs, variables %v", kind, len(recorded.H), len(recorded.Outputs), recorded.Variables)
		}
		if rows, columns := recorded.Outputs[0].Dims(); rows != e.Config.Measures.Samples || columns != plan.Outputs {
			t.Errorf("%s: outputs are %d x %d", kind, rows, columns)
		}
		// An output of a recording is the readout of the state at its time: W h + b2.
		var o mat.Dense
		outputs := plan.Outputs
		w := mat.NewDense(outputs, e.Config.Network.Units, graph.Values(e.Initial.Tensor(graph.ReadoutWeights)))
		o.Mul(recorded.H[plan.Asked()[0]], w.T())
		if !mat.EqualApprox(&o, recorded.Outputs[0], 1e-5) { // b2 is zero before training; float32
			t.Errorf("%s: the outputs are not those of the states", kind)
		}
		if score := e.Task.Score(recorded.Outputs, batch); score < 0 || score > 1 {
			t.Errorf("%s: score %g", kind, score)
		}
	}
}

// TestTaskFaults: faults of a task's settings have their keys, and so has a loss that does not suit it.
func TestTaskFaults(t *testing.T) {
	for _, want := range []struct {
		settings []train.Setting
		fault    string
	}{
		{[]train.Setting{{Key: "task.kind", Value: "decision"}, {Key: "task.decision.stimulus", Value: 0}}, "task.decision.stimulus = 0: must be from 1 to 1000 steps"},
		{[]train.Setting{{Key: "task.kind", Value: "sine"}}, "training.loss = cross_entropy: must be a loss of values, such as mse, where task.kind is sine"},
		{[]train.Setting{{Key: "task.kind", Value: "sine"}, {Key: "task.decision.stimulus", Value: 5}}, "task.kind = sine: must be decision where settings of task.decision are given"},
		{[]train.Setting{{Key: "task.kind", Value: "flipflop"}}, "task.kind = flipflop: must be one of clusters, points"},
		{[]train.Setting{{Key: "task.kind", Value: "decision"}, {Key: "training.readouts", Value: "3,4"}}, "training.readouts = 3,4: must be empty"},
		{[]train.Setting{{Key: "task.kind", Value: "decision"}, {Key: "training.samples", Value: 1 << 40}}, "training.samples = 1099511627776: must be lower"},
	} {
		c := train.DefaultConfig()
		err := c.Apply(want.settings...)
		if err == nil {
			err = c.Validate()
		}
		if err == nil || !strings.Contains(err.Error(), want.fault) {
			t.Errorf("%v: %v, want %q", want.settings, err, want.fault)
		}
	}
	c := train.DefaultConfig()
	if err := c.Set("task.decision.stimuli", 3); err == nil || !strings.Contains(err.Error(), `did you mean "task.decision.stimulus"`) {
		t.Errorf("a mistyped key: %v", err)
	}
}

// TestTaskSettingsGoRound: settings of a task survive YAML, and differ in differences and fingerprints.
func TestTaskSettingsGoRound(t *testing.T) {
	c := throughTime(t, "decision", graph.GRU)
	before := c
	if err := c.Apply(train.Setting{Key: "task.decision.coherences", Value: "10,20"}, train.Setting{Key: "task.decision.noise", Value: 0.3}); err != nil {
		t.Fatal(err)
	}
	text, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again := train.DefaultConfig()
	if err := again.ApplyYAML(text); err != nil || again != c {
		t.Errorf("%+v became %+v: %v", c, again, err)
	}
	if differences := c.Differences(before); len(differences) != 2 || c.Fingerprint() == before.Fingerprint() {
		t.Errorf("differences %q", differences)
	}
}
