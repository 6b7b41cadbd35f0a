package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestNiceTicks(t *testing.T) {
	cases := []struct {
		r        Range
		most     int
		integers bool
		want     string
	}{
		{Range{0, 30}, 7, true, "0 5 10 15 20 25 30"},
		{Range{0, 15}, 5, true, "0 5 10 15"},
		{Range{0, 3}, 6, true, "0 1 2 3"},
		{Range{0, 1}, 6, true, "0 1"},
		{Range{0.38, 1.02}, 6, false, "0.4 0.5 0.6 0.7 0.8 0.9 1.0"},
		{Range{0, 47.6}, 6, false, "0 10 20 30 40"},
		{Range{-0.002, 0.003}, 5, false, "−0.002 −0.001 0.000 0.001 0.002 0.003"},
		{Range{0, 1e6}, 5, false, "0 250000 500000 750000 1000000"},
		{Range{4, 4}, 5, false, "4"},
	}
	for _, c := range cases {
		a := axis{Range: c.r, ticks: niceTicks(c.r, c.most, c.integers)}
		got := a.tickLabels()
		if len(got) > c.most {
			t.Errorf("%v: %d ticks, at most %d asked for", c.r, len(got), c.most)
		}
		if c.most >= len(strings.Fields(c.want)) && strings.Join(got, " ") != c.want {
			t.Errorf("%v: ticks %q, want %q", c.r, strings.Join(got, " "), c.want)
		}
		for _, tick := range a.ticks {
			if tick < c.r.Min-1e-9 || tick > c.r.Max+1e-9 {
				t.Errorf("%v: tick %v lies outside", c.r, tick)
			}
		}
	}
}

func TestAxisMapsEndsAndMiddle(t *testing.T) {
	a := axis{Range: Range{-1, 3}, from: 100, to: 300}
	for value, want := range map[float64]vg.Length{-1: 100, 1: 200, 3: 300} {
		if got := a.at(value); got != want {
			t.Errorf("%v at %v, want %v", value, got, want)
		}
	}
}

