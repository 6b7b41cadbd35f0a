package task_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/task"
	"gonum.org/v1/gonum/mat"
)

// makers are all tasks that draw their trials.
var makers = []func() data.Task{
	task.NewFlipFlop, task.NewDecision, task.NewContextDecision, task.NewDelayedMatch, task.NewWorkingMemory, task.NewSine,
}

// with returns a task with some settings changed.
func with(t *testing.T, create func() data.Task, settings ...any) data.Task {
	t.Helper()
	of := create()
	var options data.Options
	for i := 0; i < len(settings); i += 2 {
		var err error
		if options, err = options.With(of.Name(), settings[i].(string), settings[i+1], create()); err != nil {
			t.Fatal(err)
		}
	}
	if err := options.Into(of.Name(), of); err != nil {
		t.Fatal(err)
	}
	return of
}

// filled returns samples of a task.
func filled(t *testing.T, of data.Task, samples int, seed uint64) *data.Batch {
	t.Helper()
	if err := of.Validate(); err != nil {
		t.Fatal(err)
	}
	b := data.NewBatch(samples, of.Plan())
	of.Fill(b, data.Stream(seed, 0, "trials", 0))
	return b
}

// each runs a test of every task with its defaults and, where delays can be drawn, with such.
func each(t *testing.T, test func(t *testing.T, of data.Task)) {
	for _, create := range makers {
		t.Run(create().Name(), func(t *testing.T) { test(t, create()) })
		for _, option := range data.OptionsOf(create()) {
			if option.Key == "shortest_delay" {
				t.Run(create().Name()+" of any delay", func(t *testing.T) { test(t, with(t, create, "shortest_delay", 0)) })
			}
		}
	}
}

// TestPlans: times and names fit the shapes.
func TestPlans(t *testing.T) {
	each(t, func(t *testing.T, of data.Task) {
		p := of.Plan()
		asked := p.Asked()
		if len(p.InputNames) != p.Inputs || len(p.OutputNames) != p.Outputs {
			t.Errorf("%d inputs have the names %q, %d outputs %q", p.Inputs, p.InputNames, p.Outputs, p.OutputNames)
		}
		if !slices.IsSorted(asked) || asked[0] < 0 || asked[len(asked)-1] != p.Steps-1 {
			t.Errorf("asked at %v of %d steps", asked, p.Steps)
		}
		for i, mark := range p.Marks {
			if mark.Time < 0 || mark.Time >= p.Steps || i > 0 && mark.Time <= p.Marks[i-1].Time {
				t.Errorf("marks %v in %d steps", p.Marks, p.Steps)
			}
		}
		if p.Chance < 0 || p.Chance >= 1 || p.Score == "" {
			t.Errorf("chance %g of %q", p.Chance, p.Score)
		}
	})
}

// TestFill: every sample gets inputs, targets and variables of the ranges that are declared, and the same stream gives the same.
func TestFill(t *testing.T) {
	each(t, func(t *testing.T, of data.Task) {
		const samples = 300
		b, p := filled(t, of, samples, 1), of.Plan()
		if !reflect.DeepEqual(b, filled(t, of, samples, 1)) {
			t.Error("one stream gave two batches")
		}
		if reflect.DeepEqual(b.Inputs, filled(t, of, samples, 2).Inputs) {
			t.Error("two streams gave one batch")
		}
		labels := map[int]int{} // by condition
		for i := range samples {
			shown, wanted := 0.0, 0.0
			for _, inputs := range b.Inputs {
				for _, v := range inputs.RawRowView(i) {
					shown += v * v
				}
			}
			for _, targets := range b.Targets {
				for _, v := range targets.RawRowView(i) {
					wanted += v * v
				}
			}
			if !(shown > 0) || math.IsInf(shown, 0) || !p.Classes && !(wanted > 0) {
				t.Fatalf("sample %d: squares of inputs add up to %g, of targets to %g", i, shown, wanted)
			}
			if label, ok := labels[b.Clusters[i]]; ok && label != b.Labels[i] {
				t.Fatalf("condition %d has the labels %d and %d", b.Clusters[i], label, b.Labels[i])
			}
			labels[b.Clusters[i]] = b.Labels[i]
			if p.Classes && (b.Labels[i] < 0 || b.Labels[i] >= p.Outputs) {
				t.Fatalf("label %d of %d outputs", b.Labels[i], p.Outputs)
			}
		}
		for _, v := range b.Variables {
			if len(v.Names) != v.Kinds || len(v.Values) != samples {
				t.Errorf("%s: %d values of %d kinds with names %q", v.Name, len(v.Values), v.Kinds, v.Names)
			}
			seen := make([]int, v.Kinds)
			for _, kind := range v.Values {
				seen[kind]++
			}
			if slices.Min(seen) < samples/v.Kinds/3 { // 300 draws of at most 12 kinds: 25 expected, 8 is 3.5 deviations below
				t.Errorf("%s: kinds come %v times", v.Name, seen)
			}
		}
	})
}

