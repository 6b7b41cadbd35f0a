package figure

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func dotChart() *DotChart {
	return &DotChart{
		Title: "What compresses", XLabel: "ratio", Markers: []Marker{{X: 1, Label: "no effect"}, {X: 0.8, Label: "a fifth"}},
		Dots: []Dot{
			{Name: "gradient noise, batch 10 / batch 800", Value: 0.5, Lo: 0.4, Hi: 0.65, Colour: EdgeOfChaos},
			{Name: "noise on labels", Value: 1.01, Lo: 1.01, Hi: 1.01, Colour: StronglyChaotic},
		},
	}
}

// TestDotChart: rows stand below each other in their order, intervals and markers are in the frame whatever their values, and what cannot
// be drawn is a fault.
func TestDotChart(t *testing.T) {
	c := dotChart()
	var svg bytes.Buffer
	if err := errors.Join(c.SVG(&svg), c.PNG(io.Discard, 50)); err != nil {
		t.Fatal(err)
	}
	text := wellFormed(t, svg.Bytes())
	for _, want := range []string{"What compresses", "batch 10 / batch 800", "noise on labels", "no effect", "a fifth", "ratio"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	width, height := c.size(newPen(nil))
	for _, limits := range []*Range{nil, {0.9, 1}} {
		c.XLimits = limits
		svg.Reset()
		if err := c.SVG(&svg); err != nil {
			t.Fatal(err)
		}
		for _, v := range numbersOf(svg.String()) {
			if v < -0.01 || v > float64(max(width, height)) {
				t.Fatalf("limits %v: a coordinate %v outside of %v by %v points", limits, v, width, height)
			}
		}
	}
	for fault, dots := range map[error][]Dot{ErrEmpty: nil, ErrValue: {{Name: "x", Value: math.NaN()}}} {
		if err := (&DotChart{Dots: dots}).SVG(io.Discard); !errors.Is(err, fault) {
			t.Errorf("%v: got %v, want %v", dots, err, fault)
		}
	}
	if err := (&DotChart{Dots: []Dot{{Value: 1, Lo: 2, Hi: 1}}}).SVG(io.Discard); !errors.Is(err, ErrValue) {
		t.Errorf("an interval upside down: %v", err)
	}
}
