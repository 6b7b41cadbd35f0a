package claims

import (
	"context"
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

// Maker makes the runs of a sweep: it trains networks and gathers the evidence on them. It is safe for
// concurrent use.
type Maker struct {
	// Recorder returns what hears of a network's epochs and, if it is a [paper.ProgressRecorder], of its measures.
	Recorder func(train.Config) train.Recorder

	alter func(*train.Experiment) // spoils networks for tests
}

// Execute trains the network of a run, from its newest checkpoint if resume is set, and leaves the evidence
// on it in the run's folder. It is a [sweep.Execute]. A network whose training diverges is evidence too.
//
// Errors: those of [train.NewExperiment], [train.Folder.Run] and [paper.Measure].
func (m *Maker) Execute(ctx context.Context, folder train.Folder, run sweep.Run, resume bool) ([]sweep.Value, error) {
	experiment, err := train.NewExperiment(ctx, run.Config)
	if err != nil {
		return nil, err
	}
	if m.alter != nil {
		m.alter(experiment)
	}
	recorder := m.Recorder(run.Config)
	trainer, _, err := folder.Run(ctx, experiment, resume, recorder)
	var divergence *train.DivergenceError
	if errors.As(err, &divergence) {
		e := &Evidence{Diverged: divergence.Error()}
		if e.History, err = folder.History(); err != nil {
			return nil, err
		}
		return nil, paper.WriteMeasures(folder, e)
	}
	if err != nil {
		return nil, err
	}
	defer trainer.Close()
	e, err := gather(ctx, folder, trainer, paper.ProgressOf(recorder))
	if err != nil {
		return nil, err
	}
	return paper.SweepValues(&e.Measurements), paper.WriteMeasures(folder, e)
}

// gather measures a trained network.
func gather(ctx context.Context, folder train.Folder, t *train.Trainer, progress paper.Progress) (*Evidence, error) {
	e, experiment := &Evidence{}, t.Experiment
	var err error
	if e.Course, err = course(ctx, folder, t); err != nil {
		return nil, err
	}
	if e.InputED, err = analysis.EffectiveDimensionality(experiment.MeasuringPoints().Inputs); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	measured, err := paper.MeasureWith(ctx, experiment, t.Parameters, nil, t.History, progress,
		func(stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error {
			into := &e.Initial
			if stage == paper.After {
				into = &e.Trained
			}
			return into.measure(ctx, experiment.Config, stage, parameters, trajectory)
		})
	if err != nil {
		return nil, err
	}
	e.Measurements = *measured
	return e, nil
}
