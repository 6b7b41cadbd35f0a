package data

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Task is a kind of task through time: its inputs, its targets, and the score of answers. A task is one file: a struct whose fields
// with a yaml tag are its settings, under task.NAME.KEY, and whose values do not change after [Task.Validate].
type Task interface {
	// Name is the value of task.kind.
	Name() string
	// Validate joins one [*FieldError] for every field that is out of its range.
	Validate() error
	// Plan returns the length of trials and the times and sizes of inputs and outputs.
	Plan() Plan
	// Fill fills every sample of a batch that [NewBatch] made from the plan and whose numbers are all zero.
	Fill(dst *Batch, rng *rand.Rand)
	// Score returns how well outputs, S x C at each readout time, answer the batch, from 0 to 1, such as the share of correct bits
	// or choices.
	Score(outputs []*mat.Dense, b *Batch) float64
}

// Plan is the shape of a task's trials.
type Plan struct {
	// Inputs is D, Outputs is C.
	Inputs, Outputs int
	// Steps is T: a trial has the times 0 .. T-1.
	Steps int
	// InputTimes are the times at which inputs enter, ascending; nil for all.
	InputTimes []int
	// Readouts are the times at which outputs are asked, ascending; nil for all.
	Readouts []int
	// Masked means that samples differ in which outputs count, see [Batch].Masks.
	Masked bool
	// Classes means that the outputs are one logit for each class, and that targets follow from labels.
	Classes bool
	// Chance is the score of a network that ignores its inputs.
	Chance float64
	// Score names the score, such as "bits right".
	Score string
	// InputNames and OutputNames are for figures; they may be nil.
	InputNames, OutputNames []string
	// Context names the variable that says which of the others count in a sample; answers by these are then compared within each of
	// its values instead of pooled. Empty for none.
	Context string
	// Marks are times that figures show, such as the onset of a stimulus.
	Marks []Mark
}

// Mark is a named time.
type Mark struct {
	Name string
	Time int
}

// allTimes returns 0 .. steps-1.
func allTimes(steps int) []int {
	times := make([]int, steps)
	for t := range times {
		times[t] = t
	}
	return times
}

// Times returns the times at which inputs enter.
func (p Plan) Times() []int {
	if p.InputTimes == nil {
		return allTimes(p.Steps)
	}
	return p.InputTimes
}

// Asked returns the times at which outputs are asked.
func (p Plan) Asked() []int {
	if p.Readouts == nil {
		return allTimes(p.Steps)
	}
	return p.Readouts
}

// Batch is samples of a task.
type Batch struct {
	Inputs    []*mat.Dense // one S x D for each of the plan's input times
	Targets   []*mat.Dense // one S x C for each of its readout times; nil if the plan has classes
	Masks     [][]float64  // S weights for each of its readout times, 0 where nothing is asked; nil if the plan is not masked
	Labels    []int        // S, class of each sample, or its substitute
	Clusters  []int        // S, cluster or condition of each sample: samples of one cluster have one label
	Variables []Variable   // further variables of each sample
	Lengths   []int        // S, steps of each sample, followed by padding; nil if all have T
	FileRows  []int        // S, row of each sample in the user's file, from 0 without a header; nil if samples are generated
}

// Variable is a property of each sample that measures decode and group by: a stimulus, a choice, a context.
type Variable struct {
	Name   string
	Values []int // S, 0 .. Kinds-1
	Kinds  int
	Names  []string // of the kinds; may be nil
}

// KindName returns the name of a value, or its number if it has none.
func (v *Variable) KindName(kind int) string {
	return nameOf(v.Names, kind)
}

// NewBatch returns a zeroed batch for samples of a plan.
func NewBatch(samples int, p Plan) *Batch {
	b := &Batch{Labels: make([]int, samples), Clusters: make([]int, samples)}
	for range p.Times() {
		b.Inputs = append(b.Inputs, mat.NewDense(samples, p.Inputs, nil))
	}
	for range p.Asked() {
		if !p.Classes {
			b.Targets = append(b.Targets, mat.NewDense(samples, p.Outputs, nil))
		}
		if p.Masked {
			b.Masks = append(b.Masks, make([]float64, samples))
		}
	}
	return b
}

// Len returns the number of samples S.
func (b *Batch) Len() int { return len(b.Labels) }

// Subset returns copies of some samples.
func (b *Batch) Subset(rows []int) *Batch {
	chosen := &Batch{Labels: picked(b.Labels, rows), Clusters: picked(b.Clusters, rows)}
	for _, of := range []struct {
		from []*mat.Dense
		to   *[]*mat.Dense
	}{{b.Inputs, &chosen.Inputs}, {b.Targets, &chosen.Targets}} {
		for _, all := range of.from {
			_, columns := all.Dims()
			some := mat.NewDense(len(rows), columns, nil)
			for i, row := range rows {
				some.SetRow(i, all.RawRowView(row))
			}
			*of.to = append(*of.to, some)
		}
	}
	for _, mask := range b.Masks {
		chosen.Masks = append(chosen.Masks, picked(mask, rows))
	}
	chosen.Variables = pickedVariables(b.Variables, rows)
	if b.Lengths != nil {
		chosen.Lengths = picked(b.Lengths, rows)
	}
	if b.FileRows != nil {
		chosen.FileRows = picked(b.FileRows, rows)
	}
	return chosen
}

func pickedVariables(variables []Variable, rows []int) (some []Variable) {
	for _, v := range variables {
		v.Values = picked(v.Values, rows)
		some = append(some, v)
	}
	return some
}

func picked[T any](values []T, rows []int) []T {
	some := make([]T, len(rows))
	for i, row := range rows {
		some[i] = values[row]
	}
	return some
}

// Clear sets every number to zero and removes variables, lengths and rows of a file.
func (b *Batch) Clear() {
	for _, inputs := range b.Inputs {
		inputs.Zero()
	}
	for _, targets := range b.Targets {
		targets.Zero()
	}
	for _, mask := range b.Masks {
		clear(mask)
	}
	clear(b.Labels)
	clear(b.Clusters)
	b.Variables, b.Lengths, b.FileRows = nil, nil, nil
}

// Variable returns the values of the variable with a name, one per sample; it is added if it is new.
func (b *Batch) Variable(name string, kinds int, names ...string) []int {
	for _, v := range b.Variables {
		if v.Name == name {
			return v.Values
		}
	}
	b.Variables = append(b.Variables, Variable{Name: name, Values: make([]int, b.Len()), Kinds: kinds, Names: names})
	return b.Variables[len(b.Variables)-1].Values
}

// ChoicesRight returns the share of samples whose largest output at the last readout time is that of the label; of equal outputs
// the first counts. A single output chooses class 1 where it is above 0, else class 0.
func ChoicesRight(outputs []*mat.Dense, labels []int) float64 {
	last, right := outputs[len(outputs)-1], 0
	for i, label := range labels {
		row := last.RawRowView(i)
		choice := floats.MaxIdx(row)
		if len(row) == 1 && row[0] > 0 {
			choice = 1
		}
		if choice == label {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}
