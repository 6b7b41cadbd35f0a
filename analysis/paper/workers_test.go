package paper_test

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestMeasuresDoNotDependOnWorkers: everything that is measured, and its order, is the same on one and on several goroutines.
func TestMeasuresDoNotDependOnWorkers(t *testing.T) {
	folder := exportedRun(t, func(*train.Config) {})
	measure := func(threads int) *paper.Measurements {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		m, err := paper.MeasureFolder(t.Context(), folder, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	one, four := measure(1), measure(4)
	for _, part := range []struct {
		name      string
		one, four any
	}{
		{"warnings", one.Warnings, four.Warnings}, {"dynamics", one.Dynamics, four.Dynamics},
		{"exploration", one.Exploration, four.Exploration}, {"snapshots", one.Snapshots, four.Snapshots},
	} {
		want, err := json.Marshal(part.one)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(part.four); err != nil || string(got) != string(want) {
			t.Errorf("%s: %s on four goroutines, %s on one (%v)", part.name, got, want, err)
		}
	}
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	for _, stage := range []struct {
		name      string
		one, four paper.Representation
	}{{paper.Before, one.Before, four.Before}, {paper.After, one.After, four.After}} {
		want, got := append(stage.one.Further, paper.NamedCurve{Measure: "ed", Values: stage.one.ED}, paper.NamedCurve{Measure: "lr", Values: stage.one.LRHeldOut}),
			append(stage.four.Further, paper.NamedCurve{Measure: "ed", Values: stage.four.ED}, paper.NamedCurve{Measure: "lr", Values: stage.four.LRHeldOut})
		if !slices.EqualFunc(want, got, func(a, b paper.NamedCurve) bool {
			return a.Measure == b.Measure && slices.EqualFunc(a.Values, b.Values, same)
		}) {
			t.Errorf("%s: %v on four goroutines, %v on one", stage.name, got, want)
		}
	}
}

// TestExpansionsAreOfTheCurves: the numbers beside random expansions are those of the curves at the evaluation step.
func TestExpansionsAreOfTheCurves(t *testing.T) {
	m, err := paper.MeasureFolder(t.Context(), exportedRun(t, func(*train.Config) {}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range m.Expansions {
		names = append(names, e.Representation)
		of, found := map[string]paper.Representation{"states before": m.Before, "states after": m.After}[e.Representation]
		if !found {
			continue
		}
		step := m.Config.Training.EvaluationStep
		if got := e.Numbers["ed"]; got != of.ED[step] {
			t.Errorf("%s: ed %v, in the curve %v", e.Representation, got, of.ED[step])
		}
		for _, curve := range of.Further {
			if got, listed := e.Numbers[curve.Measure]; listed && got != curve.Values[step] {
				t.Errorf("%s: %s %v, in the curve %v", e.Representation, curve.Measure, got, curve.Values[step])
			}
		}
		if e.Numbers["class_capacity"] == 0 {
			t.Errorf("%s: no class capacity among %v", e.Representation, e.Numbers)
		}
	}
	if want := []string{"input", "random linear", "random tanh", "states before", "states after"}; !slices.Equal(names, want) {
		t.Errorf("representations %q, want %q", names, want)
	}
}
