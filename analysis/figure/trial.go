package figure

import (
	"errors"
	"fmt"
	"io"

	"gonum.org/v1/plot/vg"
)

// Trial is one sample of a task over time: rows of curves one below the other with a common time axis.
type Trial struct {
	Title   string
	XLabel  string
	Rows    []TrialRow
	Markers []Marker // across all rows, labelled above the first
}

// TrialRow is one channel, such as an input.
type TrialRow struct {
	Label  string  // to the right of the frame
	Curves []Curve // their names form the legend, one entry each
	Greyed []Range // intervals of X that do not count
	Y      *Range  // nil: the range of the data with padding
}

var _ picture = (*Trial)(nil)

// SVG writes the trial as SVG with selectable text. Errors: those of [Trial.Validate] and of w.
func (t *Trial) SVG(w io.Writer) error { return writeSVG(w, t) }

// PNG writes the trial as PNG with dpi dots per inch. Errors: those of [Trial.Validate], a resolution below 1 or too large, and of w.
func (t *Trial) PNG(w io.Writer, dpi int) error { return writePNG(w, t, dpi) }

// Validate returns nil when the trial can be drawn, or all faults of its rows joined.
func (t *Trial) Validate() error { return prefixed(t.check()) }

func (t *Trial) check() error {
	var faults []error
	for i := range t.Rows {
		faults = append(faults, checkCurves(fmt.Sprintf("row %q", t.Rows[i].Label), t.Rows[i].Curves), t.Rows[i].Y.check("Y"))
	}
	if x, _ := extents(t.curves()); !x.filled() {
		faults = append(faults, fmt.Errorf("%w: no row has a curve", ErrEmpty))
	}
	return joinNamed("trial", errors.Join(faults...))
}

func (t *Trial) curves() []Curve {
	var all []Curve
	for i := range t.Rows {
		all = append(all, t.Rows[i].Curves...)
	}
	return all
}

const (
	trialRow    vg.Length = 40 // height of a frame
	trialRowGap vg.Length = 9
)

// panels returns the rows as charts and the space around each, with the same left and right margins for all.
func (t *Trial) panels(p *pen) (charts []chart, around margins) {
	x, _ := extents(t.curves())
	for i := range t.Rows {
		row := &t.Rows[i]
		_, y := extents(row.Curves)
		c := chart{curves: row.Curves, greyed: row.Greyed, markers: t.Markers, x: x.padded(0), y: y.padded(0.1), bare: true}
		if row.Y != nil {
			c.y = *row.Y
		}
		if i > 0 {
			c.unlabelled()
		}
		if i == len(t.Rows)-1 {
			c.bare, c.xLabel = false, t.XLabel
		}
		m := c.margins(p, lineChartWidth*0.7, trialRow)
		around.left, around.top, around.bottom = max(around.left, m.left), max(around.top, m.top), max(around.bottom, m.bottom)
		around.right = max(around.right, 8+p.width(row.Label, smallText))
		charts = append(charts, c)
	}
	return charts, around
}

// entries returns the entries of the legend.
func (t *Trial) entries() []entry {
	entries := curveEntries(t.curves())
	for i := range t.Rows {
		if len(t.Rows[i].Greyed) > 0 {
			return append(entries, entry{label: "not asked", patch: faint})
		}
	}
	return entries
}

func (t *Trial) size(p *pen) (width, height vg.Length) {
	_, around := t.panels(p)
	n := vg.Length(len(t.Rows))
	height = 2*pageMargin + around.top + around.bottom + n*trialRow + (n-1)*trialRowGap
	height += p.titleHeight(t.Title, lineChartWidth-2*pageMargin)
	if lines := legendLines(p, t.entries(), lineChartWidth-2*pageMargin); len(lines) > 0 {
		height += vg.Length(len(lines))*legendHeight + 6
	}
	return lineChartWidth, height
}

func (t *Trial) draw(p *pen, width, height vg.Length) {
	top, inner := height-pageMargin, width-2*pageMargin
	top -= p.title(t.Title, pageMargin, top, inner)
	if lines := legendLines(p, t.entries(), inner); len(lines) > 0 {
		drawLegend(p, lines, pageMargin, top, inner)
		top -= vg.Length(len(lines))*legendHeight + 6
	}
	charts, around := t.panels(p)
	top -= around.top
	for i := range charts {
		frame := box(pageMargin+around.left, top, inner-around.left-around.right, trialRow)
		charts[i].draw(p, frame)
		p.text(at(frame.Max.X+6, (frame.Min.Y+frame.Max.Y)/2), t.Rows[i].Label, smallText)
		top -= trialRow + trialRowGap
	}
}

func (t *Trial) describe() string {
	return fmt.Sprintf("%s: %d channels of one trial over %s", PlainText(t.Title), len(t.Rows), PlainText(t.XLabel))
}
