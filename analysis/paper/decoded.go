package paper

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
)

// Decoded is a variable of the measuring samples that is read from the states.
type Decoded struct {
	Variable string
	Chance   float64 // share of the most frequent value
}

// decodedVariables lists the variables of a batch, nil for none.
func decodedVariables(batch *data.Batch) []Decoded {
	if batch == nil {
		return nil
	}
	var list []Decoded
	for _, v := range batch.Variables {
		count := make([]int, v.Kinds)
		for _, value := range v.Values {
			count[value]++
		}
		list = append(list, Decoded{v.Name, float64(slices.Max(count)) / float64(len(v.Values))})
	}
	return list
}

// decodingCharts lists a chart for each decoded variable.
func decodingCharts(groups *grouping) []analysisChart {
	var charts []analysisChart
	listed := map[string]int{}
	for _, g := range groups.groups {
		for _, v := range g.networks[0].Decoded {
			level := figure.Level{Y: v.Chance, Label: "chance"}
			if i, known := listed[v.Variable]; known {
				if !slices.ContainsFunc(charts[i].levels, func(l figure.Level) bool { return math.Abs(l.Y-level.Y) < 0.02 }) { // nearer ones fall together
					charts[i].levels = append(charts[i].levels, level)
				}
				continue
			}
			listed[v.Variable] = len(charts)
			charts = append(charts, analysisChart{fileName(measure.DecodingOf(v.Variable)), "Decoding of " + v.Variable, measure.DecodingOf(v.Variable), timeLabel, "held-out accuracy, " + v.Variable,
				fmt.Sprintf("Logistic regression of %s on the states at each time, on samples that it was not fitted to; chance is the share of the most frequent value; "+
					"dashed before training.", v.Variable), []figure.Level{level}})
		}
	}
	return charts
}

// fileName replaces what is no letter, digit, - or _ in a name.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}
