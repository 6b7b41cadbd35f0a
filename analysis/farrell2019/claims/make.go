package claims

import (
	"context"
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Maker trains the networks that the claims need and stores the evidence on each in its run's folder. A network whose training
// diverges, or whose states collapse, is evidence too. recorder returns the recorder that receives a network's epochs and measures.
func Maker(recorder func(train.Config) train.Recorder) *measure.Maker {
	return &measure.Maker{Recorder: recorder, Measure: gather, Diverged: diverged}
}

// diverged returns the evidence on a network whose training ended early.
func diverged(folder run.Folder, divergence *train.DivergenceError) (kept any, err error) {
	e := &Evidence{Diverged: divergence.Error()}
	e.History, err = folder.History()
	return e, err
}

// gather measures a trained network.
func gather(ctx context.Context, folder run.Folder, t *train.Trainer, progress measure.Progress) (_ *measure.Measurements, kept any, err error) {
	e, experiment := &Evidence{}, t.Experiment
	if keepsWaypoints(experiment.Config) {
		e.Path, err = waypoints(ctx, folder, t)
	} else {
		e.Course, err = momentsOf(ctx, folder, t)
	}
	if err != nil {
		return nil, nil, err
	}
	if e.InputED, err = analysis.EffectiveDimensionality(experiment.MeasuringPoints().Inputs); err != nil {
		return nil, nil, fmt.Errorf("inputs: %w", err)
	}
	measured, err := measure.NetworkWith(ctx, experiment, t.Parameters, nil, t.History, progress,
		func(stage string, parameters *graph.Parameters, trajectory *data.Trajectory) error {
			into := &e.Initial
			if stage == measure.After {
				into = &e.Trained
			}
			return into.measure(ctx, experiment.Config, stage, parameters, trajectory)
		})
	if errors.Is(err, analysis.ErrZeroVariance) { // evidence too, and no reason to lose the other networks
		lost := &Evidence{Diverged: "all states are one point: " + err.Error()}
		lost.History = t.History
		return &lost.Measurements, lost, nil
	}
	if err != nil {
		return nil, nil, err
	}
	e.Measurements = *measured
	return &e.Measurements, e, nil
}
