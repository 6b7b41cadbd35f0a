package measure

import (
	"context"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Load returns the experiment, the trained weights and the metrics of a finished run.
func Load(ctx context.Context, folder run.Folder) (*train.Experiment, *graph.Parameters, []train.EpochMetrics, error) {
	e, err := folder.Experiment(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	trained, err := folder.Weights()
	if err != nil {
		return nil, nil, nil, err
	}
	if units, classes := e.Config.Network.Units, e.Plan().Outputs; trained.Units() != units || trained.Outputs() != classes {
		return nil, nil, nil, fmt.Errorf("%s holds a network of %d units and %d classes, its run.json asks for %d and %d",
			folder.WeightsFile(), trained.Units(), trained.Outputs(), units, classes)
	}
	history, err := folder.History()
	return e, trained, history, err
}

// Run measures a finished run. progress may be nil.
func Run(ctx context.Context, folder run.Folder, progress Progress) (*Measurements, error) {
	return RunUnder(ctx, folder, nil, progress)
}

// RunUnder is [Run] with the dynamics under a constant input in place of measures.input, unless it is nil.
//
// Errors: [data.FieldError] for an input of another length than the task's.
func RunUnder(ctx context.Context, folder run.Folder, input *data.List, progress Progress) (*Measurements, error) {
	e, trained, history, err := Load(ctx, folder)
	if err != nil {
		return nil, err
	}
	if input != nil {
		e.Config.Measures.Input = *input
	}
	if e.Config.Measures.Input != "" {
		if _, err := e.Dynamics(trained); err != nil { // before the minutes that measures take
			return nil, err
		}
	}
	snapshots, err := folder.Snapshots()
	if err != nil {
		return nil, err
	}
	m, err := NetworkFully(ctx, e, trained, snapshots, history, progress)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder.Path, err)
	}
	// A run on the user's own points has their dimension, not the one of the unused cluster settings.
	if e.Training != nil {
		m.Config.Task.Dimension = e.Training.Dimension()
	}
	m.Run, m.Imported = folder.Path, folder.Imported()
	return m, nil
}
