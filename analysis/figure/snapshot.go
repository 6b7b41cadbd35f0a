package figure

import (
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/vg"
)

// Projection is the samples at one time step, in the plane of their first two principal components.
type Projection struct {
	Step  int       // t
	X, Y  []float64 // S each, the first and the second component; a sample with NaN or Inf is left out
	Class []int     // S, from 0
}

// Validate returns nil when the projection can be drawn: three slices of equal length ([ErrLength]), classes in 0 to 999 ([ErrValue]).
func (s *Projection) Validate() error { return prefixed(s.check()) }

func (s *Projection) check() error {
	return checkPoints(fmt.Sprintf("projection at step %d", s.Step), s.X, s.Y, s.Class)
}

// mostClasses is far above the number of colours that can be told apart; it catches numbers that are not classes.
const mostClasses = 1000

func checkPoints(place string, x, y []float64, class []int) error {
	if len(x) != len(y) || len(x) != len(class) {
		return fmt.Errorf("%s: %w: %d in X, %d in Y, %d in Class", place, ErrLength, len(x), len(y), len(class))
	}
	for i, k := range class {
		if k < 0 || k >= mostClasses {
			return fmt.Errorf("%s: %w: Class[%d] = %d; classes count from 0 to at most %d", place, ErrValue, i, k, mostClasses-1)
		}
	}
	return nil
}

// Row holds the snapshots of one network over time.
type Row struct {
	Title     string // of the network, such as "edge of chaos, $g$ = 20"
	Colour    color.Color
	Snapshots []Projection
}

// Validate joins the faults of the snapshots.
func (r *Row) Validate() error { return prefixed(r.check()) }

func (r *Row) check() error {
	var faults []error
	for i := range r.Snapshots {
		faults = append(faults, r.Snapshots[i].check())
	}
	switch n := len(r.Snapshots); {
	case n == 0:
		faults = append(faults, fmt.Errorf("%w: a row without snapshots", ErrEmpty))
	case n > mostSnapshots:
		faults = append(faults, fmt.Errorf("%w: %d snapshots in a row; at most %d can be seen", ErrValue, n, mostSnapshots))
	}
	return joinNamed(fmt.Sprintf("row %q", r.Title), faults...)
}

const (
	snapshotGap  vg.Length = 6
	snapshotText vg.Length = 13 // height of "t = 4" above a square
	componentGap vg.Length = 12 // width of "PC 2" beside the first square, height of "PC 1" below
	largestCell  vg.Length = 120

	mostSnapshots = 16
)

// cellSize returns the side of the squares of a row of count snapshots within width.
func cellSize(count int, width vg.Length) vg.Length {
	return min(largestCell, (width-componentGap-vg.Length(count-1)*snapshotGap)/vg.Length(count))
}

// drawSnapshots draws the squares of a row from the top left; the first square is labelled "PC 1" and "PC 2".
func drawSnapshots(p *pen, row *Row, left, top, cell vg.Length) {
	title := lettering{size: sizeTick, colour: ink, across: 0.5}
	for i := range row.Snapshots {
		snapshot := &row.Snapshots[i]
		frame := box(left+componentGap+vg.Length(i)*(cell+snapshotGap), top-snapshotText, cell, cell)
		p.text(at((frame.Min.X+frame.Max.X)/2, top-sizeTick/2), fmt.Sprintf("$t$ = %d", snapshot.Step), title)
		drawScatter(p, snapshot.X, snapshot.Y, snapshot.Class, frame, 1.05)
		p.outline(stroke{colour: faint, width: 0.8}, rectangle(frame))
		if i == 0 {
			label := lettering{size: sizeTick - 1, colour: muted, across: 0.5}
			p.text(at((frame.Min.X+frame.Max.X)/2, frame.Min.Y-componentGap/2), "PC 1", label)
			label.rotated = true
			p.text(at(frame.Min.X-componentGap/2, (frame.Min.Y+frame.Max.Y)/2), "PC 2", label)
		}
	}
}

// layers is the number of passes over the samples of a scatter plot: each pass draws every layers-th sample, class by class, so
// that no class covers the others.
const layers = 12

