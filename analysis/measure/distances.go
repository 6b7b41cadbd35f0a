package measure

import (
	"context"
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// distances are the root mean square distances of samples of different classes and of one class through time: 0, and a warning,
// where all samples are the same point, as before inputs differ.
var distances = Measure{
	Name:    "distances",
	Columns: []Column{{Name: "distance_between", Label: "distance between classes"}, {Name: "distance_within", Label: "distance within classes"}},
	Weight:  2,
	Classes: true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		if err := s.Trajectory.Validate(); err != nil {
			return nil, nil, err
		}
		var between, within []float64
		var warnings []error
		var oneClass *analysis.OneClassError
		for t, states := range s.Trajectory.H {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			at, err := analysis.ClassDistances(states, s.Trajectory.Labels, s.Trajectory.Clusters)
			switch {
			case errors.Is(err, analysis.ErrZeroVariance):
				warnings = append(warnings, &analysis.AtStep{Step: t, Err: err})
				at = &analysis.Distances{}
			case errors.As(err, &oneClass):
				return nil, []error{fmt.Errorf("distances are left out: all samples are of class %d", oneClass.Class)}, nil
			case err != nil:
				return nil, nil, &analysis.AtStep{Step: t, Err: err}
			}
			between, within = append(between, at.BetweenClasses.RMS), append(within, at.WithinClasses.RMS)
		}
		return present(Series{"distance_between", between}, Series{"distance_within", within}), warnings, nil
	},
}
