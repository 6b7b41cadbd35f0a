package figure

import (
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
)

// LineChart is a single chart of curves with their bands, a legend above the frame and reference lines.
type LineChart struct {
	Title          string
	XLabel, YLabel string
	Curves         []Curve
	Dashes         string // legend entry for dashed curves, such as "before training", used if some curves are solid; may be empty
	Markers        []Marker
	Levels         []Level
	XLimits        *Range // nil: as wide as the data
	YLimits        *Range // nil: the range of the data with padding; curves are clipped to limits given here
}

var _ picture = (*LineChart)(nil)

// SVG writes the chart as SVG with selectable text. Errors: those of [LineChart.Validate] and of w.
func (c *LineChart) SVG(w io.Writer) error { return writeSVG(w, c) }

// PNG writes the chart as PNG with dpi dots per inch. Errors: those of [LineChart.Validate], a resolution below 1 or too large, and of w.
func (c *LineChart) PNG(w io.Writer, dpi int) error { return writePNG(w, c, dpi) }

// Validate returns nil when the chart can be drawn, or all faults of its curves and limits joined.
func (c *LineChart) Validate() error { return prefixed(c.check()) }

func (c *LineChart) check() error {
	faults := []error{checkCurves("curves", c.Curves)}
	if x, y := extents(c.Curves); !x.filled() || !y.filled() {
		faults = append(faults, fmt.Errorf("%w: no curve holds a finite value", ErrEmpty))
	}
	faults = append(faults, c.XLimits.check("XLimits"), c.YLimits.check("YLimits"))
	return joinNamed("line chart", faults...)
}

func (c *LineChart) panel() chart {
	x, y := extents(c.Curves)
	panel := chart{
		xLabel: c.XLabel, yLabel: c.YLabel, curves: c.Curves, markers: c.Markers, levels: c.Levels,
		x: x.padded(0), y: y.padded(0.05),
	}
	if c.XLimits != nil {
		panel.x = *c.XLimits
	}
	if c.YLimits != nil {
		panel.y = *c.YLimits
	}
	return panel
}

// Size of a single chart in points.
const (
	lineChartWidth  vg.Length = 420
	lineChartHeight vg.Length = 240 // of the frame and its labels, without title and legend
	pageMargin      vg.Length = 14
)

// entries returns the entries of the legend: a line for each name, and a grey dashed one if dashes have a separate meaning.
func (c *LineChart) entries() []entry {
	entries, dashed, solid := curveEntries(c.Curves), false, false
	for i := range c.Curves {
		dashed, solid = dashed || c.Curves[i].Dashed, solid || !c.Curves[i].Dashed
	}
	if c.Dashes != "" && dashed && solid {
		example := Curve{Colour: muted, Dashed: true}
		look := example.look()
		entries = append(entries, entry{label: c.Dashes, line: &look})
	}
	return entries
}

func (c *LineChart) size(p *pen) (width, height vg.Length) {
	height = 2*pageMargin + lineChartHeight
	if c.Title != "" {
		height += 22
	}
	if lines := legendLines(p, c.entries(), lineChartWidth-2*pageMargin); len(lines) > 0 {
		height += vg.Length(len(lines))*legendHeight + 6
	}
	return lineChartWidth, height
}

func (c *LineChart) draw(p *pen, width, height vg.Length) {
	top, inner := height-pageMargin, width-2*pageMargin
	if c.Title != "" {
		p.text(at(pageMargin, top-sizeTitle/2), c.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= 22
	}
	if lines := legendLines(p, c.entries(), inner); len(lines) > 0 {
		drawLegend(p, lines, pageMargin, top, inner)
		top -= vg.Length(len(lines))*legendHeight + 6
	}
	panel := c.panel()
	area := vg.Rectangle{Min: at(pageMargin, pageMargin), Max: at(width-pageMargin, top)}
	panel.draw(p, panel.margins(p, area.Size().X, area.Size().Y).inside(area))
}

func (c *LineChart) describe() string {
	return fmt.Sprintf("%s: %d curves of %s over %s", PlainText(c.Title), len(c.Curves), PlainText(c.YLabel), PlainText(c.XLabel))
}
