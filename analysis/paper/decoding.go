package paper

import (
	"context"
	"fmt"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
)

// decodePrefix begins the names of measures that say how well a variable of the task can be read from the states.
const decodePrefix = "decode_"

// decoding returns a measure of how well each variable of the samples can be read from the states by a logistic regression:
// the accuracy on samples that it was not fitted to, through time, the mean of as many splits as the configuration says. Chance
// is the share of the most frequent value.
func decoding(c train.Config) func(context.Context, *moment, *data.Trajectory, *meter) ([]NamedCurve, []error, error) {
	return func(ctx context.Context, _ *moment, trajectory *data.Trajectory, steps *meter) (curves []NamedCurve, warnings []error, err error) {
		if c.Measures.Splits == 0 {
			return nil, nil, nil
		}
		for _, variable := range trajectory.Variables {
			steps.begin(stepDecoding)
			if rare := rareValues(variable); rare != "" {
				warnings = append(warnings, fmt.Errorf("%s is not decoded: fewer than 2 of the %d measuring samples have the value %s; raise measures.samples",
					variable.Name, trajectory.Samples(), rare))
				continue
			}
			folds, err := analysis.HeldOutFolds(variable.Values, c.Measures.HeldOut, c.Measures.Splits, c.Stream(streamFolds+" of "+variable.Name, 0))
			if err != nil {
				return nil, nil, fmt.Errorf("decoding %s: %w", variable.Name, err)
			}
			of := &data.Trajectory{H: trajectory.H, Labels: variable.Values, Clusters: trajectory.Clusters}
			accuracy, err := analysis.HeldOutSampleAccuracy(ctx, of, folds, analysis.DefaultLogisticConfig())
			if err != nil {
				return nil, nil, fmt.Errorf("decoding %s: %w", variable.Name, err)
			}
			curves = append(curves, NamedCurve{decodePrefix + strings.ReplaceAll(variable.Name, " ", "_"), accuracy.HeldOut})
			warnings = append(warnings, accuracy.Warnings...)
		}
		return curves, warnings, nil
	}
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
			name := fmt.Sprint(kind)
			if kind < len(v.Names) {
				name = v.Names[kind]
			}
			rare = append(rare, name)
		}
	}
	return strings.Join(rare, ", ")
}
