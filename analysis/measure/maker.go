package measure

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Maker makes the runs of a sweep, whatever its purpose: it trains networks and measures them. It is safe for concurrent use.
type Maker struct {
	// Recorder returns the recorder of a network's epochs and, if it is a [ProgressRecorder], of the progress of its measures.
	Recorder func(train.Config) train.Recorder
	// Keep leaves all measurements in the run's folder too, for [Read].
	Keep bool
	// Measure measures a trained network in place of [Network]; what it returns as kept is written to the run's folder.
	Measure func(ctx context.Context, folder run.Folder, t *train.Trainer, progress Progress) (m *Measurements, kept any, err error)
	// Diverged returns what is kept of a network whose training diverged; without it such a run fails.
	Diverged func(folder run.Folder, divergence *train.DivergenceError) (kept any, err error)
	// Alter, for tests, changes an experiment before it is trained.
	Alter func(*train.Experiment)

	mutex               sync.Mutex
	training, measuring time.Duration
}

// Execute trains the network of a run, from its newest checkpoint if resume is set, and returns its values in curves.csv. It is a
// [sweep.Execute].
//
// Errors: those of [train.NewExperiment], [Check], [run.Folder.Run] and [Network].
func (m *Maker) Execute(ctx context.Context, folder run.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
	started := time.Now()
	experiment, err := train.NewExperiment(ctx, run.Config)
	if err != nil {
		return nil, err
	}
	if m.Alter != nil {
		m.Alter(experiment)
	}
	if err := Check(experiment); err != nil {
		return nil, err
	}
	recorder := m.Recorder(run.Config)
	trainer, _, err := folder.Run(ctx, experiment, resume, recorder)
	var divergence *train.DivergenceError
	if errors.As(err, &divergence) && m.Diverged != nil {
		kept, err := m.Diverged(folder, divergence)
		if err != nil {
			return nil, err
		}
		return nil, Write(folder, &kept)
	}
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	trained := time.Now()
	measured, kept, err := m.measure(ctx, folder, trainer, progressOf(recorder))
	if err != nil {
		return nil, err
	}
	if kept != nil {
		if err := Write(folder, &kept); err != nil {
			return nil, err
		}
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.training += trained.Sub(started)
	m.measuring += time.Since(trained)
	return sweepValues(measured), nil
}

// measure measures a trained network as configured.
func (m *Maker) measure(ctx context.Context, folder run.Folder, t *train.Trainer, progress Progress) (measured *Measurements, kept any, err error) {
	if m.Measure != nil {
		return m.Measure(ctx, folder, t, progress)
	}
	snapshots, err := folder.Snapshots()
	if err != nil {
		return nil, nil, err
	}
	if measured, err = Network(ctx, t.Experiment, t.Parameters, snapshots, t.History, progress); err == nil && m.Keep {
		kept = measured
	}
	return measured, kept, err
}

// Spent returns the times that networks took, summed over all that were made side by side.
func (m *Maker) Spent() (training, measuring time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.training, m.measuring
}

// sweepValues lists the values of a network in curves.csv.
func sweepValues(m *Measurements) []sweep.Value {
	var values []sweep.Value
	for _, v := range (&Table{Networks: []*Measurements{m}}).Values() {
		if math.IsNaN(v.Value) {
			continue // a gap
		}
		values = append(values, sweep.Value{Measure: v.Measure, Stage: v.Stage, Step: v.Step, Value: v.Value})
	}
	return values
}
