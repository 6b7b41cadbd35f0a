package figure_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
)

// TestGrid: a name stands in the legend once, whatever the number of charts with it, and every heading and axis is drawn.
func TestGrid(t *testing.T) {
	curve := func(name string, dashed bool) figure.Curve {
		return figure.Curve{Name: name, X: []float64{0, 1, 2}, Median: []float64{1, 3, 2}, Colour: figure.ClassColour(0), Dashed: dashed}
	}
	chart := func(title string) *figure.LineChart {
		return &figure.LineChart{Title: title, XLabel: "step", YLabel: "value", Curves: []figure.Curve{curve("one", false), curve("one", true), curve("two", false)}}
	}
	grid := &figure.Grid{Title: "All", Columns: 2, Dashes: "weak", Charts: []*figure.LineChart{chart("A"), chart("B"), chart("C")}}
	var svg bytes.Buffer
	if err := grid.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{">one<": 1, ">two<": 1, ">weak<": 1, ">A<": 1, ">C<": 1, ">step<": 3, ">value<": 3} {
		if got := strings.Count(svg.String(), text); got != want {
			t.Errorf("%s is drawn %d times, want %d", text, got, want)
		}
	}
	for name, broken := range map[string]*figure.Grid{
		"no column": {Charts: grid.Charts}, "no chart": {Columns: 1}, "an empty chart": {Columns: 1, Charts: []*figure.LineChart{{Title: "D"}}},
	} {
		if err := broken.SVG(&svg); err == nil {
			t.Errorf("%s is drawn", name)
		}
	}
}
