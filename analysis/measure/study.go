package measure

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// moment is a network at some time of its training, and where its measures are stored. Each part is written by one job.
type moment struct {
	stage      string
	epoch      int
	parameters *graph.Parameters
	result     *Representation

	states    *recording
	warnings  []error
	further   []furtherResult // of each extra
	cloud     *Cloud          // nil where the network has collapsed or its states are not shown
	snapshots []Projection

	labels, clusters []int // of the samples in cloud
}

// name returns the name of the moment for display.
func (at *moment) name() string {
	if at.stage == During {
		return fmt.Sprintf("after epoch %d", at.epoch)
	}
	return at.stage + " training"
}

// furtherResult is the result of an extra.
type furtherResult struct {
	curves   []Series
	warnings []error
}

// extra is what a caller measures besides the paper's measures, before and after training. Those in furtherExtras do not use
// the moment.
type extra struct {
	steps   []string // that it announces to its meter
	during  bool     // whether it is measured at snapshots of training too
	measure func(ctx context.Context, at *moment, trajectory *data.Trajectory, steps *meter) (curves []Series, warnings []error, err error)
}

// study is the measures of one network as jobs.
type study struct {
	experiment *train.Experiment
	held       heldOut
	extras     []extra
	total      *tally
	measured   *Measurements
	moments    []*moment
	recording  sync.Mutex // sources of samples serve one caller at a time

	labels, clusters []int // S, of the inputs
}

// newStudy prepares the measures of a network.
func newStudy(e *train.Experiment, trained *graph.Parameters, snapshots []run.Snapshot, history []train.EpochMetrics, progress Progress, extras []extra) (*study, error) {
	held, err := heldOutOf(e)
	if err != nil {
		return nil, err
	}
	s := &study{experiment: e, held: held, extras: extras, total: &tally{progress: progress}, measured: &Measurements{Config: e.Config, History: history}}
	s.listMoments(trained, snapshots)
	return s, nil
}

// listMoments sets when the network is measured, in the order of training.
func (s *study) listMoments(trained *graph.Parameters, snapshots []run.Snapshot) {
	m := s.measured
	if initial := s.experiment.Initial; initial != nil {
		s.moments = append(s.moments, &moment{stage: Before, parameters: initial, result: &m.Before})
	}
	if m.Config.Realisation == 0 {
		m.During = make([]Moment, len(snapshots))
		for i, snapshot := range snapshots {
			m.During[i].Epoch = snapshot.Epoch
			s.moments = append(s.moments, &moment{stage: During, epoch: snapshot.Epoch, parameters: snapshot.Parameters, result: &m.During[i].Representation})
		}
	}
	s.moments = append(s.moments, &moment{stage: After, epoch: m.LastEpoch(), parameters: trained, result: &m.After})
}

// jobs returns all measures, in the order of training, and announces their steps.
func (s *study) jobs(ctx context.Context) []job {
	var list []job
	for _, at := range s.moments {
		of := []func(ctx context.Context, trajectory *data.Trajectory) error{s.accuracy(at)}
		at.further = make([]furtherResult, len(s.extras))
		// The last one, the dynamics, takes longest.
		for i := len(s.extras) - 1; i >= 0; i-- {
			if at.stage != During || s.extras[i].during {
				of = append(of, s.extra(at, i))
			}
		}
		if s.experiment.Config.Realisation == 0 {
			of = append(of, s.components(at))
		}
		at.states = &recording{users: len(of), record: func() (*data.Trajectory, error) {
			s.recording.Lock()
			defer s.recording.Unlock()
			// Collect the previous trajectory now: at the paper's size it is 30 MB for each worker, and collecting it takes no time that can
			// be measured.
			runtime.GC()
			return s.experiment.RecordContext(ctx, at.parameters)
		}}
		for _, measure := range of {
			list = append(list, func(ctx context.Context) error {
				trajectory, err := at.states.take()
				defer at.states.drop()
				if err == nil {
					err = measure(ctx, trajectory)
				}
				if err != nil {
					return fmt.Errorf("%s: %w", at.name(), err)
				}
				return nil
			})
		}
	}
	return list
}

