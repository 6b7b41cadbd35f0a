package measure

import (
	"context"
	"errors"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// Projection is the samples at one step on their first two principal components.
type Projection struct {
	Step    int       `json:"step"`
	X       []float64 `json:"x"`
	Y       []float64 `json:"y"`
	Classes []int     `json:"classes"`
}

// projectedAfter are the times after t_eval that are projected too, in which classes mix again.
var projectedAfter = []int{5, 10, 20}

// projections projects the states at every second step up to the evaluation step and at some after it.
func projections(ctx context.Context, trajectory *data.Trajectory, evaluation int) ([]Projection, error) {
	var steps []int
	for t := 0; t <= evaluation && t < trajectory.Steps(); t += 2 {
		steps = append(steps, t)
	}
	for _, after := range projectedAfter {
		if t := evaluation + after; t < trajectory.Steps() {
			steps = append(steps, t)
		}
	}
	return ProjectionsAt(ctx, trajectory, steps)
}

// ProjectionsAt projects the states at some steps on their first two principal components, signs aligned from each
// step to the next; none if the network has collapsed to a point, which has no components.
//
// Errors: those of [analysis.Snapshots].
func ProjectionsAt(ctx context.Context, trajectory *data.Trajectory, steps []int) ([]Projection, error) {
	series, err := analysis.Snapshots(ctx, trajectory, steps, 2)
	if errors.Is(err, analysis.ErrZeroVariance) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pictures := make([]Projection, len(steps))
	for i, scores := range series.Scores {
		pictures[i] = Projection{
			Step: steps[i], X: mat.Col(nil, 0, scores), Y: mat.Col(nil, 1, scores), Classes: trajectory.Labels,
		}
	}
	return pictures, nil
}
