package measure

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Network records the network before and after training, and of the first realisation at the snapshots in
// between, and measures each, on the same samples with the same held-out clusters: the paper's measures and those that
// measures.further names. An imported network without
// initial weights is not measured before. progress may be nil.
func Network(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress) (*Measurements, error) {
	return NetworkWith(ctx, e, trained, snapshots, history, progress, nil)
}

// NetworkWith is [Network] that also shows parameters and trajectory before and after training to further, so
// that more can be measured without recording again. further may be nil.
func NetworkWith(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress, further func(stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error) (*Measurements, error) {
	asked, err := askedFor(e.Config)
	if err != nil {
		return nil, err
	}
	extras := furtherExtras(e, asked)
	for i := range extras {
		extras[i].during = true
	}
	if further != nil {
		extras = append(extras, extra{steps: []string{stepFurther},
			measure: func(_ context.Context, at *moment, trajectory *data.Trajectory, steps *meter) ([]Series, []error, error) {
				steps.begin(stepFurther)
				return nil, nil, further(at.stage, at.parameters, trajectory)
			}})
	}
	return networkInOrder(ctx, e, trained, snapshots, history, progress, extras)
}

// NetworkFully is [Network] with the further measures of both stages, the comparison with random
// expansions and the dynamics of the network. It measures on as many goroutines as Go runs at once; their number changes
// nothing but the time.
func NetworkFully(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress) (*Measurements, error) {
	defer progress.end()
	taken, err := takenFully(e.Config)
	if err != nil {
		return nil, err
	}
	dynamics := map[string]*Dynamics{Before: {}, After: {}}
	extras := furtherExtras(e, taken)
	_, layered, _ := e.Config.Network.Layers() // layers have no dynamics
	if !layered {
		extras = append(extras, extra{steps: dynamicsSteps, measure: func(ctx context.Context, at *moment, trajectory *data.Trajectory, steps *meter) (_ []Series, warnings []error, err error) {
			*dynamics[at.stage], warnings, err = measureDynamics(ctx, e, at.stage, at.parameters, trajectory, steps)
			return nil, warnings, err
		}})
	}
	answers, batch := map[string]*Answers{Before: {}, After: {}}, measuringBatch(e)
	if batch != nil {
		extras = append([]extra{answering(e, batch, answers), {measure: lasting}}, extras...)
	}
	s, err := newStudy(e, trained, snapshots, history, progress, extras)
	if err != nil {
		return nil, err
	}
	inputs, err := s.inputExpansions()
	if err != nil {
		return nil, err
	}
	list := s.jobs(ctx)
	for i := range inputs {
		list = append(list, s.expansion(&inputs[i]))
	}
	if err := runJobs(ctx, runtime.GOMAXPROCS(0), list); err != nil {
		return nil, err
	}
	m := s.measurements()
	m.Decoded = decodedVariables(batch)
	if batch != nil {
		plan := e.Plan()
		m.Plan = &plan
	}
	for _, of := range inputs {
		m.Expansions = append(m.Expansions, of.expansion)
	}
	for _, at := range s.moments {
		if at.stage != During {
			m.Expansions = append(m.Expansions, s.stateExpansion(at))
			if !layered {
				m.Dynamics = append(m.Dynamics, *dynamics[at.stage])
			}
			if batch != nil {
				m.Answers = append(m.Answers, *answers[at.stage])
			}
		}
	}
	return m, nil
}

// networkInOrder measures on the caller's goroutine, one moment after the other: the callers train several networks side by
// side, and hold one trajectory each.
func networkInOrder(ctx context.Context, e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics,
	progress Progress, extras []extra) (*Measurements, error) {
	defer progress.end()
	s, err := newStudy(e, trained, snapshots, history, progress, extras)
	if err != nil {
		return nil, err
	}
	if err := runJobs(ctx, 1, s.jobs(ctx)); err != nil {
		return nil, err
	}
	return s.measurements(), nil
}

// takenFully returns the measures of [NetworkFully]: all but those that have to be asked for and are not.
func takenFully(c train.Config) ([]Measure, error) {
	asked, err := askedFor(c)
	return slices.DeleteFunc(All(), func(m Measure) bool {
		return m.Asked && !slices.ContainsFunc(asked, func(of Measure) bool { return of.Name == m.Name })
	}), err
}

// furtherExtras are measures, which do not wait for each other, in the order of the rows.
func furtherExtras(e *train.Experiment, taken []Measure) []extra {
	var extras []extra
	for _, m := range taken {
		extras = append(extras, extra{steps: []string{m.Name}, measure: func(ctx context.Context, at *moment, trajectory *data.Trajectory, steps *meter) ([]Series, []error, error) {
			steps.begin(m.Name)
			subject := &Subject{Config: e.Config, Experiment: e, Trajectory: trajectory, Within: steps.within}
			if at != nil {
				subject.Parameters = at.parameters
			}
			series, doubts, err := m.compute(ctx, subject)
			if err != nil {
				return nil, nil, err
			}
			for _, of := range series {
				if len(of.Values) != len(trajectory.H) {
					return nil, nil, fmt.Errorf("%s: %s has %d values for %d times", m.Name, of.Name, len(of.Values), len(trajectory.H))
				}
			}
			return series, doubts, nil
		}})
	}
	return extras
}
