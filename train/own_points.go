package train

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/graph"
	"gonum.org/v1/gonum/mat"
)

// Shares is how the user's points are partitioned, cluster by cluster. They are above 0 and add up to at most 1; the
// remaining points are not used. Every part gets a point of every cluster.
type Shares struct {
	Training   float64 `yaml:"training" help:"share of your own points or sequences for training; all three shares add up to at most 1" range:"above 0, below 1"`
	Validation float64 `yaml:"validation" help:"share for validation" range:"above 0, below 1"`
	Measures   float64 `yaml:"measures" help:"share on which the representation is measured" range:"above 0, below 1"`
}

// DefaultShares returns 0.6, 0.2 and 0.2.
func DefaultShares() Shares { return Shares{Training: 0.6, Validation: 0.2, Measures: 0.2} }

// Validate joins a [*data.FieldError] for every share that is out of range.
func (s Shares) Validate() error {
	var faults data.Faults
	for _, share := range []struct {
		field string
		value float64
	}{{"shares.training", s.Training}, {"shares.validation", s.Validation}, {"shares.measures", s.Measures}} {
		faults.Check(share.value > 0 && share.value < 1, share.field, share.value, "above 0, below 1")
	}
	sum := s.Training + s.Validation + s.Measures
	faults.Check(!(sum > 1+1e-9), "shares", fmt.Sprintf("%g + %g + %g", s.Training, s.Validation, s.Measures), "at most 1") // NaN is named above
	return faults.Join()
}

// OwnPoints is what was read from the user's points, and how they were partitioned.
type OwnPoints struct {
	data.Summary
	Training, Validation, Measures int     // points of each part
	Measured                       int     // of the last, at most measures.samples
	Doubts                         []error // warnings, those of the summary first
}

// String returns file, samples, inputs, classes, clusters and shares on one line.
func (o *OwnPoints) String() string {
	measured := ""
	if o.Measured < o.Measures {
		measured = fmt.Sprintf(" (%d measured: measures.samples)", o.Measured)
	}
	return fmt.Sprintf("%s; %d for training, %d for validation, %d for measures%s", o.Summary, o.Training, o.Validation, o.Measures, measured)
}

// readFile reads the user's points. When the context ends it returns [ErrInterrupted] while the reading goes on in the
// background: a pipe that nobody writes to never ends, and a large table takes long.
func readFile(ctx context.Context, c Task) (*data.Points, error) {
	type outcome struct {
		points *data.Points
		err    error
	}
	read := make(chan outcome, 1)
	go func() {
		points, err := files.ReadPointsWith(c.Points, c.ReadOptions)
		read <- outcome{points, err}
	}()
	select {
	case of := <-read:
		return of.points, of.err
	case <-ctx.Done():
		return nil, ErrInterrupted
	}
}

// readPoints reads and partitions the user's points.
func (e *Experiment) readPoints(ctx context.Context) error {
	c := e.Config
	points, err := readFile(ctx, c.Task)
	if err != nil {
		return err
	}
	all, err := data.NewUserPoints(points)
	if err != nil {
		return err
	}
	if all.Dimension() > c.Network.Units && c.embeds() {
		return fmt.Errorf("train: %s has %d inputs a sample, the network %d units; raise network.units to %d or more, or set network.input to trained",
			c.Task.Points, all.Dimension(), c.Network.Units, all.Dimension())
	}
	shares := c.Task.Shares
	parts, err := all.Partition([]float64{shares.Training, shares.Validation, shares.Measures}, c.stream(streamPartition))
	var few *data.PartitionError
	if errors.As(err, &few) {
		kind := "class"
		if points.HasClusters() {
			kind = "cluster"
		}
		return &ShareError{File: c.Task.Points, Kind: kind, Points: points.Len(), Few: few}
	}
	if err != nil {
		return err
	}
	e.Own = &OwnPoints{Summary: points.Summary(), Training: parts[0].Len(), Validation: parts[1].Len(), Measures: parts[2].Len()}
	if trained := parts[0].Points().Summary(); len(trained.Constant) == trained.Inputs {
		return fmt.Errorf("train: %s: all %d training samples have the same inputs, so that nothing tells the classes apart; check how the file was written",
			c.Task.Points, trained.Samples)
	}
	if c.Task.Standardise {
		if err := e.standardise(parts); err != nil {
			return err
		}
	}
	if err := checkMagnitude(c, parts); err != nil {
		return err
	}
	e.Training, e.Validation, e.Measuring = parts[0], parts[1], parts[2]
	e.Own.Doubts = append(e.Own.Summary.Warnings(), e.doubtMeasures()...)
	return nil
}

