package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// compute computes a measure of a subject. If its samples have several lengths, the value at t is that of the samples that are still
// going on: the measure is computed for each stretch of times that has the same samples. A stretch that it cannot measure, such as one
// of too few samples, is a gap with a doubt.
func (m Measure) compute(ctx context.Context, s *Subject) ([]Series, []error, error) {
	if m.Classes && distinct(s.Trajectory.Labels) < 2 {
		return nil, nil, nil // see heldOut.note
	}
	if s.Trajectory.Lengths == nil {
		return m.Compute(ctx, s)
	}
	var joined []Series
	doubts, err := overStretches(ctx, s.Trajectory, func(stretch data.Stretch) ([]error, error) {
		part := *s
		part.Trajectory = stretch.Trajectory
		series, doubts, err := m.Compute(ctx, &part)
		if err != nil {
			return nil, err
		}
		for _, of := range series {
			at := slices.IndexFunc(joined, func(known Series) bool { return known.Name == of.Name })
			if at < 0 {
				at = len(joined)
				joined = append(joined, Series{of.Name, gaps(len(s.Trajectory.H))})
			}
			if len(of.Values) != len(stretch.Trajectory.H) {
				return nil, fmt.Errorf("%s has %d values for %d times", of.Name, len(of.Values), len(stretch.Trajectory.H))
			}
			copy(joined[at].Values[stretch.From:], of.Values)
		}
		return doubts, nil
	})
	return joined, doubts, err
}

// measureStretches is measure for samples of several lengths, like [Measure.compute].
func (r *Representation) measureStretches(ctx context.Context, trajectory *data.Trajectory, held heldOut) ([]error, error) {
	r.ED, r.HeldOutSamples = make([]float64, len(trajectory.H)), held.samples
	if held.rows != nil {
		r.LRTrain, r.LRHeldOut = gaps(len(trajectory.H)), gaps(len(trajectory.H))
	}
	warnings, err := overStretches(ctx, trajectory, func(stretch data.Stretch) ([]error, error) {
		var part Representation
		warnings, err := part.measure(ctx, stretch.Trajectory, held.among(stretch.Rows))
		copy(r.ED[stretch.From:], part.ED) // also where the regression has no answer
		if err != nil {
			return nil, err
		}
		copy(r.LRTrain[min(stretch.From, len(r.LRTrain)):], part.LRTrain)
		copy(r.LRHeldOut[min(stretch.From, len(r.LRHeldOut)):], part.LRHeldOut)
		return warnings, nil
	})
	if doubt := left(trajectory); doubt != nil {
		warnings = append([]error{doubt}, warnings...)
	}
	return warnings, err
}

// overStretches calls measure for each stretch of a trajectory and collects doubts, each text once. An error is returned if all samples
// go on to the end, if a value is not finite, or if the context has ended; otherwise it becomes a doubt.
func overStretches(ctx context.Context, trajectory *data.Trajectory, measure func(data.Stretch) ([]error, error)) (doubts []error, err error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	said := map[string]bool{}
	for _, stretch := range trajectory.Stretches() {
		found, err := measure(stretch)
		err = later(err, stretch.From)
		for i, doubt := range found {
			found[i] = later(doubt, stretch.From)
		}
		var odd *analysis.NotFiniteError
		if err != nil {
			if ctx.Err() != nil || len(stretch.Rows) == trajectory.Samples() || errors.As(err, &odd) {
				return nil, err
			}
			found = append(found, fmt.Errorf("nothing from t = %d to %d (samples left: %d): %w",
				stretch.From, stretch.From+len(stretch.Trajectory.H)-1, len(stretch.Rows), err))
		}
		for _, doubt := range found {
			if text := doubt.Error(); !said[text] {
				said[text] = true
				doubts = append(doubts, doubt)
			}
		}
	}
	return doubts, nil
}

// laterError is an error about a time with its text changed to a later one: a wrapper keeps the text that it was created with.
type laterError struct {
	text string
	err  error
}

func (e *laterError) Error() string { return e.text }
func (e *laterError) Unwrap() error { return e.err }

// later returns an error made for a stretch, whose times count from 0, as one of the whole trajectory. It modifies the
// [analysis.AtStep] in it.
func later(err error, from int) error {
	var at *analysis.AtStep
	if from == 0 || !errors.As(err, &at) {
		return err
	}
	before := err.Error()
	old := fmt.Sprintf("at t = %d:", at.Step)
	at.Step += from
	if err.Error() != before {
		return err
	}
	return &laterError{strings.Replace(before, old, fmt.Sprintf("at t = %d:", at.Step), 1), err}
}

// left says how many samples go on at which time; nil if all go on to the end.
func left(trajectory *data.Trajectory) error {
	stretches := trajectory.Stretches()
	last := stretches[len(stretches)-1]
	if slices.Min(trajectory.Lengths) == len(trajectory.H) {
		return nil
	}
	shrunk := len(trajectory.H)
	for _, stretch := range slices.Backward(stretches) {
		if 2*len(stretch.Rows) < trajectory.Samples() {
			shrunk = stretch.From
		}
	}
	text := fmt.Sprintf("the %d samples end at different times; measures at t are of those longer than t, %d at t = %d", trajectory.Samples(), len(last.Rows),
		last.From+len(last.Trajectory.H)-1)
	if shrunk < len(trajectory.H) {
		text += fmt.Sprintf(", fewer than half from t = %d on", shrunk)
	}
	return errors.New(text + ": the series samples has them all")
}

// among returns what is held out of some of the samples, ascending: splits that hold out none or all of them are left out.
func (h heldOut) among(rows []int) heldOut {
	if h.rows == nil {
		return h
	}
	some := heldOut{note: h.note, samples: h.samples, rows: [][]int{}}
	for _, split := range h.rows {
		var held []int
		for _, row := range split {
			if at, found := slices.BinarySearch(rows, row); found {
				held = append(held, at)
			}
		}
		if len(held) > 0 && len(held) < len(rows) {
			some.rows = append(some.rows, held)
		}
	}
	return some
}

// lasting returns the number of samples that go on at each time, where samples have several lengths.
func lasting(_ context.Context, _ *moment, trajectory *data.Trajectory, _ *meter) ([]Series, []error, error) {
	if trajectory.Lengths == nil {
		return nil, nil, nil
	}
	counts := make([]float64, len(trajectory.H))
	for _, stretch := range trajectory.Stretches() {
		for t := range stretch.Trajectory.H {
			counts[stretch.From+t] = float64(len(stretch.Rows))
		}
	}
	return []Series{{"samples", counts}}, nil, nil
}

// gaps returns values that are all missing.
func gaps(count int) []float64 { return slices.Repeat([]float64{math.NaN()}, count) }
