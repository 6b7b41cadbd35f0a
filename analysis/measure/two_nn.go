package measure

import (
	"context"
	"errors"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// twoNN is the intrinsic dimension by two neighbours through time. With too few samples it is left out with a doubt: other
// measures may still mean something.
var twoNN = Measure{
	Name:    "intrinsic dimension",
	Columns: []Column{{Name: "dimension_twonn", Label: "dimension, TwoNN"}, {Name: "dimension_twonn_pvalue", Label: "p of TwoNN"}},
	Weight:  2,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		var few *analysis.TooFewSamplesError
		result, err := analysis.TwoNNThroughTime(ctx, s.Trajectory, analysis.DefaultTwoNNConfig())
		switch {
		case errors.As(err, &few):
			return nil, []error{err}, nil
		case err != nil:
			return nil, nil, err
		}
		for t, value := range result.Values {
			if value == 0 {
				result.Values[t], result.PValues[t] = math.NaN(), math.NaN()
			}
		}
		return present(Series{"dimension_twonn", result.Values}, Series{"dimension_twonn_pvalue", result.PValues}), result.Warnings, nil
	},
}
