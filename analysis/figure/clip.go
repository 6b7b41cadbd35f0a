package figure

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// frameOf returns the rectangle that two axes span.
func frameOf(x, y axis) draw.Canvas {
	return draw.Canvas{Rectangle: vg.Rectangle{Min: at(x.from, y.from), Max: at(x.to, y.to)}}
}

// within returns the part of a polygon that lies in the frame of the axes.
func within(points []vg.Point, x, y axis) []vg.Point {
	frame := frameOf(x, y)
	for _, point := range points {
		if !frame.Contains(point) {
			return frame.ClipPolygonXY(points)
		}
	}
	return points
}

// linesWithin returns the parts of a line that lie in the frame of the axes.
func linesWithin(points []vg.Point, x, y axis) [][]vg.Point {
	frame := frameOf(x, y)
	outside := 0
	for _, point := range points {
		if !frame.Contains(point) {
			outside++
		}
	}
	switch {
	case outside == 0:
		return [][]vg.Point{points}
	case len(points) == 1:
		return nil
	}
	return frame.ClipLinesXY(points)
}
