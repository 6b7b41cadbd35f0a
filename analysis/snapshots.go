package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// SnapshotSeries is the hidden states at some time steps, projected on the principal components of each step.
type SnapshotSeries struct {
	Steps          []int        // time steps, as asked for
	Scores         []*mat.Dense // one S x k for each step, columns aligned from step to step
	ExplainedRatio [][]float64  // one k for each step, in [0, 1], in the order of the columns of Scores
	Warnings       []error      // doubts, e.g. [*FewSamplesWarning]
}

// Snapshots returns the hidden states at the given steps on their first k principal components, with order and signs
// aligned from each snapshot to the next. Principal components have no sign of their own, and two of similar variance
// swap places easily; left alone, a series of pictures jumps where the states hardly move.
//
// The correlation of every column of the scores with every column of the snapshot before is taken over the samples.
// The pair of largest magnitude is matched first, then the largest among the columns left, and so on; a column whose
// correlation with its match is negative is flipped. So a later first column need not have the largest variance:
// ExplainedRatio says how much each has. The first snapshot is as [PrincipalComponents] gives it.
//
// steps are in [0, T), at least one; k is in [1, min(S, N)].
//
// Errors: those of PrincipalComponents inside an [*AtStep], a step out of range, those of the trajectory's Validate.
func Snapshots(trajectory *data.Trajectory, steps []int, k int) (*SnapshotSeries, error) {
	if err := trajectory.Validate(); err != nil {
		return nil, err
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("analysis: no steps for snapshots; name at least one in 0..%d", len(trajectory.H)-1)
	}
	series := &SnapshotSeries{Steps: append([]int(nil), steps...)}
	for index, step := range steps {
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
		ratio := components.ExplainedRatio
		if index > 0 {
			scores, ratio = align(series.Scores[index-1], scores, ratio)
		}
		series.Scores = append(series.Scores, scores)
		series.ExplainedRatio = append(series.ExplainedRatio, ratio)
	}
	series.Warnings = covarianceWarnings(trajectory.H[0])
	return series, nil
}

// align returns scores with its columns reordered and flipped to correlate with those of before, and ratio in the same
// order.
func align(before, scores *mat.Dense, ratio []float64) (*mat.Dense, []float64) {
	samples, k := scores.Dims()
	var correlation mat.Dense
	correlation.Mul(before.T(), scores) // k x k; columns of scores have mean 0, their norms are divided out below
	norms := func(m *mat.Dense, column int) float64 {
		return math.Max(mat.Norm(m.ColView(column), 2), math.SmallestNonzeroFloat64)
	}
	for i := range k {
		for j := range k {
			correlation.Set(i, j, correlation.At(i, j)/norms(before, i)/norms(scores, j))
		}
	}
	aligned, alignedRatio := mat.NewDense(samples, k, nil), make([]float64, k)
	matchedBefore, matchedNow := make([]bool, k), make([]bool, k)
	for range k {
		bestBefore, bestNow, best := -1, -1, -1.0
		for i := range k {
			for j := range k {
				if size := math.Abs(correlation.At(i, j)); !matchedBefore[i] && !matchedNow[j] && size > best {
					bestBefore, bestNow, best = i, j, size
				}
			}
		}
		matchedBefore[bestBefore], matchedNow[bestNow] = true, true
		sign := 1.0
		if correlation.At(bestBefore, bestNow) < 0 {
			sign = -1
		}
		for sample := range samples {
			aligned.Set(sample, bestBefore, sign*scores.At(sample, bestNow))
		}
		alignedRatio[bestBefore] = ratio[bestNow]
	}
	return aligned, alignedRatio
}
