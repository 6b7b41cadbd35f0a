package figure_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// trial returns two channels; the second does not count at first.
func trial() *figure.Trial {
	x, nan := []float64{0, 1, 2, 3}, math.NaN()
	return &figure.Trial{Title: "decision, gru", XLabel: "time step $t$", Markers: []figure.Marker{{X: 1, Label: "stimulus"}, {X: 3, Label: "decision"}},
		Rows: []figure.TrialRow{
			{Label: "evidence", Curves: []figure.Curve{{Name: "input", X: x, Median: []float64{0, 1, 1, 0}}}},
			{Label: "left", Greyed: []figure.Range{{Min: -0.5, Max: 1.5}}, Curves: []figure.Curve{{Name: "output", X: x, Median: []float64{nan, nan, 0.2, 0.9}}}},
		}}
}

// TestTrial checks that all rows share one legend and one row of marker labels, and that the name of each row is beside it.
func TestTrial(t *testing.T) {
	var svg bytes.Buffer
	if err := trial().SVG(&svg); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{">evidence<": 1, ">left<": 1, ">stimulus<": 1, ">decision<": 1, ">not asked<": 1, ">input<": 1, ">output<": 1} {
		if got := strings.Count(svg.String(), text); got != want {
			t.Errorf("%q stands %d times, want %d", text, got, want)
		}
	}
	long := trial()
	long.Title = "context_decision, gru, units = 40, input = fixed, epochs = 15, learning_rate = 0.005"
	svg.Reset()
	if err := long.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg.String(), ">"+long.Title+"<") || !strings.Contains(svg.String(), "learning_rate = 0.005<") {
		t.Error("a title that is wider than the picture stands on one line")
	}
	if err := (&figure.Trial{}).Validate(); !errors.Is(err, figure.ErrEmpty) {
		t.Errorf("a trial without rows: %v", err)
	}
	short := trial()
	short.Rows[1].Curves[0].Median = []float64{1}
	if err := short.Validate(); !errors.Is(err, figure.ErrLength) || !strings.Contains(err.Error(), `row "left"`) {
		t.Errorf("a curve of another length: %v", err)
	}
}

// TestLabelsOfMarkersKeepApart checks that labels that would overlap are put in separate rows.
func TestLabelsOfMarkersKeepApart(t *testing.T) {
	height := func(second float64) string {
		chart := &figure.LineChart{XLabel: "t", YLabel: "y", Curves: []figure.Curve{{X: []float64{0, 100}, Median: []float64{0, 1}}},
			Markers: []figure.Marker{{X: 50, Label: "stimulus"}, {X: second, Label: "decision"}}}
		var svg bytes.Buffer
		if err := chart.SVG(&svg); err != nil {
			t.Fatal(err)
		}
		place := func(label string) string {
			before, _, _ := strings.Cut(svg.String(), ">"+label+"<")
			_, y, _ := strings.Cut(before[strings.LastIndex(before, "<text"):], ` y="`)
			y, _, _ = strings.Cut(y, `"`)
			return y
		}
		return place("stimulus") + " " + place("decision")
	}
	apart, near := strings.Fields(height(90)), strings.Fields(height(52))
	if len(apart) != 2 || apart[0] != apart[1] {
		t.Errorf("labels far apart stand at the heights %v", apart)
	}
	if len(near) != 2 || near[0] == near[1] {
		t.Errorf("labels near each other stand at the heights %v", near)
	}
}

// TestStateSpace checks that unstable points contain their number of unstable directions, points far outside do not stretch the
// panel, and states need no class.
func TestStateSpace(t *testing.T) {
	panel := figure.StatePanel{XLabel: "PC 1", YLabel: "PC 2", X: []float64{-1, 1, 0}, Y: []float64{-1, 1, 0}, Class: []int{0, 1, -1},
		Points: []figure.StatePoint{{X: 1, Y: 1, Stable: true}, {X: 0, Y: 0, Unstable: 27}, {X: 5000, Y: 0, Slow: true}}}
	drawing := &figure.StateSpace{Title: "flip_flop, gru", ClassNames: []string{"no"}, Panels: []figure.StatePanel{panel}}
	var svg bytes.Buffer
	if err := drawing.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">27<", ">stable fixed point<", ">at the end, by class:<", ">no<", ">1<", ">PC 2<"} {
		if !strings.Contains(svg.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(svg.String(), "000<") {
		t.Error("a slow point far outside stretches the panel")
	}
	panel.Class = []int{0, 1, -2}
	drawing.Panels[0] = panel
	if err := drawing.Validate(); !errors.Is(err, figure.ErrValue) {
		t.Errorf("class -2: %v", err)
	}
	if err := (&figure.StateSpace{}).Validate(); !errors.Is(err, figure.ErrEmpty) {
		t.Errorf("no panel: %v", err)
	}
}
