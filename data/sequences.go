package data

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// LongestSequence is the largest number of steps of the user's own sequences: the graph grows with it.
const LongestSequence = 1000

// Sequences are the user's own samples through time: inputs at each time, and what is asked.
type Sequences struct {
	Inputs     []*mat.Dense // T of S x D
	Targets    []*mat.Dense // T of S x C, 0 where the mask is 0; nil if the classes are asked
	Masks      [][]float64  // T of S weights, 0 after the end of a sequence; nil if everything is asked, or the classes at the last time
	Lengths    []int        // S, 1 .. T; nil if all have T steps
	Labels     []int        // S classes, 0 .. C-1; zeros if the file has none
	Classes    int          // 1 if the file has no labels
	Conditions []int        // S, 0 .. K-1; samples of one condition have one label
	Origin     *Origin      // Classes, Clusters: names of labels and conditions
}

// Len returns the number of sequences S.
func (q *Sequences) Len() int { return len(q.Labels) }

// SequenceTask is a task on the user's own sequences: batches are drawn from a fixed set of samples. Its methods only read it, so
// it may be shared.
type SequenceTask struct {
	sequences *Sequences
	rows      strata // of each condition
	count     int
	asked     []int // times with a non-zero weight
}

var _ Task = (*SequenceTask)(nil)

// NewSequenceTask returns the task with all sequences, which must not change afterwards.
func NewSequenceTask(sequences *Sequences) *SequenceTask {
	return &SequenceTask{sequences: sequences, rows: newStrata(sequences.Conditions), count: sequences.Len(), asked: sequences.asked()}
}

// Partition returns tasks of disjoint parts of the sequences, as [UserPoints.Partition] does.
func (t *SequenceTask) Partition(fractions []float64, rng *rand.Rand) ([]*SequenceTask, error) {
	parts, err := t.rows.partition(fractions, t.sequences.conditionName, rng)
	if err != nil {
		return nil, err
	}
	tasks := make([]*SequenceTask, len(parts))
	for i, rows := range parts {
		members := make(strata, len(t.rows))
		for _, row := range rows {
			members[t.sequences.Conditions[row]] = append(members[t.sequences.Conditions[row]], row)
		}
		tasks[i] = &SequenceTask{sequences: t.sequences, rows: members, count: len(rows), asked: t.asked}
	}
	return tasks, nil
}

// Name returns "sequences".
func (t *SequenceTask) Name() string { return "sequences" }

// Validate returns nil: the sequences are checked when they are read.
func (t *SequenceTask) Validate() error { return nil }

// Len returns the number of sequences of the part.
func (t *SequenceTask) Len() int { return t.count }

// Conditions returns K, which every part has.
func (t *SequenceTask) Conditions() int { return len(t.rows) }

// Plan returns the shape of the sequences. For classes, Chance is the share of the class with the most conditions, over which
// samples are spread evenly; for values it is 0.
func (t *SequenceTask) Plan() Plan {
	q := t.sequences
	_, inputs := q.Inputs[0].Dims()
	p := Plan{Inputs: inputs, Steps: len(q.Inputs), Readouts: t.asked, Masked: q.Masks != nil, InputNames: q.Origin.Inputs}
	if q.Targets != nil {
		_, p.Outputs = q.Targets[0].Dims()
		p.Score = "explained variance"
		return p
	}
	conditions := make([]float64, q.Classes)
	for _, members := range t.rows {
		conditions[q.Labels[members[0]]] += 1 / float64(len(t.rows))
	}
	p.Outputs, p.Classes, p.Score, p.Chance = q.Classes, true, "choices right", floats.Max(conditions)
	for label := range q.Classes {
		p.OutputNames = append(p.OutputNames, nameOf(q.Origin.Classes, label))
	}
	return p
}

// asked returns the times at which something is asked.
func (q *Sequences) asked() []int {
	if q.Masks == nil && q.Targets == nil {
		return []int{len(q.Inputs) - 1}
	}
	var times []int
	for time := range q.Inputs {
		if q.Masks == nil || floats.Max(q.Masks[time]) > 0 {
			times = append(times, time)
		}
	}
	return times
}

// Fill fills a batch with sequences of the part, spread over the conditions as [UserPoints.Sample] does.
func (t *SequenceTask) Fill(dst *Batch, rng *rand.Rand) {
	rows := make([]int, dst.Len())
	t.rows.sample(rows, rng)
	t.copyRows(dst, rows)
}

// FillDistinct fills a batch of at most Len samples with distinct sequences.
func (t *SequenceTask) FillDistinct(dst *Batch, rng *rand.Rand) {
	if dst.Len() > t.count {
		panic("data: more distinct sequences are asked for than there are")
	}
	t.copyRows(dst, t.rows.distinct(dst.Len(), rng))
}

func (t *SequenceTask) copyRows(dst *Batch, rows []int) {
	q := t.sequences
	var labels []int
	if q.Classes > 1 {
		labels = dst.Variable("label", q.Classes, q.Origin.Classes...)
	}
	conditions := dst.Variable("condition", len(t.rows), q.Origin.Clusters...)
	dst.Lengths, dst.FileRows = nil, rows
	if q.Lengths != nil {
		dst.Lengths = picked(q.Lengths, rows)
	}
	for sample, row := range rows {
		for time, inputs := range q.Inputs {
			copy(dst.Inputs[time].RawRowView(sample), inputs.RawRowView(row))
		}
		for i, time := range t.asked {
			if q.Targets != nil {
				copy(dst.Targets[i].RawRowView(sample), q.Targets[time].RawRowView(row))
			}
			if q.Masks != nil {
				dst.Masks[i][sample] = q.Masks[time][row]
			}
		}
		dst.Labels[sample], dst.Clusters[sample] = q.Labels[row], q.Conditions[row]
		conditions[sample] = q.Conditions[row]
		if labels != nil {
			labels[sample] = q.Labels[row]
		}
	}
}

// Score returns, weighted by the masks, the share of correct choices, or for values the explained share of their variance about the
// mean of each output, at least 0.
func (t *SequenceTask) Score(outputs []*mat.Dense, b *Batch) float64 {
	weight := func(i, sample int) float64 {
		if b.Masks == nil {
			return 1
		}
		return b.Masks[i][sample]
	}
	if t.sequences.Targets == nil {
		right, all := 0.0, 0.0
		for i, output := range outputs {
			for sample, label := range b.Labels {
				all += weight(i, sample)
				if floats.MaxIdx(output.RawRowView(sample)) == label {
					right += weight(i, sample)
				}
			}
		}
		return right / all
	}
	missed, spread := 0.0, 0.0
	for c := range outputs[0].RawMatrix().Cols {
		sum, all := 0.0, 0.0
		for i, targets := range b.Targets {
			for sample := range b.Len() {
				sum += weight(i, sample) * targets.At(sample, c)
				all += weight(i, sample)
			}
		}
		for i, targets := range b.Targets {
			for sample := range b.Len() {
				wanted := targets.At(sample, c)
				missed += weight(i, sample) * math.Pow(outputs[i].At(sample, c)-wanted, 2)
				spread += weight(i, sample) * math.Pow(wanted-sum/all, 2)
			}
		}
	}
	if spread == 0 {
		return 0 // all targets are equal: nothing to explain
	}
	return max(0, 1-missed/spread)
}

func (q *Sequences) conditionName(condition int) string { return nameOf(q.Origin.Clusters, condition) }