// accuracy returns the measure of the paper's curves.
func (s *study) accuracy(at *moment) func(ctx context.Context, trajectory *data.Trajectory) error {
	steps := s.total.meter(at.name(), stepAccuracy)
	return func(ctx context.Context, trajectory *data.Trajectory) (err error) {
		defer steps.end()
		steps.begin(stepAccuracy)
		at.warnings, err = at.result.measure(ctx, trajectory, s.held)
		return err
	}
}

// extra returns the i-th extra measure of the caller.
func (s *study) extra(at *moment, i int) func(ctx context.Context, trajectory *data.Trajectory) error {
	steps := s.total.meter(at.name(), s.extras[i].steps...)
	return func(ctx context.Context, trajectory *data.Trajectory) (err error) {
		defer steps.end()
		at.further[i].curves, at.further[i].warnings, err = s.extras[i].measure(ctx, at, trajectory, steps)
		return err
	}
}

// components returns the measure of principal components.
func (s *study) components(at *moment) func(ctx context.Context, trajectory *data.Trajectory) error {
	steps := s.total.meter(at.name(), stepComponents)
	return func(ctx context.Context, trajectory *data.Trajectory) (err error) {
		defer steps.end()
		steps.begin(stepComponents)
		at.labels, at.clusters = trajectory.Labels, trajectory.Clusters
		if at.cloud, err = newCloud(ctx, at.epoch, trajectory); err != nil || at.stage != After {
			return err
		}
		at.snapshots, err = projections(ctx, trajectory, s.experiment.Config.EvaluationTime())
		return err
	}
}

// measurements puts together what the jobs have measured.
func (s *study) measurements() *Measurements {
	m := s.measured
	if m.Own = s.experiment.Own; m.Own != nil {
		for _, doubt := range m.Own.Doubts {
			m.Warnings = append(m.Warnings, doubt.Error())
		}
	}
	if own := s.experiment.Sequences; own != nil {
		for _, doubt := range own.Doubts {
			m.Warnings = append(m.Warnings, doubt.Error())
		}
	}
	warn := func(at *moment, warnings []error) {
		for _, warning := range warnings {
			m.Warnings = append(m.Warnings, at.name()+": "+warning.Error())
		}
	}
	for _, at := range s.moments {
		warn(at, at.warnings)
	}
	for _, at := range s.moments {
		for _, of := range at.further {
			at.result.Further = append(at.result.Further, of.curves...)
			warn(at, of.warnings)
		}
	}
	if m.Config.Realisation != 0 {
		return m
	}
	m.Exploration = &Exploration{}
	switch e := s.experiment; {
	case e.Own != nil:
		m.Exploration.ClassNames, m.Exploration.ClusterNames = e.Own.Origin.Classes, e.Own.Origin.Clusters
	case e.Sequences != nil:
		m.Exploration.ClassNames, m.Exploration.ClusterNames = e.Sequences.Origin.Classes, e.Sequences.Origin.Clusters
	}
	for _, at := range s.moments {
		if at.cloud != nil {
			m.Exploration.add(at.cloud, at.labels, at.clusters)
		}
		if at.stage == After {
			m.Snapshots = at.snapshots
		}
	}
	return m
}

// recording is the states of a network, recorded by the first job that takes them and released by the last.
type recording struct {
	record func() (*data.Trajectory, error)

	mutex      sync.Mutex
	users      int // jobs that have not dropped it
	done       bool
	trajectory *data.Trajectory
	err        error
}

func (r *recording) take() (*data.Trajectory, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !r.done {
		r.trajectory, r.err = r.record()
		r.done = true
	}
	return r.trajectory, r.err
}

func (r *recording) drop() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.users--; r.users == 0 {
		r.trajectory = nil
	}
}
