package measure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
)

// decoding is how well each variable of the samples can be read from the states by a logistic regression: the accuracy on
// samples that it was not fitted to, through time, averaged over the configured number of splits. Chance is the share of
// the most frequent value. A variable of which a value occurs once is left out with a doubt.
var decoding = Measure{
	Name:   "decoding of variables",
	Prefix: decodePrefix,
	Weight: 5,
	Compute: func(ctx context.Context, s *Subject) (series []Series, doubts []error, err error) {
		if s.Config.Measures.Splits == 0 {
			return nil, nil, nil
		}
		for i, variable := range s.Trajectory.Variables {
			s.within(float64(i) / float64(len(s.Trajectory.Variables)))
			if slices.Min(variable.Values) == slices.Max(variable.Values) {
				continue // nothing to decode: the samples do not differ in it
			}
			if rare := rareValues(variable); rare != "" {
				doubts = append(doubts, fmt.Errorf("%s is not decoded: fewer than 2 of the %d measuring samples have the value %s; %s",
					variable.Name, s.Trajectory.Samples(), rare, s.Config.MoreMeasured(s.Trajectory.Samples())))
				continue
			}
			accuracy, err := decode(ctx, s, variable)
			if err != nil {
				return nil, nil, fmt.Errorf("decoding %s: %w", variable.Name, err)
			}
			series = append(series, Series{DecodingOf(variable.Name), accuracy.HeldOut})
			doubts = append(doubts, accuracy.Warnings...)
		}
		return series, doubts, nil
	},
	Band: analysis.AccuracyBand,
}

const decodePrefix = "decode_"

// DecodingOf names the series that says how well a variable of the task can be read from the states.
func DecodingOf(variable string) string { return decodePrefix + strings.ReplaceAll(variable, " ", "_") }

// streamDecoding, followed by a variable's name, is the purpose of the stream that chooses held-out samples.
const streamDecoding = "held-out samples of "

func decode(ctx context.Context, s *Subject, variable data.Variable) (*analysis.HeldOutCurve, error) {
	folds, err := analysis.HeldOutFolds(variable.Values, s.Config.Measures.HeldOut, s.Config.Measures.Splits, s.Config.Stream(streamDecoding+variable.Name, 0))
	if err != nil {
		return nil, err
	}
	of := &data.Trajectory{H: s.Trajectory.H, Labels: variable.Values, Clusters: s.Trajectory.Clusters}
	return analysis.HeldOutSampleAccuracy(ctx, of, folds, analysis.DefaultLogisticConfig())
}

// rareValues names the values of a variable that occur once, so that none is left to fit when it is held out.
func rareValues(v data.Variable) string {
	count := make([]int, v.Kinds)
	for _, value := range v.Values {
		count[value]++
	}
	var rare []string
	for kind, samples := range count {
		if samples == 1 {
			rare = append(rare, v.KindName(kind))
		}
	}
	return strings.Join(rare, ", ")
}
