package measure_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
)

// TestFurtherSeries: a network is measured by those of the further measures that its configuration names, and a name that is no
// series is refused before training.
func TestFurtherSeries(t *testing.T) {
	c := small.Config()
	for names, want := range map[string]string{"": "[]", "dimension_twonn": "[dimension_twonn dimension_twonn_pvalue]"} {
		c.Measures.Further = data.List(names)
		e := small.Experiment(t, c)
		if err := measure.Check(e); err != nil {
			t.Fatal(err)
		}
		m, err := measure.Network(t.Context(), e, e.Initial, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, series := range m.After.Further {
			got = append(got, series.Name)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: got %v, want %s", names, got, want)
		}
	}
	c.Measures.Further = "dimension_twonn, dimensoin"
	if err := measure.Check(small.Experiment(t, c)); err == nil || !strings.Contains(err.Error(), "measures.further = dimensoin") {
		t.Errorf("got %v", err)
	}
}

// TestSeriesKeepTheirGaps: a gap survives JSON, which has no NaN.
func TestSeriesKeepTheirGaps(t *testing.T) {
	text, err := json.Marshal(measure.Series{Name: "x", Values: []float64{1, math.NaN(), 3}})
	if err != nil || string(text) != `{"measure":"x","values":[1,null,3]}` {
		t.Fatalf("%s, %v", text, err)
	}
	var back measure.Series
	if err := json.Unmarshal(text, &back); err != nil || back.Name != "x" || len(back.Values) != 3 || !math.IsNaN(back.Values[1]) {
		t.Errorf("%+v, %v", back, err)
	}
}
