package data

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// TaskError is a fault in the plan, batch or score of a [Task], for its author.
type TaskError struct {
	Task   string // its name
	Sample int    // of the batch, from 0; -1 if no sample is at fault
	Fault  string
	Fix    string
}

// Error returns the task, the sample, the fault and the fix on one line.
func (e *TaskError) Error() string {
	if e.Sample < 0 {
		return fmt.Sprintf("data: task %s: %s; %s", e.Task, e.Fault, e.Fix)
	}
	return fmt.Sprintf("data: task %s, sample %d: %s; %s", e.Task, e.Sample, e.Fault, e.Fix)
}

// CheckPlan returns nil for a task with a valid plan.
//
// Errors: [*TaskError] for sizes below 1 and for times that are not ascending within the trial.
func CheckPlan(of Task) error {
	p := of.Plan()
	fail := func(fix, fault string, values ...any) error {
		return &TaskError{Task: of.Name(), Sample: -1, Fault: fmt.Sprintf(fault, values...), Fix: fix}
	}
	switch {
	case p.Steps < 1:
		return fail("set Plan.Steps to the number of times, 1 or more", "a trial has %d steps", p.Steps)
	case p.Inputs < 1:
		return fail("set Plan.Inputs to the number of inputs, 1 or more", "there are %d inputs", p.Inputs)
	case p.Outputs < 1 || p.Classes && p.Outputs < 2:
		return fail("set Plan.Outputs to 1 or more, where Plan.Classes is set to one for each of 2 classes or more", "there are %d outputs", p.Outputs)
	case p.Readouts != nil && len(p.Readouts) == 0:
		return fail("list the times in Plan.Readouts, or leave it nil for all", "nothing is asked at any time")
	case len(p.InputNames) > 0 && len(p.InputNames) != p.Inputs || len(p.OutputNames) > 0 && len(p.OutputNames) != p.Outputs:
		return fail("name each, or none", "%d inputs and %d outputs have %d and %d names", p.Inputs, p.Outputs, len(p.InputNames), len(p.OutputNames))
	}
	for _, of := range []struct {
		field string
		times []int
	}{{"InputTimes", p.InputTimes}, {"Readouts", p.Readouts}} {
		for i, t := range of.times {
			if t < 0 || t >= p.Steps || i > 0 && t <= of.times[i-1] {
				return fail(fmt.Sprintf("give times from 0 to %d, ascending", p.Steps-1), "Plan.%s[%d] is %d in a trial of %d steps", of.field, i, t, p.Steps)
			}
		}
	}
	return nil
}

// CheckBatch returns nil for samples that a task has filled according to its plan.
//
// Errors: [*TaskError] for the first of: a number of samples other than the size of the batch; numbers that are not finite; labels
// out of range, and two labels in one cluster; masks below 0, or for a sample never above 0; variables out of range, or no
// Plan.Context among them.
func CheckBatch(of Task, b *Batch) error {
	c := batchCheck{of.Name(), of.Plan(), b}
	for _, check := range []func() error{c.sizes, c.inputs, c.labels, c.asked, c.variables} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

type batchCheck struct {
	task  string
	plan  Plan
	batch *Batch
}

func (c batchCheck) fail(sample int, fix, fault string, values ...any) error {
	return &TaskError{c.task, sample, fmt.Sprintf(fault, values...), fix}
}

// sizes checks that Fill has not changed the sizes set by [NewBatch].
func (c batchCheck) sizes() error {
	b, asked, targets, masks := c.batch, len(c.plan.Asked()), 0, 0
	if !c.plan.Classes {
		targets = asked
	}
	if c.plan.Masked {
		masks = asked
	}
	isOther := func(columns int) func(*mat.Dense) bool {
		return func(m *mat.Dense) bool { r, c := m.Dims(); return r != b.Len() || c != columns }
	}
	if len(b.Clusters) != b.Len() || len(b.Inputs) != len(c.plan.Times()) || len(b.Targets) != targets || len(b.Masks) != masks ||
		slices.ContainsFunc(b.Inputs, isOther(c.plan.Inputs)) || slices.ContainsFunc(b.Targets, isOther(c.plan.Outputs)) ||
		slices.ContainsFunc(b.Masks, func(mask []float64) bool { return len(mask) != b.Len() }) {
		return c.fail(-1, "let Fill write into the matrices and slices of the batch, and replace or append none", "Fill changes the sizes of a batch of %d samples", b.Len())
	}
	return nil
}

func (c batchCheck) inputs() error {
	times := c.plan.Times()
	for i, inputs := range c.batch.Inputs {
		if sample, column := notFinite(inputs); sample >= 0 {
			return c.fail(sample, "fill finite numbers", "input %d at t = %d is %g", column, times[i], inputs.At(sample, column))
		}
	}
	return nil
}

// notFinite returns the indices of the first number that is NaN or infinite, -1 if there is none.
func notFinite(m *mat.Dense) (row, column int) {
	rows, columns := m.Dims()
	for i := range rows {
		for j, v := range m.RawRowView(i)[:columns] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return i, j
			}
		}
	}
	return -1, -1
}

