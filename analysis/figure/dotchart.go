package figure

import (
	"errors"
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot/vg"
)

// Dot is one row of a [DotChart]: a value with its interval.
type Dot struct {
	Name          string
	Value, Lo, Hi float64 // finite, Lo <= Hi; equal where there is no interval
	Colour        color.Color
}

// DotChart shows values with their intervals below each other, such as the effects of several causes, against a reference line.
type DotChart struct {
	Title, XLabel string
	Dots          []Dot // from the top down
	Markers       []Marker
	XLimits       *Range // nil: the range of intervals and markers with padding
}

var _ picture = (*DotChart)(nil)

// SVG writes the chart as SVG with selectable text. Errors: those of [DotChart.Validate] and of w.
func (c *DotChart) SVG(w io.Writer) error { return writeSVG(w, c) }

// PNG writes the chart as PNG with dpi dots per inch. Errors: those of [DotChart.Validate], a resolution below 1 or too large, and of w.
func (c *DotChart) PNG(w io.Writer, dpi int) error { return writePNG(w, c, dpi) }

// Validate returns nil when the chart can be drawn, or all faults joined.
func (c *DotChart) Validate() error { return prefixed(c.check()) }

func (c *DotChart) check() error {
	faults := []error{c.XLimits.check("XLimits")}
	if len(c.Dots) == 0 {
		faults = append(faults, fmt.Errorf("%w: no dot", ErrEmpty))
	}
	for i, dot := range c.Dots {
		if !finite(dot.Value) || !finite(dot.Lo) || !finite(dot.Hi) || dot.Lo > dot.Hi {
			faults = append(faults, fmt.Errorf("dot %d, %q: %w: %v in [%v, %v]", i, dot.Name, ErrValue, dot.Value, dot.Lo, dot.Hi))
		}
	}
	return joinNamed("dot chart", errors.Join(faults...))
}

// Size of the parts of a dot chart in points.
const (
	dotRow    vg.Length = 19
	dotRadius vg.Length = 3.2
)

// panel returns the frame of the chart: the rows are at y = 0, -1, ..., without an axis of their own.
func (c *DotChart) panel() chart {
	x := empty()
	for _, dot := range c.Dots {
		x.add(dot.Lo, dot.Value, dot.Hi)
	}
	for _, marker := range c.Markers {
		x.add(marker.X)
	}
	panel := chart{xLabel: c.XLabel, markers: c.Markers, named: true, x: x.padded(0.05), y: Range{0.5 - float64(len(c.Dots)), 0.5}}
	if c.XLimits != nil {
		panel.x = *c.XLimits
	}
	return panel
}

func (c *DotChart) size(*pen) (width, height vg.Length) {
	height = 2*pageMargin + dotRow*vg.Length(len(c.Dots)) + markerHeight + tickLength + tickGap + sizeTick + 5 + sizeLabel
	if c.Title != "" {
		height += 22
	}
	return lineChartWidth, height
}

func (c *DotChart) draw(p *pen, width, height vg.Length) {
	top := height - pageMargin
	if c.Title != "" {
		p.text(at(pageMargin, top-sizeTitle/2), c.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= 22
	}
	panel := c.panel()
	names := make([]string, len(c.Dots))
	for i, dot := range c.Dots {
		names[i] = dot.Name
	}
	around := margins{
		left: widest(p, names) + tickGap + 4, right: 9, top: markerHeight + vg.Length(c.rowsOfMarkers(p, &panel, width))*markerStep,
		bottom: tickLength + tickGap + sizeTick + 5 + sizeLabel,
	}
	frame := around.inside(vg.Rectangle{Min: at(pageMargin, pageMargin), Max: at(width-pageMargin, top)})
	panel.draw(p, frame)
	x, y := panel.axes(frame)
	name := tickText
	name.across = 1
	for i, dot := range c.Dots {
		height := y.at(-float64(i))
		p.text(at(frame.Min.X-tickGap-4, height), dot.Name, name)
		lo, hi := max(dot.Lo, panel.x.Min), min(dot.Hi, panel.x.Max)
		if lo < hi {
			p.polyline(stroke{colour: dot.Colour, width: 1.6}, at(x.at(lo), height), at(x.at(hi), height))
		}
		if dot.Value >= panel.x.Min && dot.Value <= panel.x.Max {
			p.dots([]vg.Point{at(x.at(dot.Value), height)}, dotRadius, dot.Colour)
		}
	}
}

// rowsOfMarkers returns how many rows of marker labels there are above the first.
func (c *DotChart) rowsOfMarkers(p *pen, panel *chart, width vg.Length) int {
	x, _ := panel.axes(box(0, dotRow, 0.5*width, dotRow))
	most := 0
	for _, row := range panel.markerRows(p, x) {
		most = max(most, row)
	}
	return most
}

func (c *DotChart) describe() string {
	return fmt.Sprintf("%s: %d values of %s", PlainText(c.Title), len(c.Dots), PlainText(c.XLabel))
}
