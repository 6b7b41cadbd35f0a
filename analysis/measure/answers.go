package measure

import (
	"context"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Answers says how a network answers the measuring samples of a task through time at a stage.
type Answers struct {
	Stage  string
	All    KindAnswers // to all samples, whatever their variables
	ByKind []KindAnswers
	Trial  *Trial
}

// KindAnswers is the answers to the samples in which a variable has one value.
type KindAnswers struct {
	Variable, Value string
	Context         string // to those in which data.Plan.Context has this value too; empty for all
	Samples         int
	Score           float64 // from 0 to 1
	// Choices are the shares of samples whose output is the largest, one for each output; nil where outputs are not choices.
	Choices []float64
}

// Trial is the first measuring sample.
type Trial struct {
	Inputs  [][]float64 // D of T
	Targets [][]float64 // C of T, NaN where no output is asked for
	Outputs [][]float64 // C of T; shares of a softmax where the loss takes one; NaN where the network is not read out
}

// measuringBatch returns the measuring samples of a task through time, nil for samples that are shown once.
func measuringBatch(e *train.Experiment) *data.Batch {
	if e.Task == nil {
		return nil
	}
	return e.MeasuringBatch()
}

// answering returns a measure of what a network answers to the samples of a batch.
func answering(e *train.Experiment, batch *data.Batch, into map[string]*Answers) extra {
	return extra{steps: []string{stepAnswers}, measure: func(ctx context.Context, at *moment, trajectory *data.Trajectory, steps *meter) ([]Series, []error, error) {
		steps.begin(stepAnswers)
		plan := e.Plan()
		answers := func(variable, value string, rows []int) KindAnswers {
			outputs := make([]*mat.Dense, len(trajectory.Outputs))
			for i, all := range trajectory.Outputs {
				outputs[i] = rowsOf(all, rows)
			}
			some := batch.Subset(rows)
			of := KindAnswers{Variable: variable, Value: value, Samples: len(rows), Score: e.Task.Score(outputs, some)}
			if plan.Classes {
				of.Choices = choiceShares(outputs, some)
			}
			return of
		}
		rows := make([]int, batch.Len())
		for i := range rows {
			rows[i] = i
		}
		of := &Answers{Stage: at.stage, All: answers("", "", rows)}
		within := func(context string, rows []int) {
			for _, variable := range batch.Variables {
				if context != "" && variable.Name == plan.Context {
					continue
				}
				for kind, some := range byKind(variable, rows) {
					if len(some) > 0 {
						part := answers(variable.Name, variable.KindName(kind), some)
						part.Context = context
						of.ByKind = append(of.ByKind, part)
					}
				}
			}
		}
		within("", rows)
		for _, variable := range batch.Variables {
			if variable.Name == plan.Context {
				for kind, some := range byKind(variable, rows) {
					within(variable.KindName(kind), some)
				}
			}
		}
		var err error
		of.Trial, err = newTrial(e.Config.Training.Loss, plan, batch, trajectory)
		*into[at.stage] = *of
		return nil, nil, err
	}}
}

// byKind splits rows by the value that a variable has in them.
func byKind(v data.Variable, rows []int) [][]int {
	kinds := make([][]int, v.Kinds)
	for _, row := range rows {
		kinds[v.Values[row]] = append(kinds[v.Values[row]], row)
	}
	return kinds
}

// Trial returns the plan of a task through time, nil for samples that are shown once.
func (m *Measurements) Trial() *data.Plan {
	if m.Plan != nil {
		return m.Plan
	}
	return m.Config.Trial()
}

// choiceShares returns, for each output, the share of samples in which it is the largest at the last time at which they are asked; ties
// go to the first.
func choiceShares(outputs []*mat.Dense, batch *data.Batch) []float64 {
	samples, choices := outputs[0].Dims()
	shares := make([]float64, choices)
	for i := range samples {
		last := len(outputs) - 1
		for last > 0 && batch.Masks != nil && batch.Masks[last][i] == 0 {
			last--
		}
		shares[floats.MaxIdx(outputs[last].RawRowView(i))] += 1 / float64(samples)
	}
	return shares
}

// rowsOf returns some rows of a matrix.
func rowsOf(of *mat.Dense, rows []int) *mat.Dense {
	_, columns := of.Dims()
	chosen := mat.NewDense(len(rows), columns, nil)
	for i, row := range rows {
		chosen.SetRow(i, of.RawRowView(row))
	}
	return chosen
}

// newTrial returns the first sample of a batch with the network's outputs.
func newTrial(loss graph.LossName, plan data.Plan, batch *data.Batch, trajectory *data.Trajectory) (*Trial, error) {
	of, err := graph.LossNamed(loss)
	if err != nil {
		return nil, err
	}
	channels := func(count int, empty float64) [][]float64 {
		rows := make([][]float64, count)
		for i := range rows {
			rows[i] = slices.Repeat([]float64{empty}, plan.Steps)
		}
		return rows
	}
	t := &Trial{Inputs: channels(plan.Inputs, 0), Targets: channels(plan.Outputs, math.NaN()), Outputs: channels(plan.Outputs, math.NaN())}
	for i, time := range plan.Times() {
		for channel := range t.Inputs {
			t.Inputs[channel][time] = batch.Inputs[i].At(0, channel)
		}
	}
	target := make([]float64, plan.Outputs)
	for i, time := range plan.Asked() {
		outputs := slices.Clone(trajectory.Outputs[i].RawRowView(0))
		if plan.Classes {
			of.Target(target, batch.Labels[0])
			if loss == graph.CrossEntropy {
				softmax(outputs)
			}
		} else {
			copy(target, batch.Targets[i].RawRowView(0))
		}
		for channel := range t.Outputs {
			t.Outputs[channel][time] = outputs[channel]
			if !plan.Masked || batch.Masks[i][0] != 0 {
				t.Targets[channel][time] = target[channel]
			}
		}
	}
	return t, nil
}

// softmax replaces logits by the shares of their exponentials.
func softmax(logits []float64) {
	most := floats.LogSumExp(logits)
	for i := range logits {
		logits[i] = math.Exp(logits[i] - most)
	}
}

// Decoded is a variable of the measuring samples that is read from the states.
type Decoded struct {
	Variable string
	Chance   float64 // share of the most frequent value
}

// decodedVariables lists the variables of a batch, nil for none.
func decodedVariables(batch *data.Batch) []Decoded {
	if batch == nil {
		return nil
	}
	var list []Decoded
	for _, v := range batch.Variables {
		count := make([]int, v.Kinds)
		for _, value := range v.Values {
			count[value]++
		}
		list = append(list, Decoded{v.Name, float64(slices.Max(count)) / float64(len(v.Values))})
	}
	return list
}
