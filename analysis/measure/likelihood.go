package measure

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// likelihood is the likelihood dimension through time with the neighbours of each sample within its cluster, at most half of
// the cluster of median size: more would not be near. If clusters are too small, it is left out with a doubt.
var likelihood = Measure{
	Name:    "likelihood dimension",
	Columns: []Column{{Name: "dimension_likelihood", Label: "dimension, likelihood"}},
	Weight:  1,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		var few *analysis.TooFewSamplesError
		result, err := likelihoodDimension(ctx, s.Trajectory)
		switch {
		case errors.As(err, &few):
			return nil, []error{err}, nil
		case err != nil:
			return nil, nil, err
		}
		for t, value := range result.Values {
			if value == 0 {
				result.Values[t] = math.NaN()
			}
		}
		return present(Series{"dimension_likelihood", result.Values}), result.Warnings, nil
	},
}

// leastNeighbours is the number of neighbours below which the likelihood dimension is left out.
const leastNeighbours = 4

func likelihoodDimension(ctx context.Context, trajectory *data.Trajectory) (*analysis.LikelihoodDimensionCurve, error) {
	sizes := map[int]int{}
	for _, cluster := range trajectory.Clusters {
		sizes[cluster]++
	}
	ordered := slices.Sorted(maps.Values(sizes))
	config, median := analysis.DefaultLikelihoodDimensionConfig(), ordered[len(ordered)/2]
	if median < 2*leastNeighbours {
		return nil, &analysis.TooFewSamplesError{Measure: "likelihood dimension within clusters", Samples: median, Least: 2 * leastNeighbours}
	}
	config.Neighbours = min(config.Neighbours, median/2)
	return analysis.LikelihoodDimensionThroughTime(ctx, trajectory, config)
}
