package figure

import (
	"slices"

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
	greyed         []Range // intervals of x with a grey background
	x, y           Range
	bare           bool // no numbers on the x axis: the chart below has them
	named          bool // no ticks on the y axis: its rows have names
}

// margins is the space that labels take around a frame.
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
	if !c.named {
		y.ticks = niceTicks(c.y, max(3, int(float64(size.Y/vg.Inch)*ticksPerInch)), false)
	}
	return x, y
}

// margins returns the space that the labels need around a frame of about the given size.
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
	if c.bare {
		m.bottom = 0
	}
	if c.xLabel != "" {
		m.bottom += 5 + sizeLabel
	}
	x, _ := c.axes(box(0, height, 0.8*width, height)) // the frame will be narrower than width
	for _, row := range c.markerRows(p, x) {
		m.top = max(m.top, markerHeight+vg.Length(row)*markerStep)
	}
	return m
}

// markerStep is the height of each further row of marker labels.
const markerStep vg.Length = 10

// markerRows returns the row above the frame for each marker's label, 0 the lowest, chosen so that labels do not overlap; -1 for
// markers that are not shown.
func (c *chart) markerRows(p *pen, x axis) []int {
	rows := make([]int, len(c.markers))
	type stretch struct{ from, to vg.Length }
	var taken [][]stretch
	for i, marker := range c.markers {
		if rows[i] = -1; marker.X < c.x.Min || marker.X > c.x.Max {
			continue
		}
		half, middle := p.width(marker.Label, smallText)/2+2, x.at(marker.X)
		free := func(row []stretch) bool {
			return !slices.ContainsFunc(row, func(s stretch) bool { return s.from < middle+half && middle-half < s.to })
		}
		if rows[i] = slices.IndexFunc(taken, free); rows[i] < 0 {
			rows[i] = len(taken)
			taken = append(taken, nil)
		}
		taken[rows[i]] = append(taken[rows[i]], stretch{middle - half, middle + half})
	}
	return rows
}

// unlabelled removes the marker labels: the chart above has them.
func (c *chart) unlabelled() {
	c.markers = slices.Clone(c.markers)
	for i := range c.markers {
		c.markers[i].Label = ""
	}
}

func (m margins) inside(r vg.Rectangle) vg.Rectangle {
	return vg.Rectangle{Min: at(r.Min.X+m.left, r.Min.Y+m.bottom), Max: at(r.Max.X-m.right, r.Max.Y-m.top)}
}

// draw draws the chart with its data inside the frame and its labels outside.
func (c *chart) draw(p *pen, frame vg.Rectangle) {
	x, y := c.axes(frame)
	for _, stretch := range c.greyed {
		from, to := max(x.at(stretch.Min), frame.Min.X), min(x.at(stretch.Max), frame.Max.X)
		if from < to {
			p.fill(faint, rectangle(box(from, frame.Max.Y, to-from, frame.Size().Y)))
		}
	}
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
	rows := c.markerRows(p, x)
	for i, marker := range c.markers {
		if rows[i] < 0 {
			continue
		}
		p.polyline(stroke{colour: muted, width: 0.8, dashes: []vg.Length{1.5, 2}}, at(x.at(marker.X), frame.Min.Y), at(x.at(marker.X), frame.Max.Y))
		label := smallText
		label.across = 0.5
		p.text(at(x.at(marker.X), frame.Max.Y+6.5+vg.Length(rows[i])*markerStep), marker.Label, label)
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
		if c.bare {
			break
		}
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
