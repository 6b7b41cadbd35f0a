package measure_test

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestMeasuresDoNotDependOnWorkers: everything that is measured, and its order, is the same on one and on several goroutines.
func TestMeasuresDoNotDependOnWorkers(t *testing.T) {
	folder := small.Run(t, func(*train.Config) {})
	measured := func(threads int) *measure.Measurements {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		m, err := measure.Run(t.Context(), folder, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	one, four := measured(1), measured(4)
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
		one, four measure.Representation
	}{{measure.Before, one.Before, four.Before}, {measure.After, one.After, four.After}} {
		want, got := append(stage.one.Further, measure.Series{Name: "ed", Values: stage.one.ED}, measure.Series{Name: "lr", Values: stage.one.LRHeldOut}),
			append(stage.four.Further, measure.Series{Name: "ed", Values: stage.four.ED}, measure.Series{Name: "lr", Values: stage.four.LRHeldOut})
		if !slices.EqualFunc(want, got, func(a, b measure.Series) bool {
			return a.Name == b.Name && slices.EqualFunc(a.Values, b.Values, same)
		}) {
			t.Errorf("%s: %v on four goroutines, %v on one", stage.name, got, want)
		}
	}
}

// TestExpansionsAreOfTheCurves: the numbers next to random expansions are those of the curves at the evaluation step.
func TestExpansionsAreOfTheCurves(t *testing.T) {
	m, err := measure.Run(t.Context(), small.Run(t, func(*train.Config) {}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range m.Expansions {
		names = append(names, e.Representation)
		of, found := map[string]measure.Representation{"states before": m.Before, "states after": m.After}[e.Representation]
		if !found {
			continue
		}
		step := m.Config.Training.EvaluationStep
		if got := e.Numbers["ed"]; got != of.ED[step] {
			t.Errorf("%s: ed %v, in the curve %v", e.Representation, got, of.ED[step])
		}
		for _, curve := range of.Further {
			if got, listed := e.Numbers[curve.Name]; listed && got != curve.Values[step] {
				t.Errorf("%s: %s %v, in the curve %v", e.Representation, curve.Name, got, curve.Values[step])
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