func (c batchCheck) labels() error {
	first := map[int]int{} // sample of each cluster
	for sample, label := range c.batch.Labels {
		cluster := c.batch.Clusters[sample]
		if label < 0 || c.plan.Classes && label >= c.plan.Outputs {
			allowed := "0 or more"
			if c.plan.Classes {
				allowed = fmt.Sprintf("0 to %d, one for each of Plan.Outputs", c.plan.Outputs-1)
			}
			return c.fail(sample, "let Fill set Labels to "+allowed, "the label is %d", label)
		}
		if cluster < 0 {
			return c.fail(sample, "let Fill number the clusters 0, 1, 2, ...", "the cluster is %d", cluster)
		}
		before, seen := first[cluster]
		if !seen {
			first[cluster] = sample
		} else if other := c.batch.Labels[before]; other != label {
			return c.fail(sample, "give all samples of a cluster one label, or set Clusters to finer conditions",
				"it has the label %d, and sample %d of the same cluster %d the label %d", label, before, cluster, other)
		}
	}
	return nil
}

// asked checks masks and targets.
func (c batchCheck) asked() error {
	times := c.plan.Asked()
	weights := make([]float64, c.batch.Len())
	for i, mask := range c.batch.Masks {
		for sample, weight := range mask {
			if !(weight >= 0) || math.IsInf(weight, 1) {
				return c.fail(sample, "let Fill set Masks to finite weights of 0 or more", "the mask at t = %d is %g", times[i], weight)
			}
			weights[sample] += weight
		}
	}
	if c.plan.Masked {
		if sample := slices.Index(weights, 0); sample >= 0 {
			return c.fail(sample, "let Fill set Masks above 0 at one of them, or draw no such sample", "nothing is asked: the mask is 0 at all %d readout times", len(times))
		}
	}
	for i, targets := range c.batch.Targets {
		if sample, column := notFinite(targets); sample >= 0 {
			return c.fail(sample, "fill finite numbers, such as 0 under a mask of 0", "target %d at t = %d is %g", column, times[i], targets.At(sample, column))
		}
	}
	return nil
}

func (c batchCheck) variables() error {
	named := func(v Variable) bool { return v.Name == c.plan.Context }
	if c.plan.Context != "" && !slices.ContainsFunc(c.batch.Variables, named) {
		return c.fail(-1, "let Fill fill it by Batch.Variable, or leave Plan.Context empty", "Plan.Context %q is no variable of the samples", c.plan.Context)
	}
	for _, v := range c.batch.Variables {
		if len(v.Values) != c.batch.Len() || v.Kinds < 1 || len(v.Names) > 0 && len(v.Names) != v.Kinds {
			return c.fail(-1, "call Variable with the number of kinds and as many names, or none", "the variable %q has %d values for %d samples, %d kinds and %d names",
				v.Name, len(v.Values), c.batch.Len(), v.Kinds, len(v.Names))
		}
		for sample, kind := range v.Values {
			if kind < 0 || kind >= v.Kinds {
				return c.fail(sample, fmt.Sprintf("fill kinds from 0 to %d, or declare more", v.Kinds-1), "the variable %q is %d", v.Name, kind)
			}
		}
	}
	return nil
}

// CheckScore returns nil for a score from 0 to 1.
//
// Errors: [*TaskError].
func CheckScore(of Task, score float64) error {
	if score >= 0 && score <= 1 {
		return nil
	}
	return &TaskError{of.Name(), -1, fmt.Sprintf("Score returns %g", score), "return a share from 0 to 1, also where no sample counts"}
}