// answers returns outputs at the readout times of a batch: value is that of output c at a time.
func answers(p data.Plan, b *data.Batch, value func(time, sample, c int) float64) []*mat.Dense {
	var outputs []*mat.Dense
	for time := range p.Asked() {
		o := mat.NewDense(b.Len(), p.Outputs, nil)
		o.Apply(func(i, j int, _ float64) float64 { return value(time, i, j) }, o)
		outputs = append(outputs, o)
	}
	return outputs
}

// right is the answer that a batch asks for.
func right(b *data.Batch) func(time, sample, c int) float64 {
	return func(time, sample, c int) float64 {
		switch {
		case b.Targets != nil:
			return b.Targets[time].At(sample, c)
		case b.Labels[sample] == c:
			return 1
		}
		return 0
	}
}

// TestScores: the target answers score 1, those of a network that ignores its inputs score the plan's chance level.
func TestScores(t *testing.T) {
	each(t, func(t *testing.T, of data.Task) {
		const samples = 4000
		b, p := filled(t, of, samples, 3), of.Plan()
		if score := of.Score(answers(p, b, right(b)), b); score != 1 {
			t.Errorf("right answers score %g", score)
		}
		blind := func(_, _, c int) float64 { return 0.3 - 0.1*float64(c) }
		if of.Name() == "sine" { // the best it can do is the mean of what is asked
			mean := make([]float64, p.Steps)
			for time, targets := range b.Targets {
				mean[time] = mat.Sum(targets) / samples
			}
			blind = func(time, _, _ int) float64 { return mean[time] }
		}
		// Bits and choices deviate by 0.5/sqrt(4000) = 0.008, twice as much under the correlations of one flip-flop trial.
		if score := of.Score(answers(p, b, blind), b); math.Abs(score-p.Chance) > 0.03 {
			t.Errorf("a network that ignores its inputs scores %g, the plan says %g", score, p.Chance)
		}
		if p.Classes {
			wrong := right(b)
			if score := of.Score(answers(p, b, func(time, i, c int) float64 { return -wrong(time, i, c) }), b); score != 0 {
				t.Errorf("wrong answers score %g", score)
			}
		}
	})
}

// TestEverySettingMatters changes every setting of every task in turn.
func TestEverySettingMatters(t *testing.T) {
	others := map[string]any{"coherences": "10,20", "pulse_probability": 0.3, "lowest": 0.05, "highest": 0.12, "noise": 0.5, "tolerance": 90.0, "shortest_delay": 3}
	// shown is everything that a task shows and asks, and its score of half-correct answers, without the texts of its plan.
	shown := func(of data.Task) string {
		b, p := filled(t, of, 60, 4), of.Plan()
		wanted := right(b)
		halfRight := answers(p, b, func(time, i, c int) float64 { return wanted(time, i, c) + math.Sin(float64(100*time+10*i+c)) })
		text := fmt.Sprint(p.Readouts, b.Labels, b.Clusters, of.Score(halfRight, b))
		for _, v := range b.Variables {
			text += fmt.Sprint(v.Values)
		}
		for _, m := range slices.Concat(b.Inputs, b.Targets) {
			text += fmt.Sprint(m.RawMatrix().Data)
		}
		return text
	}
	for _, create := range makers {
		before := shown(create())
		for _, option := range data.OptionsOf(create()) {
			value, ok := others[option.Key]
			if !ok {
				value = option.Value.(int) + 1
			}
			settings := []any{option.Key, value}
			if after := shown(with(t, create, settings...)); after == before {
				t.Errorf("%s.%s = %v changed nothing", create().Name(), option.Key, value)
			}
		}
	}
}

// TestValidate: every setting has a range, and its fault has the setting's name.
func TestValidate(t *testing.T) {
	for _, create := range makers {
		for _, option := range data.OptionsOf(create()) {
			var bad []any
			switch option.Value.(type) {
			case int:
				bad = []any{-1, 1 << 40}
			case float64:
				bad = []any{-0.1, math.NaN(), math.Inf(1)}
			case data.List:
				bad = []any{"", "0", "-5,5", "5,5", "20,10", "50,150", "NaN", "5,x", strings.Repeat("1,", 60) + "2"}
			}
			for _, value := range bad {
				of := with(t, create, option.Key, value)
				faults := data.FieldErrors(of.Validate())
				if !slices.ContainsFunc(faults, func(e *data.FieldError) bool { return e.Field == option.Key }) {
					t.Errorf("%s.%s = %v: %v", of.Name(), option.Key, value, faults)
				}
			}
		}
	}
	for _, fault := range []data.Task{
		&task.Sine{Frequencies: 5, Lowest: 0.2, Highest: 0.1, Steps: 20},
		with(t, task.NewContextDecision, "coherences", "0,10"), // at which no choice is right
		with(t, task.NewDelayedMatch, "delay", 5),              // below shortest_delay
	} {
		if err := fault.Validate(); err == nil {
			t.Errorf("%+v is valid", fault)
		}
	}
}
