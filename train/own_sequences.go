package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// OwnSequences is what was read from the user's sequences, and how they were partitioned, as in [OwnPoints].
type OwnSequences struct {
	Origin                         data.Origin
	Sequences, Steps, Inputs       int
	Classes, Conditions            int // Classes is 1 where the file has no labels
	Training, Validation, Measures int // sequences of each part
	Measured                       int // of the last, at most measures.samples
	Doubts                         []error

	parts []*data.SequenceTask
}

// The parts of the user's sequences besides the training part.
const (
	validationPart = 1
	measuresPart   = 2
)

// taskOf returns the task through time of a part: the same for all parts where trials are drawn.
func (e *Experiment) taskOf(part int) data.Task {
	if e.Sequences == nil {
		return e.Task
	}
	return e.Sequences.parts[part]
}

// String returns file, sequences, steps, inputs, classes, conditions and shares on one line.
func (o *OwnSequences) String() string {
	of := "values"
	if o.Classes > 1 {
		of = fmt.Sprintf("%d classes", o.Classes)
	}
	measured := ""
	if o.Measured < o.Measures {
		measured = fmt.Sprintf(" (%d measured: measures.samples)", o.Measured)
	}
	return fmt.Sprintf("%s: %d sequences of %d steps and %s, %s, %s; %d for training, %d for validation, %d for measures%s",
		o.Origin.File, o.Sequences, o.Steps, data.Counted(o.Inputs, "input"), of, data.Counted(o.Conditions, "condition"), o.Training, o.Validation, o.Measures, measured)
}

// readSequences reads and partitions the user's sequences, and sets training.evaluation_step to their last time.
func (e *Experiment) readSequences(ctx context.Context) error {
	c := &e.Config
	sequences, err := files.ReadSequences(c.Task.Sequences)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	all := data.NewSequenceTask(sequences)
	plan, shares := all.Plan(), c.Task.Shares
	c.Training.EvaluationStep = plan.Steps - 1
	if plan.Steps < 2 {
		return fmt.Errorf("train: %s: its sequences have one step, at which no recurrent weight has acted; give them as points (task.points)", c.Task.Sequences)
	}
	parts, err := all.Partition([]float64{shares.Training, shares.Validation, shares.Measures}, c.stream(streamPartition))
	var few *data.PartitionError
	if errors.As(err, &few) {
		return &ShareError{File: c.Task.Sequences, Kind: "condition", Points: sequences.Len(), Few: few}
	}
	if err != nil {
		return err
	}
	o := &OwnSequences{Origin: *sequences.Origin, Sequences: sequences.Len(), Steps: plan.Steps, Inputs: plan.Inputs, Classes: sequences.Classes,
		Conditions: all.Conditions(), Training: parts[0].Len(), Validation: parts[1].Len(), Measures: parts[2].Len(), parts: parts}
	o.Measured = min(o.Measures, c.Measures.Samples)
	if n := len(o.Origin.Ignored); n > 0 {
		o.Doubts = append(o.Doubts, fmt.Errorf("train: %s: arrays that are not used: %q", c.Task.Sequences, o.Origin.Ignored))
	}
	if o.Measured <= c.Network.Units {
		o.Doubts = append(o.Doubts, fmt.Errorf("train: %d sequences are measured in the space of %d units: with so few, dimensionalities at one time come out "+
			"too low; add sequences, %s, or lower network.units", o.Measured, c.Network.Units, c.MoreMeasured(o.Measured)))
	}
	e.Sequences, e.Task = o, parts[0]
	return e.checkSequences(plan)
}

// checkSequences returns the faults of the configuration that show once the sequences are known.
func (e *Experiment) checkSequences(plan data.Plan) error {
	c := e.Config
	if err := c.checkLoss(plan); err != nil {
		return err
	}
	penalties, err := c.penalties()
	if err != nil {
		return err
	}
	for _, penalty := range penalties {
		if n := len(penalty.Times); n > 0 && penalty.Times[n-1] >= plan.Steps {
			return &data.FieldError{Field: "training.penalties." + penalty.Penalty.Name() + ".times", Value: penalty.Times,
				Allowed: fmt.Sprintf("times from 0 to %d, the last one of %s", plan.Steps-1, c.Task.Sequences)}
		}
	}
	return c.checkMemory(c.recordingArrays(), ReadMemory())
}
