package measure

import (
	"context"
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/analysis"
)

// noiseDeviations are the standard deviations of the noise in the units.
var noiseDeviations = []float64{0, 0.05, 0.1, 0.2, 0.5, 1}

// robustness is the network's score at t_eval with noise in its units, see [train.Experiment.ScoresUnderNoise]: the share of right
// choices, or the score of a task through time. All other times are gaps.
var robustness = Measure{
	Name:    "robustness to noise",
	Columns: robustnessColumns(),
	Weight:  2,
	Asked:   true,
	Compute: func(ctx context.Context, s *Subject) ([]Series, []error, error) {
		if s.Experiment == nil || s.Parameters == nil {
			return nil, nil, nil // not a network
		}
		scores, err := s.Experiment.ScoresUnderNoise(ctx, s.Parameters, noiseDeviations)
		if err != nil {
			return nil, nil, err
		}
		asked := s.Experiment.Plan().Asked()
		series := make([]Series, len(scores))
		for i, score := range scores {
			series[i] = Series{NoiseScoreOf(noiseDeviations[i]), make([]float64, s.Trajectory.Steps())}
			for t := range series[i].Values {
				if series[i].Values[t] = math.NaN(); t == asked[len(asked)-1] {
					series[i].Values[t] = score
				}
			}
		}
		return present(series...), nil, nil
	},
	Band: analysis.AccuracyBand,
}

// NoiseDeviations returns the standard deviations of the noise under which networks are scored.
func NoiseDeviations() []float64 { return append([]float64(nil), noiseDeviations...) }

// NoiseScoreOf names the series of the score under noise of a standard deviation, one of [NoiseDeviations].
func NoiseScoreOf(deviation float64) string { return fmt.Sprintf("score_noise_%g", deviation) }

func robustnessColumns() []Column {
	columns := make([]Column, len(noiseDeviations))
	for i, deviation := range noiseDeviations {
		columns[i] = Column{Name: NoiseScoreOf(deviation), Label: fmt.Sprintf("score, noise %g", deviation)}
	}
	return columns
}
