package paper

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Maker makes the runs of a sweep: it trains networks and measures them before and after. It is safe for
// concurrent use.
type Maker struct {
	// Recorder returns what hears of a network's epochs and, if it is a [ProgressRecorder], of its measures.
	Recorder func(train.Config) train.Recorder
	// Keep leaves all measurements in the run's folder too, from which [Options.Gather] reads them.
	Keep bool

	mutex               sync.Mutex
	training, measuring time.Duration
}

// Execute trains the network of a run, from its newest checkpoint if resume is set, and returns the values
// that curves.csv has of it. It is a [sweep.Execute].
//
// Errors: those of [train.NewExperiment], [CheckSplits], [train.Folder.Run] and [Measure].
func (m *Maker) Execute(ctx context.Context, folder train.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
	started := time.Now()
	experiment, err := train.NewExperiment(ctx, run.Config)
	if err != nil {
		return nil, err
	}
	if err := CheckSplits(experiment); err != nil {
		return nil, err
	}
	recorder := m.Recorder(run.Config)
	trainer, _, err := folder.Run(ctx, experiment, resume, recorder)
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	trained := time.Now()
	snapshots, err := folder.Snapshots()
	if err != nil {
		return nil, err
	}
	measured, err := Measure(ctx, experiment, trainer.Parameters, snapshots, trainer.History, ProgressOf(recorder))
	if err != nil {
		return nil, err
	}
	if m.Keep {
		if err := WriteMeasures(folder, measured); err != nil {
			return nil, err
		}
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.training += trained.Sub(started)
	m.measuring += time.Since(trained)
	return SweepValues(measured), nil
}

// Spent returns the times that networks took, summed over all that were made side by side.
func (m *Maker) Spent() (training, measuring time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.training, m.measuring
}

// SweepValues lists what curves.csv has of a network.
func SweepValues(m *Measurements) []sweep.Value {
	var values []sweep.Value
	for _, v := range (&Result{Networks: []*Measurements{m}}).Values() {
		if math.IsNaN(v.Value) {
			continue // a gap
		}
		values = append(values, sweep.Value{Measure: v.Measure, Stage: v.Stage, Step: v.Step, Value: v.Value})
	}
	return values
}