// standardise scales all parts by the given scaling, or by one fitted to the first part.
func (e *Experiment) standardise(parts []*data.UserPoints) error {
	file := e.Config.Task.Points
	if e.Scaling == nil {
		scaling, err := data.FitScaling(parts[0].Points())
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		e.Scaling = &scaling
	}
	if given, inputs := len(e.Scaling.Shift), parts[0].Dimension(); given != inputs {
		return fmt.Errorf("train: inputs of each sample in %s: %d, in the network's mean and scale: %d; give the points on which it was trained, "+
			"or set task.standardise = false and give points that are already scaled", file, inputs, given)
	}
	var err error
	for i, part := range parts {
		if parts[i], err = data.NewUserPoints(e.Scaling.Apply(part.Points())); err != nil {
			return fmt.Errorf("%s, standardised: %w", file, err)
		}
	}
	return nil
}

// doubtMeasures counts what is measured, and returns a warning if it is little.
func (e *Experiment) doubtMeasures() []error {
	measured := e.MeasuringPoints().Summary()
	e.Own.Measured = measured.Samples
	distinct := measured.Samples - measured.Repeated
	if units := e.Config.Network.Units; distinct <= units {
		return []error{fmt.Errorf("train: %d distinct points are measured in the space of %d units: with so few, dimensionalities come out too low; "+
			"add points, %s, or lower network.units", distinct, units, e.Config.MoreMeasured(e.Own.Measured))}
	}
	return nil
}

// NoteOwnFile puts a note on where the user's file was read in front of the doubts about it.
func (e *Experiment) NoteOwnFile(note error) {
	switch {
	case e.Own != nil:
		e.Own.Doubts = slices.Insert(slices.Clone(e.Own.Doubts), 0, note)
	case e.Sequences != nil:
		e.Sequences.Doubts = slices.Insert(slices.Clone(e.Sequences.Doubts), 0, note)
	}
}

// MoreMeasured says which key to raise to measure more samples than the given number: measures.samples, unless the user's own file
// has no more in the share of the measures.
func (c Config) MoreMeasured(measured int) string {
	if c.Task.OwnFile() != "" && measured < c.Measures.Samples {
		return fmt.Sprintf("raise task.shares.measures (%g)", c.Task.Shares.Measures)
	}
	return fmt.Sprintf("raise measures.samples (%d)", c.Measures.Samples)
}

// ShareError says that the user's points cannot be partitioned.
type ShareError struct {
	File   string
	Kind   string // "class", or "cluster" where the file has clusters
	Points int    // in the file
	Few    *data.PartitionError
}

// Error returns the numbers, and what to change, on one line.
func (e *ShareError) Error() string {
	others := ""
	if e.Few.Small > 1 {
		others = fmt.Sprintf(" (as %d of %d have too few)", e.Few.Small, e.Few.Clusters)
	}
	return fmt.Sprintf("train: %s: %s %s has %d of the %d points%s, but training, validation and measures (task.shares) need one of it each; "+
		"add points of it, merge it with another or remove it", e.File, e.Kind, e.Few.Name, e.Few.Rows, e.Points, others)
}

// Unwrap returns the error of the cluster that is too small.
func (e *ShareError) Unwrap() error { return e.Few }

// Inputs beyond largestInput overflow in single precision once they are summed, those below smallestInput vanish.
const (
	largestInput  = 1e30
	smallestInput = 1e-30
)

// checkMagnitude refuses inputs that the network's precision would turn into infinities or erase.
func checkMagnitude(c Config, parts []*data.UserPoints) error {
	if c.Network.Precision != graph.Float32 {
		return nil
	}
	largest := 0.0
	for _, part := range parts {
		inputs := part.Points().Inputs
		largest = max(largest, mat.Max(inputs), -mat.Min(inputs))
	}
	if largest > smallestInput && largest < largestInput {
		return nil
	}
	advice := "set task.standardise = true or network.precision = float64"
	if c.Task.Standardise {
		advice = "remove the outlier, or set network.precision = float64"
	}
	return fmt.Errorf("train: %s: the largest input is %.3g, which is out of the range of single precision; %s", c.Task.Points, largest, advice)
}
