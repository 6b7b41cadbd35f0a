package measure

import (
	"context"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// distances are the root mean square distances of samples of different classes and of one class through time.
var distances = Measure{
	Name:    "distances",
	Columns: []Column{{Name: "distance_between", Label: "distance between classes"}, {Name: "distance_within", Label: "distance within classes"}},
	Weight:  1,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		result, err := analysis.ClassDistancesThroughTime(ctx, s.Trajectory)
		if err != nil {
			return nil, nil, err
		}
		var between, within []float64
		for _, at := range result.Values {
			between, within = append(between, at.BetweenClasses.RMS), append(within, at.WithinClasses.RMS)
		}
		return present(Series{"distance_between", between}, Series{"distance_within", within}), nil, nil
	},
}
