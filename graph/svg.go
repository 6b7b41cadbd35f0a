package graph

import (
	"bufio"
	"fmt"
	"io"
)

// Dimensions of a drawing, in pixels.
const (
	svgMargin     = 16.0
	boxHeight     = 40.0
	boxMinWidth   = 64.0
	lineHeight    = 13.0
	laneWidth     = 8.0
	channelHeight = 26.0 // without tracks
	gapWidth      = 28.0 // between columns of one panel, without tracks
	panelMargin   = 10.0 // between a panel's edge and its boxes
	panelGap      = 20.0 // between two panels, without tracks
	titleHeight   = 18.0
	cornerRadius  = 6.0
	legendHeight  = 34.0
)

// drawing is a routed grid with its dimensions.
type drawing struct {
	*grid
	*router
	widths        []float64 // of the columns
	lefts         []float64 // their left edges
	tops, heights []float64 // of the rows
	bandTop       [2]float64
	width, height float64
}

// WriteSVG draws the graph as SVG: time runs to the right, one panel for each step t = 0 .. T-1, with the parameters on
// the left, readout and loss on the right and the gradients below. Arrows follow the data around the boxes. The output depends only
// on the graph. It draws any network: places follow from the sections and names that it was built with.
func (r *RNN) WriteSVG(w io.Writer, options PictureOptions) error {
	g := place(newPicture(r, options))
	d := &drawing{grid: g, router: routeArrows(g, options.Raw)}
	d.measure()
	out := bufio.NewWriter(w)
	d.write(out)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("graph: write svg: %w", err)
	}
	return nil
}

// measure converts columns, rows and lanes to pixels.
func (d *drawing) measure() {
	d.widths, d.lefts = make([]float64, d.columns), make([]float64, d.columns)
	d.tops, d.heights = make([]float64, d.rows[0]+d.rows[1]), make([]float64, d.rows[0]+d.rows[1])
	for i := range d.widths {
		d.widths[i] = boxMinWidth
	}
	for i := range d.heights {
		d.heights[i] = boxHeight
	}
	for _, c := range d.cells {
		lines := c.svgLines()
		for _, line := range lines {
			d.widths[c.column] = max(d.widths[c.column], textWidth(line.text, line.size)+14)
		}
		d.heights[c.row] = max(d.heights[c.row], 12+lineHeight*float64(len(lines)))
	}
	starts := map[int]bool{}
	for _, p := range d.panels {
		starts[p.first] = p.last >= p.first
	}
	x := svgMargin
	for gap := 0; gap <= d.columns; gap++ {
		tracks := laneWidth * float64(lanes(d.gaps[gap]))
		switch {
		case gap == 0 || gap == d.columns:
			x += panelMargin
			d.layTracks(d.gaps[gap], x)
			x += tracks
		case starts[gap]:
			d.layTracks(d.gaps[gap], x+panelMargin+panelGap/2)
			x += 2*panelMargin + panelGap + tracks
		default:
			d.layTracks(d.gaps[gap], x+gapWidth/2)
			x += gapWidth + tracks
		}
		if gap < d.columns {
			d.lefts[gap] = x
			x += d.widths[gap]
		}
	}
	d.width = x + svgMargin
	y := svgMargin
	for channel := 0; channel <= len(d.tops); channel++ {
		tracks := laneWidth * float64(lanes(d.channels[channel]))
		if channel == 0 || channel == d.rows[0] && d.rows[1] > 0 {
			band := 0
			if channel > 0 {
				band = 1
				y += panelMargin + titleHeight + 10
			}
			d.bandTop[band] = y
			y += titleHeight
		}
		d.layTracks(d.channels[channel], y+10)
		y += tracks
		if channel < len(d.tops) {
			y += channelHeight
			d.tops[channel] = y
			y += d.heights[channel]
		}
	}
	for _, c := range d.cells {
		c.x, c.y = d.lefts[c.column], d.tops[c.row]
	}
	d.height = y + panelMargin + legendHeight + svgMargin
}

func (d *drawing) layTracks(tracks []*track, from float64) {
	for _, t := range tracks {
		t.at = from + laneWidth*(float64(t.lane)+0.5)
	}
}

// point returns the position of a port.
func (d *drawing) point(p *port) (x, y float64) {
	c := p.cell
	w, h := d.widths[c.column], d.heights[c.row]
	switch p.side {
	case top:
		return c.x + w*p.part, c.y
	case bottom:
		return c.x + w*p.part, c.y + h
	case left:
		return c.x, c.y + h*p.part
	}
	return c.x + w, c.y + h*p.part
}
