package figure

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// Grid is charts beside and below each other with one legend for all: curves of one name have one look.
type Grid struct {
	Title   string
	Charts  []*LineChart // row by row; a Title is the heading of its panel, and Dashes are those of the grid
	Columns int          // 1 or more
	Dashes  string       // as in a [LineChart]
}

var _ picture = (*Grid)(nil)

// SVG writes the grid as SVG with selectable text. Errors: those of [Grid.Validate] and of w.
func (g *Grid) SVG(w io.Writer) error { return writeSVG(w, g) }

// PNG writes the grid as PNG with dpi dots per inch. Errors: those of [Grid.Validate], a resolution below 1 or too large, and of w.
func (g *Grid) PNG(w io.Writer, dpi int) error { return writePNG(w, g, dpi) }

// Validate returns nil when the grid can be drawn, or all faults joined.
func (g *Grid) Validate() error { return prefixed(g.check()) }

func (g *Grid) check() error {
	var faults []error
	if g.Columns < 1 {
		faults = append(faults, fmt.Errorf("%w: %d columns; choose 1 or more", ErrValue, g.Columns))
	}
	if len(g.Charts) == 0 {
		faults = append(faults, fmt.Errorf("%w: no chart", ErrEmpty))
	}
	for _, c := range g.Charts {
		if err := c.check(); err != nil {
			faults = append(faults, fmt.Errorf("%q: %w", PlainText(c.Title), err))
		}
	}
	return joinNamed("grid", errors.Join(faults...))
}

// gridColumn is the width of a column of a grid in points.
const gridColumn vg.Length = 370

// legend returns the lines of the legend of all charts.
func (g *Grid) legend(p *pen, width vg.Length) [][]entry {
	all := LineChart{Dashes: g.Dashes}
	for _, c := range g.Charts {
		all.Curves = append(all.Curves, c.Curves...)
	}
	return legendLines(p, all.entries(), width)
}

func (g *Grid) rows() int { return (len(g.Charts) + g.Columns - 1) / g.Columns }

func (g *Grid) size(p *pen) (width, height vg.Length) {
	columns := vg.Length(min(g.Columns, len(g.Charts)))
	width = 2*pageMargin + columns*gridColumn + (columns-1)*columnGap
	height = 2*pageMargin + vg.Length(g.rows())*(headingHeight+chartHeight) + vg.Length(g.rows()-1)*bandGap
	if g.Title != "" {
		height += 22
	}
	if lines := g.legend(p, width-2*pageMargin); len(lines) > 0 {
		height += vg.Length(len(lines))*legendHeight + 8
	}
	return width, height
}

func (g *Grid) draw(p *pen, width, height vg.Length) {
	top := height - pageMargin
	if g.Title != "" {
		p.text(at(pageMargin, top-sizeTitle/2), g.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= 22
	}
	if lines := g.legend(p, width-2*pageMargin); len(lines) > 0 {
		drawLegend(p, lines, pageMargin, top, width-2*pageMargin)
		top -= vg.Length(len(lines))*legendHeight + 8
	}
	for first := 0; first < len(g.Charts); first += g.Columns {
		row := g.Charts[first:min(first+g.Columns, len(g.Charts))]
		panels := make([]chart, len(row))
		var shared margins // so that the frames of a row are level
		for i, c := range row {
			panels[i] = c.panel()
			m := panels[i].margins(p, gridColumn, chartHeight)
			shared.left, shared.right = max(shared.left, m.left), max(shared.right, m.right)
			shared.top, shared.bottom = max(shared.top, m.top), max(shared.bottom, m.bottom)
		}
		for i, c := range row {
			left := pageMargin + vg.Length(i)*(gridColumn+columnGap)
			heading(p, "", c.Title, left, top, lettering{colour: ink, bold: true})
			panels[i].draw(p, shared.inside(box(left, top-headingHeight, gridColumn, chartHeight)))
		}
		top -= headingHeight + chartHeight + bandGap
	}
}

func (g *Grid) describe() string {
	titles := make([]string, len(g.Charts))
	for i, c := range g.Charts {
		titles[i] = PlainText(c.Title)
	}
	return fmt.Sprintf("%s: %s", PlainText(g.Title), strings.Join(slices.Compact(titles), "; "))
}
