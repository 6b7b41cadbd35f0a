package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// scaleNeighbours are the numbers of neighbours of dimensionScales, from a small scale to a large one.
var scaleNeighbours = []int{3, 5, 10, 20, 40}

// ScaleNeighbours lists the numbers of neighbours of the series that [DimensionWithin] and [DimensionBetween] name.
func ScaleNeighbours() []int { return slices.Clone(scaleNeighbours) }

// DimensionWithin and DimensionBetween name the series of the intrinsic dimension of the samples within clusters, and of the means of
// clusters, from a number of neighbours.
func DimensionWithin(neighbours int) string { return fmt.Sprintf("dimension_within_k%d", neighbours) }
func DimensionBetween(neighbours int) string {
	return fmt.Sprintf("dimension_between_k%d", neighbours)
}

// dimensionScales is the intrinsic dimension over scales, within clusters and between them, through time.
var dimensionScales = Measure{
	Name: "dimension over scales", Columns: scaleColumns(), Weight: 3, Asked: true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		within, doubts, err := dimensionsOverScales(ctx, s.Trajectory, "within clusters", DimensionWithin,
			func(states *mat.Dense) (*mat.Dense, []int, error) { return states, s.Trajectory.Clusters, nil })
		if err != nil {
			return nil, nil, err
		}
		between, further, err := dimensionsOverScales(ctx, s.Trajectory, "between clusters", DimensionBetween,
			func(states *mat.Dense) (*mat.Dense, []int, error) {
				means, err := analysis.ClusterMeans(states, s.Trajectory.Clusters)
				if err != nil {
					return nil, nil, err
				}
				clusters, _ := means.Dims()
				return means, make([]int, clusters), nil
			})
		return present(append(within, between...)...), append(doubts, further...), err
	},
}

func scaleColumns() []Column {
	var columns []Column
	for _, k := range scaleNeighbours {
		columns = append(columns, Column{Name: DimensionWithin(k), Label: fmt.Sprintf("dimension within clusters, %d neighbours", k)})
	}
	for _, k := range scaleNeighbours {
		columns = append(columns, Column{Name: DimensionBetween(k), Label: fmt.Sprintf("dimension between clusters, %d neighbours", k)})
	}
	return columns
}

// dimensionsOverScales returns a series for each number of neighbours. A step at which points have collapsed, or differ by rounding only,
// is a gap and has a warning; where there are too few points for the largest number of neighbours, the series are left out with a doubt.
func dimensionsOverScales(ctx context.Context, trajectory *data.Trajectory, what string, name func(int) string,
	of func(states *mat.Dense) (*mat.Dense, []int, error)) (series []Series, warnings []error, err error) {
	for _, k := range scaleNeighbours {
		series = append(series, Series{Name: name(k), Values: make([]float64, len(trajectory.H))})
	}
	for t, states := range trajectory.H {
		points, clusters, err := of(states)
		var results []*analysis.LikelihoodDimensionResult
		if err == nil {
			results, err = analysis.DimensionOverScales(ctx, points, clusters, scaleNeighbours)
		}
		var few *analysis.TooFewSamplesError
		if errors.As(err, &few) {
			return nil, []error{fmt.Errorf("dimension %s: %w", what, err)}, nil
		}
		if err != nil && !isCollapse(err) {
			return nil, nil, &analysis.AtStep{Step: t, Err: err}
		}
		if err != nil {
			warnings = append(warnings, fmt.Errorf("dimension %s: %w", what, &analysis.AtStep{Step: t, Err: err}))
		}
		for i := range series {
			if series[i].Values[t] = math.NaN(); results != nil {
				series[i].Values[t] = results[i].Dimension
			}
		}
		if results != nil {
			for _, warning := range results[0].Warnings { // the same at every scale
				warnings = append(warnings, fmt.Errorf("dimension %s: %w", what, &analysis.AtStep{Step: t, Err: warning}))
			}
		}
	}
	return series, warnings, nil
}

// isCollapse reports whether points have no dimension because they are too few different ones or differ by rounding only.
func isCollapse(err error) bool {
	var few *analysis.TooFewDistinctError
	var noise *analysis.NoiseError
	return errors.Is(err, analysis.ErrZeroVariance) || errors.Is(err, analysis.ErrEqualDistances) || errors.As(err, &few) || errors.As(err, &noise)
}
