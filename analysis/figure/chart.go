package figure

import (
	"gonum.org/v1/plot/vg"
)

// Marker is a vertical reference line at X with a label above the frame.
type Marker struct {
	X     float64
	Label string
}

// Level is a horizontal reference line at Y with a label to the right of the frame.
type Level struct {
	Y     float64
	Label string
}

// chart is one panel of curves, ready to be placed.
type chart struct {
	xLabel, yLabel string
	curves         []Curve
	markers        []Marker
	levels         []Level
	x, y           Range
}

// margins is the room around a frame that labels take.
type margins struct{ left, right, top, bottom vg.Length }

// Where the labels of a chart sit, in points from its frame.
const (
	tickLength   vg.Length = 3
	tickGap      vg.Length = 3
	markerHeight vg.Length = 13
	ticksPerInch           = 2.9 // wide enough apart for labels of four characters
)

var (
	tickText  = lettering{size: sizeTick, colour: ink}
	axisText  = lettering{size: sizeLabel, colour: ink}
	smallText = lettering{size: sizeTick, colour: muted}
)

// axes returns the axes of the chart in a frame.
func (c *chart) axes(frame vg.Rectangle) (x, y axis) {
	size := frame.Size()
	x = axis{Range: c.x, from: frame.Min.X, to: frame.Max.X}
	y = axis{Range: c.y, from: frame.Min.Y, to: frame.Max.Y}
	x.ticks = niceTicks(c.x, max(3, int(float64(size.X/vg.Inch)*ticksPerInch)), true)
	if len(x.ticks) < 2 {
		x.ticks = niceTicks(c.x, max(3, int(float64(size.X/vg.Inch)*ticksPerInch)), false)
	}
	y.ticks = niceTicks(c.y, max(3, int(float64(size.Y/vg.Inch)*ticksPerInch)), false)
	return x, y
}

// margins returns the room that the labels need around a frame of about the given size.
func (c *chart) margins(p *pen, width, height vg.Length) margins {
	_, y := c.axes(box(0, height, width, height))
	var right vg.Length
	for _, level := range c.levels {
		right = max(right, 4+p.width(level.Label, smallText))
	}
	m := margins{
		left: tickLength + tickGap + widest(p, y.tickLabels()), right: max(right, 7), top: 5,
		bottom: tickLength + tickGap + sizeTick,
	}
	if c.yLabel != "" {
		m.left += 7 + sizeLabel
	}
	if c.xLabel != "" {
		m.bottom += 5 + sizeLabel
	}
	if len(c.markers) > 0 {
		m.top = markerHeight
	}
	return m
}

func (m margins) inside(r vg.Rectangle) vg.Rectangle {
	return vg.Rectangle{Min: at(r.Min.X+m.left, r.Min.Y+m.bottom), Max: at(r.Max.X-m.right, r.Max.Y-m.top)}
}

// draw draws the chart with its data inside the frame and its labels outside.
func (c *chart) draw(p *pen, frame vg.Rectangle) {
	x, y := c.axes(frame)
	for _, tick := range y.ticks {
		p.polyline(stroke{colour: faint, width: 0.5}, at(frame.Min.X, y.at(tick)), at(frame.Max.X, y.at(tick)))
	}
	for _, level := range c.levels {
		if level.Y < c.y.Min || level.Y > c.y.Max {
			continue
		}
		p.polyline(stroke{colour: muted, width: 0.8, dashes: []vg.Length{1.5, 2}}, at(frame.Min.X, y.at(level.Y)), at(frame.Max.X, y.at(level.Y)))
		p.text(at(frame.Max.X+4, y.at(level.Y)), level.Label, smallText)
	}
	for _, marker := range c.markers {
		if marker.X < c.x.Min || marker.X > c.x.Max {
			continue
		}
		p.polyline(stroke{colour: muted, width: 0.8, dashes: []vg.Length{1.5, 2}}, at(x.at(marker.X), frame.Min.Y), at(x.at(marker.X), frame.Max.Y))
		label := smallText
		label.across = 0.5
		p.text(at(x.at(marker.X), frame.Max.Y+6.5), marker.Label, label)
	}
	for i := range c.curves {
		drawBand(p, &c.curves[i], x, y)
	}
	for i := range c.curves {
		drawLine(p, &c.curves[i], x, y)
	}
	revealHidden(p, c.curves, x, y)
	c.drawAxes(p, frame, x, y)
}

func (c *chart) drawAxes(p *pen, frame vg.Rectangle, x, y axis) {
	line := stroke{colour: ink, width: 0.8}
	p.polyline(line, at(frame.Min.X, frame.Max.Y), frame.Min, at(frame.Max.X, frame.Min.Y))
	across := tickText
	across.across = 0.5
	for i, label := range x.tickLabels() {
		place := x.at(x.ticks[i])
		p.polyline(line, at(place, frame.Min.Y), at(place, frame.Min.Y-tickLength))
		p.text(at(place, frame.Min.Y-tickLength-tickGap-sizeTick/2), label, across)
	}
	across.across = 1
	for i, label := range y.tickLabels() {
		place := y.at(y.ticks[i])
		p.polyline(line, at(frame.Min.X, place), at(frame.Min.X-tickLength, place))
		p.text(at(frame.Min.X-tickLength-tickGap, place), label, across)
	}
	title := axisText
	title.across = 0.5
	margin := c.margins(p, frame.Size().X, frame.Size().Y)
	p.text(at((frame.Min.X+frame.Max.X)/2, frame.Min.Y-margin.bottom+sizeLabel/2), c.xLabel, title)
	title.rotated = true
	p.text(at(frame.Min.X-margin.left+sizeLabel/2, (frame.Min.Y+frame.Max.Y)/2), c.yLabel, title)
}
