package data_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// written is a user-defined task with configurable faults.
type written struct {
	plan data.Plan
	fill func(b *data.Batch)
}

func (w written) Name() string                            { return "mine" }
func (w written) Validate() error                         { return nil }
func (w written) Plan() data.Plan                         { return w.plan }
func (w written) Score([]*mat.Dense, *data.Batch) float64 { return 1 }
func (w written) Fill(b *data.Batch, rng *rand.Rand)      { w.fill(b) }
func sound(change func(p *data.Plan)) data.Plan {
	p := data.Plan{Inputs: 2, Outputs: 2, Steps: 4, Readouts: []int{2, 3}, Classes: true, Masked: true, Chance: 0.5}
	change(&p)
	return p
}

// TestCheckPlan checks that errors name the fault of a user's plan and the fix.
func TestCheckPlan(t *testing.T) {
	for want, change := range map[string]func(p *data.Plan){
		"": func(*data.Plan) {},
		"data: task mine: Plan.Readouts[1] is 4 in a trial of 4 steps; give times from 0 to 3, ascending":                                     func(p *data.Plan) { p.Readouts = []int{3, 4} },
		"data: task mine: Plan.Readouts[0] is -1 in a trial of 4 steps; give times from 0 to 3, ascending":                                    func(p *data.Plan) { p.Readouts = []int{-1} },
		"data: task mine: Plan.Readouts[1] is 2 in a trial of 4 steps; give times from 0 to 3, ascending":                                     func(p *data.Plan) { p.Readouts = []int{3, 2} },
		"data: task mine: Plan.InputTimes[0] is 9 in a trial of 4 steps; give times from 0 to 3, ascending":                                   func(p *data.Plan) { p.InputTimes = []int{9} },
		"data: task mine: nothing is asked at any time; list the times in Plan.Readouts, or leave it nil for all":                             func(p *data.Plan) { p.Readouts = []int{} },
		"data: task mine: a trial has 0 steps; set Plan.Steps to the number of times, 1 or more":                                              func(p *data.Plan) { p.Steps = 0 },
		"data: task mine: there are 0 inputs; set Plan.Inputs to the number of inputs, 1 or more":                                             func(p *data.Plan) { p.Inputs = 0 },
		"data: task mine: 2 inputs and 2 outputs have 3 and 0 names; name each, or none":                                                      func(p *data.Plan) { p.InputNames = []string{"a", "b", "c"} },
		"data: task mine: there are 1 outputs; set Plan.Outputs to 1 or more, where Plan.Classes is set to one for each of 2 classes or more": func(p *data.Plan) { p.Outputs = 1 },
	} {
		err := data.CheckPlan(written{plan: sound(change)})
		if got := text(err); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestCheckBatch checks that errors name the sample at fault.
func TestCheckBatch(t *testing.T) {
	values := func(p *data.Plan) { p.Classes = false }
	for want, test := range map[string]struct {
		plan   func(p *data.Plan)
		change func(b *data.Batch)
	}{
		"": {},
		"data: task mine, sample 1: the label is 2; let Fill set Labels to 0 to 1, one for each of Plan.Outputs":  {change: func(b *data.Batch) { b.Labels[1] = 2 }},
		"data: task mine, sample 2: the label is -1; let Fill set Labels to 0 to 1, one for each of Plan.Outputs": {change: func(b *data.Batch) { b.Labels[2] = -1 }},
		"data: task mine, sample 2: the label is -1; let Fill set Labels to 0 or more":                            {values, func(b *data.Batch) { b.Labels[2] = -1 }},
		"data: task mine, sample 0: the cluster is -3; let Fill number the clusters 0, 1, 2, ...":                 {change: func(b *data.Batch) { b.Clusters[0] = -3 }},
		"data: task mine, sample 3: it has the label 1, and sample 0 of the same cluster 0 the label 0; give all samples of a cluster one label, or set Clusters to finer conditions": {
			change: func(b *data.Batch) { b.Clusters[3] = 0 }},
		"data: task mine, sample 3: nothing is asked: the mask is 0 at all 2 readout times; let Fill set Masks above 0 at one of them, or draw no such sample": {
			change: func(b *data.Batch) { b.Masks[0][3], b.Masks[1][3] = 0, 0 }},
		"data: task mine, sample 1: the mask at t = 3 is NaN; let Fill set Masks to finite weights of 0 or more": {change: func(b *data.Batch) { b.Masks[1][1] = math.NaN() }},
		"data: task mine, sample 1: the mask at t = 2 is -1; let Fill set Masks to finite weights of 0 or more":  {change: func(b *data.Batch) { b.Masks[0][1] = -1 }},
		"data: task mine, sample 2: input 1 at t = 3 is NaN; fill finite numbers":                                {change: func(b *data.Batch) { b.Inputs[3].Set(2, 1, math.NaN()) }},
		"data: task mine, sample 2: target 0 at t = 2 is +Inf; fill finite numbers, such as 0 under a mask of 0": {values, func(b *data.Batch) { b.Targets[0].Set(2, 0, math.Inf(1)) }},
		`data: task mine, sample 0: the variable "side" is 2; fill kinds from 0 to 1, or declare more`:           {change: func(b *data.Batch) { b.Variable("side", 2)[0] = 2 }},
		`data: task mine: the variable "side" has 4 values for 4 samples, 2 kinds and 1 names; call Variable with the number of kinds and as many names, or none`: {
			change: func(b *data.Batch) { b.Variable("side", 2, "left") }},
		`data: task mine: Plan.Context "rule" is no variable of the samples; let Fill fill it by Batch.Variable, or leave Plan.Context empty`: {
			plan: func(p *data.Plan) { p.Context = "rule" }},
		"data: task mine: Fill changes the sizes of a batch of 4 samples; let Fill write into the matrices and slices of the batch, and replace or append none": {
			change: func(b *data.Batch) { b.Clusters = b.Clusters[:2] }},
	} {
		of := written{plan: sound(func(p *data.Plan) {
			if test.plan != nil {
				test.plan(p)
			}
		})}
		of.fill = func(b *data.Batch) {
			for i := range b.Len() {
				b.Labels[i], b.Clusters[i] = i%2, i%2
				b.Masks[0][i] = 1
			}
			if test.change != nil {
				test.change(b)
			}
		}
		b := data.NewBatch(4, of.Plan())
		of.Fill(b, nil)
		if got := text(data.CheckBatch(of, b)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestCheckScore: a score is between 0 and 1.
func TestCheckScore(t *testing.T) {
	for _, score := range []float64{math.NaN(), -0.1, 1.5, math.Inf(1)} {
		var fault *data.TaskError
		if err := data.CheckScore(written{}, score); !errors.As(err, &fault) || fault.Sample != -1 {
			t.Errorf("%g: %v", score, err)
		}
	}
	if err := errors.Join(data.CheckScore(written{}, 0), data.CheckScore(written{}, 1)); err != nil {
		t.Error(err)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
