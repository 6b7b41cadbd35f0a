package analysis

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// SnapshotSeries is the hidden states at some time steps, projected on the principal components of each step.
type SnapshotSeries struct {
	Steps          []int        // time steps, as asked for
	Scores         []*mat.Dense // one S x k for each step: first, second, .. component, signs aligned from step to step
	ExplainedRatio [][]float64  // one k for each step, in [0, 1], falling
	Warnings       []error      // doubts, e.g. [*FewSamplesWarning]
}

// Snapshots returns the hidden states at the given steps on their first k principal components, in order of variance at
// every step: the first column is always the component with the largest. The sign of a principal component is arbitrary, so
// that a series of pictures would jump where the states hardly move. A column whose correlation over the samples with the
// same column of the snapshot before is negative is therefore flipped; the first snapshot is as [PrincipalComponents] gives
// it. Two components whose variances cross between two snapshots still change places there.
//
// steps are in [0, T), at least one; k is in [1, min(S, N)].
//
// Errors: those of PrincipalComponents inside an [*AtStep], a step out of range, those of the trajectory's Validate.
func Snapshots(ctx context.Context, trajectory *data.Trajectory, steps []int, k int) (*SnapshotSeries, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("analysis: no steps for snapshots; name at least one in 0..%d", len(trajectory.H)-1)
	}
	series := &SnapshotSeries{Steps: append([]int(nil), steps...)}
	for index, step := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if step < 0 || step >= len(trajectory.H) {
			return nil, fmt.Errorf("analysis: snapshot at t = %d; the trajectory has t = 0..%d", step, len(trajectory.H)-1)
		}
		components, err := PrincipalComponents(trajectory.H[step], k)
		if err != nil {
			return nil, &AtStep{Step: step, Err: err}
		}
		scores, err := components.Project(trajectory.H[step])
		if err != nil {
			return nil, &AtStep{Step: step, Err: err}
		}
		if index > 0 {
			followSigns(series.Scores[index-1], scores)
		}
		series.Scores = append(series.Scores, scores)
		series.ExplainedRatio = append(series.ExplainedRatio, components.ExplainedRatio)
	}
	series.Warnings = covarianceWarnings(trajectory.H[0])
	return series, nil
}

// followSigns flips every column of scores whose correlation with the same column of before is negative.
func followSigns(before, scores *mat.Dense) {
	samples, k := scores.Dims()
	for column := range k {
		// Columns have mean 0, so the dot product has the correlation's sign.
		if mat.Dot(before.ColView(column), scores.ColView(column)) >= 0 {
			continue
		}
		for sample := range samples {
			scores.Set(sample, column, -scores.At(sample, column))
		}
	}
}
