package claims

import (
	"context"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// shrinkage is that of the covariance behind d': enough for as many samples of a class as units, little against the variance of
	// the leading directions.
	shrinkage = 0.01
	// mostDiscriminability replaces larger d': a network at two fixed points has no variance within classes, and JSON no infinity.
	mostDiscriminability = 1000.0
	// separable is the accuracy from which classes count as linearly separable, on at most mostComponents components.
	separable, mostComponents = 0.95, 30
)

// capturedTimes are the times of [Stage].Captured.
var capturedTimes = []int{0, 5, 10}

// shape measures how the states lie at each t.
func (s *Stage) shape(ctx context.Context, trajectory *data.Trajectory) error {
	distances, err := analysis.ClassDistancesThroughTime(ctx, trajectory)
	if err != nil {
		return err
	}
	for _, at := range distances.Values {
		s.Between, s.Within = append(s.Between, at.BetweenClasses.RMS), append(s.Within, at.WithinClasses.RMS)
	}
	for t, states := range trajectory.H {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t > 0 {
			s.Change = append(s.Change, changeBetween(trajectory.H[t-1], states))
		}
		groups, err := analysis.TwoMeans(states)
		if err != nil {
			return &analysis.AtStep{Step: t, Err: err}
		}
		index, err := analysis.AdjustedRand(trajectory.Labels, groups)
		if err != nil {
			return &analysis.AtStep{Step: t, Err: err}
		}
		apart, err := analysis.Discriminability(states, trajectory.Labels, shrinkage)
		if err != nil {
			return &analysis.AtStep{Step: t, Err: err}
		}
		s.Groups, s.Discriminability = append(s.Groups, index), append(s.Discriminability, math.Min(apart, mostDiscriminability))
	}
	for _, t := range capturedTimes {
		if t >= len(trajectory.H) {
			break
		}
		captured, err := capturedBy(trajectory.H[t])
		if err != nil {
			return &analysis.AtStep{Step: t, Err: err}
		}
		s.Captured = append(s.Captured, captured)
	}
	return nil
}

// changeBetween returns the root mean square of the difference of two sets of states over that of the first.
func changeBetween(before, after *mat.Dense) float64 {
	var difference mat.Dense
	difference.Sub(after, before)
	return mat.Norm(&difference, 2) / mat.Norm(before, 2)
}

// capturedBy returns the share of the variance in as many principal components as the effective dimensionality, rounded up.
func capturedBy(states *mat.Dense) (float64, error) {
	dimensionality, err := analysis.EffectiveDimensionality(states)
	if err != nil {
		return 0, err
	}
	components, err := analysis.PrincipalComponents(states, int(math.Ceil(dimensionality)))
	if err != nil {
		return 0, err
	}
	return floats.Sum(components.ExplainedRatio), nil
}

// separatingComponents returns the least number of principal components on which a logistic regression tells the classes of all
// samples apart, mostComponents+1 if none up to mostComponents does.
func separatingComponents(ctx context.Context, states *mat.Dense, labels []int) (int, error) {
	samples, units := states.Dims()
	most := min(mostComponents, samples, units)
	components, err := analysis.PrincipalComponents(states, most)
	if err != nil {
		return 0, err
	}
	scores := mat.NewDense(samples, most, nil)
	for i := range samples {
		deviation := append([]float64(nil), states.RawRowView(i)...)
		floats.Sub(deviation, components.Mean)
		for k := range most {
			scores.Set(i, k, floats.Dot(deviation, components.Directions.RawRowView(k)))
		}
	}
	for k := 1; k <= most; k++ {
		leading := mat.DenseCopyOf(scores.Slice(0, samples, 0, k))
		model, err := analysis.FitLogistic(ctx, leading, labels, analysis.DefaultLogisticConfig())
		if err != nil {
			return 0, err
		}
		accuracy, err := model.Accuracy(leading, labels)
		if err != nil {
			return 0, err
		}
		if accuracy >= separable {
			return k, nil
		}
	}
	return mostComponents + 1, nil
}
