package measure_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
)

// TestRobustness: a network that is asked for its robustness gets a score at t_eval for each noise, and gaps elsewhere.
func TestRobustness(t *testing.T) {
	c := small.Config()
	c.Measures.Further = data.List(measure.NoiseScoreOf(0.05))
	e := small.Experiment(t, c)
	m, err := measure.Network(t.Context(), e, e.Initial, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	deviations := measure.NoiseDeviations()
	want, err := e.ScoresUnderNoise(t.Context(), e.Initial, deviations)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.After.Further) != len(deviations) {
		t.Fatalf("%d series, want %d", len(m.After.Further), len(deviations))
	}
	for i, series := range m.After.Further {
		if series.Name != measure.NoiseScoreOf(deviations[i]) {
			t.Errorf("series %d is %s", i, series.Name)
		}
		for at, value := range series.Values {
			if at == c.EvaluationTime() && value != want[i] || at != c.EvaluationTime() && !math.IsNaN(value) {
				t.Errorf("%s at %d is %g, want %g at t_eval alone", series.Name, at, value, want[i])
			}
		}
	}
}
