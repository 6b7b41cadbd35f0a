package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
)

// TestBarsEndWithoutTheirNetworks: bars of networks that were interrupted, on a terminal, do not keep the program from ending.
func TestBarsEndWithoutTheirNetworks(t *testing.T) {
	var stderr bytes.Buffer
	p := newProgram(&bytes.Buffer{}, &stderr)
	p.terminal = true
	ended := make(chan struct{})
	go func() {
		shown := p.newProgress(2, 20)
		c := train.DefaultConfig()
		recorder := shown.Network(c)
		recorder.Epoch(train.EpochMetrics{Epoch: 1})
		recorder.(*networkProgress).Measuring("fixed points after training", 0.5)
		shown.stop()
		alone := p.startMeasuring("run 1 of 1")
		alone.show("fixed points after training", 0.5)
		alone.stop()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the bars wait for networks that were given up")
	}
}

// TestMeasuringInLines: without a terminal, a line now and then names step, share and time left.
func TestMeasuringInLines(t *testing.T) {
	var stderr bytes.Buffer
	p := newProgram(&bytes.Buffer{}, &stderr)
	m := p.startMeasuring("run 2 of 3")
	m.show("intrinsic dimension before training", 0.1)
	m.lastLine = m.lastLine.Add(-lineEvery)
	m.show("fixed points after training", 0.75)
	m.show("", 1)
	m.stop()
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if len(lines) != 1 || !strings.Contains(lines[0], "run 2 of 3: 75 % measured, fixed points after training, 0s left") {
		t.Errorf("told %q", lines)
	}
}

// TestProgressAfterResume: epochs that were trained before count as done, but tell nothing of the time that is left.
func TestProgressAfterResume(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		p := newProgram(&bytes.Buffer{}, &bytes.Buffer{})
		p.terminal = terminal
		c := train.DefaultConfig()
		c.Training.Epochs = 100
		shown := p.newProgress(2, 200)
		resumed, whole := shown.Network(c).(*networkProgress), shown.Network(c).(*networkProgress)
		resumed.Resumed(98)
		whole.Resumed(100) // and is only to be measured
		if left := shown.left(); shown.finished != 198 || left != "time left unknown" {
			t.Errorf("%d of 200 epochs, %s", shown.finished, left)
		}
		shown.started = time.Now().Add(-time.Minute)
		resumed.Epoch(train.EpochMetrics{Epoch: 99})
		if left := shown.left(); shown.finished != 199 || left != "1m0s left" {
			t.Errorf("%d of 200 epochs, %s; one epoch took a minute", shown.finished, left)
		}
		resumed.Epoch(train.EpochMetrics{Epoch: 100})
		if left := shown.left(); shown.finished != 200 || left != "0s left" {
			t.Errorf("%d of 200 epochs, %s", shown.finished, left)
		}
		if terminal && shown.total.Current() != 200 {
			t.Errorf("the bar is at %d of 200", shown.total.Current())
		}
		shown.stop()
	}
}

// TestScoreName: what a network is scored by is called accuracy only where it is one.
func TestScoreName(t *testing.T) {
	for settings, want := range map[string]string{
		"{}":                               "accuracy",
		"{task.points: mine.csv}":          "accuracy",
		"{task.kind: flip_flop}":           "bits right",
		"{task.sequences: mine.npz}":       "score",
		"{task.kind: sine, seed: 1}":       "1 - normalised squared error",
		"{task.kind: working_memory}":      "answers within 20 degrees",
		"{task: {kind: context_decision}}": "choices right",
	} {
		c := train.DefaultConfig()
		if err := c.ApplyYAML([]byte(settings)); err != nil {
			t.Fatal(err)
		}
		if got := scoreName(c); got != want {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}
