package figure

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// look returns the stroke of a curve.
func (c *Curve) look() stroke {
	s := stroke{colour: c.Colour, width: 1.6}
	if c.Thin {
		s.width = 0.75
	}
	if c.Dashed {
		s.dashes = []vg.Length{4, 2.5}
		if c.Thin {
			s.dashes = []vg.Length{2.2, 1.6}
		}
	}
	return s
}

// shade returns the colour of a curve's band.
func (c *Curve) shade() color.NRGBA {
	if c.Dashed || c.Thin {
		return fade(c.Colour, 0.12)
	}
	return fade(c.Colour, 0.22)
}

func drawBand(p *pen, c *Curve, x, y axis) {
	if len(c.Lo) == 0 {
		return
	}
	for _, s := range gapless(len(c.X), c.Lo, c.Hi) {
		points, low := places(c.X, c.Hi, s, x, y), places(c.X, c.Lo, s, x, y)
		slices.Reverse(low)
		points = append(points, low...)
		if s.to-s.from == 1 { // an isolated interval is drawn as a bar
			p.polyline(stroke{colour: c.shade(), width: 3}, points...)
			continue
		}
		if clipped := within(points, x, y); len(clipped) > 2 {
			p.fill(c.shade(), polygon(clipped, true))
		}
	}
}

func drawLine(p *pen, c *Curve, x, y axis) {
	for _, s := range gapless(len(c.X), c.Median) {
		for _, line := range linesWithin(places(c.X, c.Median, s, x, y), x, y) {
			p.polyline(c.look(), line...)
		}
	}
}

const (
	// drawnWhole is the largest number of points for which a span of a curve is drawn with all of them.
	drawnWhole = 1000
	// columnWidth is the width of the page columns for which a longer curve shows the first, the lowest, the highest and the last
	// point: a quarter of a point is a pixel at 288 dots per inch.
	columnWidth vg.Length = 0.25
)

// places returns the positions on the page of a span of a curve, thinned if there are more than can be told apart.
func places(xs, ys []float64, s span, x, y axis) []vg.Point {
	points := make([]vg.Point, 0, s.to-s.from)
	for i := s.from; i < s.to; i++ {
		points = append(points, at(x.at(xs[i]), y.at(ys[i])))
	}
	if len(points) <= drawnWhole {
		return points
	}
	return thinned(points)
}

// thinned keeps the first, the lowest, the highest and the last point of each column of width columnWidth, in their order. X must
// rise. It reuses the memory of points.
func thinned(points []vg.Point) []vg.Point {
	kept := points[:0]
	for first := 0; first < len(points); {
		column := math.Floor(float64(points[first].X / columnWidth))
		low, high, last := first, first, first
		for last+1 < len(points) && math.Floor(float64(points[last+1].X/columnWidth)) == column {
			last++
			if points[last].Y < points[low].Y {
				low = last
			}
			if points[last].Y > points[high].Y {
				high = last
			}
		}
		marks := []int{first, min(low, high), max(low, high), last}
		for _, i := range slices.Compact(marks) {
			kept = append(kept, points[i])
		}
		first = last + 1
	}
	return kept
}

// hidden returns the spans of at least three points in which the later curve over covers the curve under: both solid, of equal
// width, at most 0.8 points apart on the page.
func hidden(under, over *Curve, y axis) []span {
	if under.Dashed || over.Dashed || under.Thin != over.Thin || opaque(under.Colour) == opaque(over.Colour) {
		return nil
	}
	n := min(len(under.X), len(over.X))
	apart := make([]float64, n)
	for i := range apart {
		apart[i] = math.NaN()
		if under.X[i] == over.X[i] && math.Abs(float64(y.at(under.Median[i])-y.at(over.Median[i]))) <= 0.8 {
			apart[i] = 0
		}
	}
	return slices.DeleteFunc(gapless(n, apart), func(s span) bool { return s.to-s.from < 3 })
}

// revealHidden draws dashes of a covered curve over the one that covers it, so that the line alternates between both colours.
func revealHidden(p *pen, curves []Curve, x, y axis) {
	for i := range curves {
		for j := i + 1; j < len(curves); j++ {
			for _, s := range hidden(&curves[i], &curves[j], y) {
				look := curves[i].look()
				look.dashes = []vg.Length{7, 7}
				for _, line := range linesWithin(places(curves[i].X, curves[i].Median, s, x, y), x, y) {
					p.polyline(look, line...)
				}
			}
		}
	}
}
