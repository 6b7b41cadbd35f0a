package figure

import (
	"image/color"
	"math"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// Type sizes in points.
const (
	sizeTitle  vg.Length = 14
	sizeLetter vg.Length = 13
	sizePanel  vg.Length = 10.5
	sizeLabel  vg.Length = 9.5
	sizeTick   vg.Length = 8.5
)

// capital is the height of a capital letter of Liberation Sans as a share of the type size; it centres text on a line.
const capital = 0.69

// pen draws on a canvas with the origin at the bottom left, y upwards and lengths in points.
type pen struct {
	canvas vg.Canvas
	fonts  *font.Cache
}

func newPen(canvas vg.Canvas) *pen {
	return &pen{canvas: canvas, fonts: font.NewCache(liberation.Collection())}
}

// dotter is a canvas with a more compact way to draw many equal discs than a path of arcs.
type dotter interface {
	Dots(centres []vg.Point, radius vg.Length)
}

// stroke is the style of a line.
type stroke struct {
	colour color.Color
	width  vg.Length
	dashes []vg.Length
}

func (p *pen) set(s stroke) {
	p.canvas.SetColor(opaque(s.colour))
	p.canvas.SetLineWidth(s.width)
	p.canvas.SetLineDash(s.dashes, 0)
}

// polyline joins points by straight lines. A single point becomes a small disc, so that an isolated value between two gaps is visible.
func (p *pen) polyline(s stroke, points ...vg.Point) {
	switch len(points) {
	case 0:
		return
	case 1:
		p.dots(points, 0.8*s.width, s.colour)
		return
	}
	p.set(s)
	p.canvas.Stroke(polygon(points, false))
}

func (p *pen) outline(s stroke, path vg.Path) {
	p.set(s)
	p.canvas.Stroke(path)
}

func (p *pen) fill(colour color.Color, path vg.Path) {
	p.canvas.SetColor(opaque(colour))
	p.canvas.Fill(path)
}

// dots draws discs. Within one call overlapping discs merge into one shape of even opacity.
func (p *pen) dots(centres []vg.Point, radius vg.Length, colour color.Color) {
	if len(centres) == 0 {
		return
	}
	p.canvas.SetColor(opaque(colour))
	if canvas, ok := p.canvas.(dotter); ok {
		canvas.Dots(centres, radius)
		return
	}
	var path vg.Path
	for _, centre := range centres {
		path = append(path, circle(centre, radius)...)
	}
	p.canvas.Fill(path)
}

// arrow draws a line from tail to a filled head that ends at tip.
func (p *pen) arrow(s stroke, tail, tip vg.Point) {
	const length, half = 5.5, 2.4
	dx, dy := float64(tip.X-tail.X), float64(tip.Y-tail.Y)
	norm := math.Hypot(dx, dy)
	ux, uy := vg.Length(dx/norm), vg.Length(dy/norm)
	base := vg.Point{X: tip.X - length*ux, Y: tip.Y - length*uy}
	p.polyline(s, tail, base)
	p.fill(s.colour, polygon([]vg.Point{
		tip, {X: base.X - half*uy, Y: base.Y + half*ux}, {X: base.X + half*uy, Y: base.Y - half*ux},
	}, true))
}

func polygon(points []vg.Point, closed bool) vg.Path {
	path := make(vg.Path, 0, len(points)+1)
	for i, point := range points {
		if i == 0 {
			path.Move(point)
		} else {
			path.Line(point)
		}
	}
	if closed {
		path.Close()
	}
	return path
}

func circle(centre vg.Point, radius vg.Length) vg.Path {
	var path vg.Path
	path.Move(vg.Point{X: centre.X + radius, Y: centre.Y})
	path.Arc(centre, radius, 0, 2*math.Pi)
	path.Close()
	return path
}

func rectangle(r vg.Rectangle) vg.Path {
	return polygon([]vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}, true)
}

// box is a rectangle from its left and top edges, since pages are laid out downwards.
func box(left, top, width, height vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: left, Y: top - height}, Max: vg.Point{X: left + width, Y: top}}
}

func at(x, y vg.Length) vg.Point { return vg.Point{X: x, Y: y} }

// lettering is the style of a text and its alignment to the given point.
type lettering struct {
	size         vg.Length
	colour       color.Color
	bold, italic bool
	across       float64 // 0: starts at the point, 0.5: is centred on it, 1: ends there
	upright      bool    // the point is on the baseline; otherwise at half the height of a capital
	rotated      bool    // reads upwards
}

func (p *pen) face(l lettering) font.Face {
	want := font.Font{Typeface: "Liberation", Variant: "Sans", Size: l.size}
	if l.bold {
		want.Weight = stdfont.WeightBold
	}
	if l.italic {
		want.Style = stdfont.StyleItalic
	}
	return p.fonts.Lookup(want, l.size)
}