func TestPieces(t *testing.T) {
	cases := map[string]string{
		"plain":            "plain",
		"time step $t$":    "time step |i:t",
		"$t_{eval}$ = 10":  "i:t|l:eval| = 10",
		"$h_{t}$":          "i:h|il:t",
		"lr_heldout 5 $":   "lr_heldout 5 $",
		"$g$ = 20 & 75 %":  "i:g| = 20 & 75 %",
		"$x_{0} + h_{10}$": "i:x|l:0| + |i:h|l:10",
	}
	for label, want := range cases {
		var got []string
		for _, part := range pieces(label) {
			mark := ""
			if part.italic {
				mark += "i"
			}
			if part.lowered {
				mark += "l"
			}
			if mark != "" {
				mark += ":"
			}
			got = append(got, mark+part.text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", label, strings.Join(got, "|"), want)
		}
	}
}

func TestGaplessFindsStretches(t *testing.T) {
	nan := math.NaN()
	got := gapless(6, []float64{1, nan, 2, 3, math.Inf(1), 4}, []float64{1, 1, 1, 1, 1, 1})
	if want := []span{{0, 1}, {2, 4}, {5, 6}}; !slices.Equal(got, want) {
		t.Errorf("stretches %v, want %v", got, want)
	}
	if got := gapless(0); got != nil {
		t.Errorf("nothing has stretches %v", got)
	}
}

func TestLegendFitsAndIsBalanced(t *testing.T) {
	p := newPen(nil)
	var entries []entry
	for i := range 9 {
		entries = append(entries, entry{label: fmt.Sprintf("a name of some length %d", i), line: &stroke{width: 1}})
	}
	lines := legendLines(p, entries, 500)
	total := 0
	for _, line := range lines {
		used := -entryGap
		for i := range line {
			used += entryGap + line[i].width(p)
		}
		if used > 500 {
			t.Errorf("a line of %v points, at most 500", used)
		}
		total += len(line)
	}
	if total != 9 || len(lines) != 3 || len(lines[2]) < 2 {
		t.Errorf("%d entries in %d lines, want 9 in 3 of about the same length", total, len(lines))
	}
}

// TestHiddenCurvesAreRevealed checks that two coinciding curves are both visible.
func TestHiddenCurvesAreRevealed(t *testing.T) {
	one := wave(EdgeOfChaos, 10, 0, func(float64) float64 { return 1 })
	two := wave(StronglyChaotic, 10, 0, func(t float64) float64 { return 1 + max(0, 5-t) })
	y := axis{Range: Range{0, 10}, from: 0, to: 100}
	if got, want := hidden(&one, &two, y), []span{{5, 10}}; !slices.Equal(got, want) {
		t.Errorf("hidden stretches %v, want %v", got, want)
	}
	two.Dashed = true
	if got := hidden(&one, &two, y); got != nil {
		t.Errorf("a dashed curve hides %v", got)
	}
}

func lineChart() *LineChart {
	c := &LineChart{
		Title: "Effective dimensionality", XLabel: "time step $t$", YLabel: "effective dimensionality",
		Markers: []Marker{{X: 10, Label: "$t_{eval}$"}}, Levels: []Level{{Y: 5, Label: "inputs"}},
	}
	for i, colour := range []color.Color{EdgeOfChaos, StronglyChaotic} {
		curve := wave(colour, 31, 1, func(t float64) float64 { return 3 + 8*math.Exp(-t/5) + 3*float64(i) })
		curve.Name = []string{"edge of chaos, $g$ = 20", "strongly chaotic, $g$ = 250"}[i]
		c.Curves = append(c.Curves, curve)
	}
	return c
}

// numbersOf returns all numbers of the path data in an SVG.
func numbersOf(svg string) []float64 {
	var numbers []float64
	for _, part := range strings.Split(svg, `<path d="`)[1:] {
		data, _, _ := strings.Cut(part, `"`)
		for _, field := range strings.FieldsFunc(data, func(r rune) bool { return !strings.ContainsRune("0123456789.-", r) }) {
			var v float64
			if _, err := fmt.Sscan(field, &v); err == nil {
				numbers = append(numbers, v)
			}
		}
	}
	return numbers
}

func TestLineChartCutsAtItsLimits(t *testing.T) {
	c := lineChart()
	c.YLimits = &Range{4, 6}
	c.XLimits = &Range{5, 20}
	var svg bytes.Buffer
	if err := c.SVG(&svg); err != nil {
		t.Fatal(err)
	}
	width, height := c.size(newPen(nil))
	for _, v := range numbersOf(svg.String()) {
		if v < -0.01 || v > float64(max(width, height)) {
			t.Fatalf("a coordinate %v outside of %v by %v points", v, width, height)
		}
	}
	c.YLimits = &Range{6, 4}
	if err := c.SVG(io.Discard); !errors.Is(err, ErrValue) {
		t.Errorf("limits upside down: %v", err)
	}
	if err := (&LineChart{}).SVG(io.Discard); !errors.Is(err, ErrEmpty) {
		t.Errorf("no curve: %v", err)
	}
}

func TestScatterRowAlone(t *testing.T) {
	s := &ScatterRow{Title: "Snapshots", Rows: sample(200).Rows}
	var svg bytes.Buffer
	if err := errors.Join(s.SVG(&svg), s.PNG(io.Discard, 50)); err != nil {
		t.Fatal(err)
	}
	if text := wellFormed(t, svg.Bytes()); !strings.Contains(text, "Snapshots") || strings.Count(text, "PC 1") != 2 {
		t.Errorf("text of the rows: %q", text)
	}
	if err := (&ScatterRow{}).SVG(io.Discard); !errors.Is(err, ErrEmpty) {
		t.Errorf("no row: %v", err)
	}
}

func heatMap() *HeatMap {
	h := &HeatMap{
		Title: "Dimensionality over time and coupling", XLabel: "time step $t$", YLabel: "coupling strength $g$",
		ValueLabel: "effective dimensionality", Y: []float64{5, 10, 20, 50, 100, 250, 500},
	}
	for t := range 31 {
		h.X = append(h.X, float64(t))
	}
	for i := range h.Y {
		row := make([]float64, len(h.X))
		for t := range row {
			row[t] = 2 + float64(i)*3*math.Exp(-math.Pow(float64(t-8)/6, 2))
		}
		h.Values = append(h.Values, row)
	}
	h.Values[2][5] = math.NaN()
	return h
}

func TestHeatMap(t *testing.T) {
	h := heatMap()
	var svg bytes.Buffer
	if err := errors.Join(h.SVG(&svg), h.PNG(io.Discard, 50)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"250", "30", "effective dimensionality"} {
		if !strings.Contains("\n"+wellFormed(t, svg.Bytes()), "\n"+want+"\n") {
			t.Errorf("no text %q", want)
		}
	}
	if got, want := strings.Count(svg.String(), "<path"), 31*7-1; got < want {
		t.Errorf("%d shapes, want at least %d cells", got, want)
	}
	h.Values[0] = h.Values[0][:4]
	if err := h.SVG(io.Discard); !errors.Is(err, ErrLength) {
		t.Errorf("ragged rows: %v", err)
	}
	if err := (&HeatMap{X: []float64{1}, Y: []float64{1}, Values: [][]float64{{math.NaN()}}}).SVG(io.Discard); !errors.Is(err, ErrEmpty) {
		t.Errorf("no value: %v", err)
	}
	if err := (&HeatMap{X: []float64{2, 1}, Y: []float64{1}, Values: [][]float64{{1, 1}}}).SVG(io.Discard); !errors.Is(err, ErrValue) {
		t.Errorf("falling settings: %v", err)
	}
	if heat(math.Inf(-1)) != viridis[0] || heat(2) != viridis[len(viridis)-1] {
		t.Error("shares outside [0, 1] have another colour than the ends")
	}
}