// drawScatter draws points coloured by class in a square frame: one scale for both axes, centred, so that the shape is preserved.
func drawScatter(p *pen, xs, ys []float64, class []int, frame vg.Rectangle, radius vg.Length) {
	x, y := empty(), empty()
	classes := 0
	for i := range xs {
		if finite(xs[i]) && finite(ys[i]) {
			x.add(xs[i])
			y.add(ys[i])
			classes = max(classes, class[i]+1)
		}
	}
	if !x.filled() {
		centre := at((frame.Min.X+frame.Max.X)/2, (frame.Min.Y+frame.Max.Y)/2)
		p.text(centre, "no data", lettering{size: sizeTick, colour: muted, across: 0.5})
		return
	}
	side := frame.Size().X - 2*(radius+3)
	width := math.Max(x.Max-x.Min, y.Max-y.Min)
	if width == 0 {
		width = 1
	}
	place := func(i int) vg.Point {
		return at((frame.Min.X+frame.Max.X)/2+vg.Length((xs[i]-(x.Min+x.Max)/2)/width)*side,
			(frame.Min.Y+frame.Max.Y)/2+vg.Length((ys[i]-(y.Min+y.Max)/2)/width)*side)
	}
	for layer := range layers {
		centres := make([][]vg.Point, classes)
		for i := layer; i < len(xs); i += layers {
			if finite(xs[i]) && finite(ys[i]) {
				centres[class[i]] = append(centres[class[i]], place(i))
			}
		}
		for k := range centres {
			p.dots(centres[(k+layer)%classes], radius, fade(ClassColour((k+layer)%classes), 0.85))
		}
	}
}

// ScatterRow is rows of snapshots only, one below the other.
type ScatterRow struct {
	Title string
	Rows  []Row
}

var _ picture = (*ScatterRow)(nil)

// SVG writes the rows as SVG. Errors: those of [ScatterRow.Validate] and of w.
func (s *ScatterRow) SVG(w io.Writer) error { return writeSVG(w, s) }

// PNG writes the rows as PNG with dpi dots per inch. Errors: those of [ScatterRow.Validate], a resolution below 1 or too large, and of w.
func (s *ScatterRow) PNG(w io.Writer, dpi int) error { return writePNG(w, s, dpi) }

// Validate joins the faults of the rows; no rows is [ErrEmpty].
func (s *ScatterRow) Validate() error { return prefixed(s.check()) }

func (s *ScatterRow) check() error {
	var faults []error
	if len(s.Rows) == 0 {
		faults = append(faults, fmt.Errorf("%w: no row", ErrEmpty))
	}
	for i := range s.Rows {
		faults = append(faults, s.Rows[i].check())
	}
	return errors.Join(faults...)
}

const (
	scatterRowWidth vg.Length = 620
	rowTitle        vg.Length = 18
)

// rowsCell returns the side of the squares that fits the longest row.
func rowsCell(rows []Row, width vg.Length) vg.Length {
	most := 1
	for i := range rows {
		most = max(most, len(rows[i].Snapshots))
	}
	return cellSize(most, width)
}

func (s *ScatterRow) size(*pen) (width, height vg.Length) {
	cell := rowsCell(s.Rows, scatterRowWidth-2*pageMargin)
	height = 2*pageMargin + vg.Length(len(s.Rows))*(rowTitle+snapshotText+cell+componentGap+6) - 6
	if s.Title != "" {
		height += 22
	}
	return scatterRowWidth, height
}

func (s *ScatterRow) draw(p *pen, width, height vg.Length) {
	top := height - pageMargin
	if s.Title != "" {
		p.text(at(pageMargin, top-sizeTitle/2), s.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= 22
	}
	cell := rowsCell(s.Rows, width-2*pageMargin)
	for i := range s.Rows {
		row := &s.Rows[i]
		p.text(at(pageMargin+componentGap, top-sizePanel/2), row.Title, lettering{size: sizePanel, colour: row.Colour, bold: true})
		drawSnapshots(p, row, pageMargin, top-rowTitle, cell)
		top -= rowTitle + snapshotText + cell + componentGap + 6
	}
}

func (s *ScatterRow) describe() string {
	return fmt.Sprintf("%s: samples in the plane of their first two principal components, %d rows through time", PlainText(s.Title), len(s.Rows))
}
