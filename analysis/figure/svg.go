package figure

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// families lists the typefaces of an SVG: all but the last have the same widths.
const families = "'Liberation Sans', Arial, Helvetica, sans-serif"

// svgCanvas is a vg.Canvas that writes SVG. It stands in for gonum's vgsvg, which flips the y axis (so that each text needs a
// transform), names one typeface without a fallback, repeats a style on every point, and writes a disc as two arcs. Here a point
// takes about 15 bytes and the file has no identifiers, so that several can share a page.
//
// Transforms may translate, rotate and scale uniformly; non-uniform scaling draws wrong discs and text.
type svgCanvas struct {
	width, height vg.Length
	body          bytes.Buffer
	fault         error // first failure to encode an image; Canvas methods cannot return it
	state         svgState
	stack         []svgState
}

type svgState struct {
	matrix [6]float64 // x' = m0 x + m2 y + m4, y' = m1 x + m3 y + m5, y upwards
	colour color.NRGBA
	line   vg.Length
	dashes []vg.Length
	offset vg.Length
}

var _ vg.Canvas = (*svgCanvas)(nil)
var _ dotter = (*svgCanvas)(nil)

func newSVGCanvas(width, height vg.Length) *svgCanvas {
	c := &svgCanvas{width: width, height: height}
	c.state.matrix = [6]float64{1, 0, 0, 1, 0, 0}
	vg.Initialize(c)
	return c
}

func (c *svgCanvas) SetLineWidth(w vg.Length) { c.state.line = w }
func (c *svgCanvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.state.dashes, c.state.offset = pattern, offset
}
func (c *svgCanvas) SetColor(colour color.Color) { c.state.colour = opaque(colour) }
func (c *svgCanvas) Push()                       { c.stack = append(c.stack, c.state) }
func (c *svgCanvas) Pop() {
	c.state = c.stack[len(c.stack)-1]
	c.stack = c.stack[:len(c.stack)-1]
}

func (c *svgCanvas) Rotate(angle float64) {
	sin, cos := math.Sincos(angle)
	c.multiply(cos, sin, -sin, cos, 0, 0)
}
func (c *svgCanvas) Translate(by vg.Point) { c.multiply(1, 0, 0, 1, float64(by.X), float64(by.Y)) }
func (c *svgCanvas) Scale(x, y float64)    { c.multiply(x, 0, 0, y, 0, 0) }

func (c *svgCanvas) multiply(a, b, d, e, x, y float64) {
	m := c.state.matrix
	c.state.matrix = [6]float64{
		m[0]*a + m[2]*b, m[1]*a + m[3]*b, m[0]*d + m[2]*e, m[1]*d + m[3]*e, m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5],
	}
}

// place returns a point in SVG's coordinates, y downwards.
func (c *svgCanvas) place(p vg.Point) (x, y float64) {
	m := c.state.matrix
	x = m[0]*float64(p.X) + m[2]*float64(p.Y) + m[4]
	y = m[1]*float64(p.X) + m[3]*float64(p.Y) + m[5]
	return x, float64(c.height) - y
}

// turn returns the rotation angle and the scale of the current transform.
func (c *svgCanvas) turn() (angle, scale float64) {
	m := c.state.matrix
	return math.Atan2(m[1], m[0]), math.Hypot(m[0], m[1])
}

func (c *svgCanvas) pair(p vg.Point) string {
	x, y := c.place(p)
	return decimal(x) + " " + decimal(y)
}

func (c *svgCanvas) data(path vg.Path) string {
	var d strings.Builder
	for _, part := range path {
		switch part.Type {
		case vg.MoveComp:
			d.WriteString("M" + c.pair(part.Pos))
		case vg.LineComp:
			d.WriteString("L" + c.pair(part.Pos))
		case vg.ArcComp:
			c.arc(&d, part)
		case vg.CurveComp:
			d.WriteByte("QC"[len(part.Control)-1])
			for _, control := range part.Control {
				d.WriteString(c.pair(control) + " ")
			}
			d.WriteString(c.pair(part.Pos))
		case vg.CloseComp:
			d.WriteByte('Z')
		}
	}
	return d.String()
}

// arc writes an arc in pieces of at most a third of a turn, since an SVG arc cannot be a full circle.
func (c *svgCanvas) arc(d *strings.Builder, part vg.PathComp) {
	_, scale := c.turn()
	radius := decimal(scale * float64(part.Radius))
	on := func(angle float64) vg.Point {
		sin, cos := math.Sincos(angle)
		return at(part.Pos.X+part.Radius*vg.Length(cos), part.Pos.Y+part.Radius*vg.Length(sin))
	}
	d.WriteString("L" + c.pair(on(part.Start)))
	sweep := "0" // anticlockwise with y upwards
	if part.Angle < 0 {
		sweep = "1"
	}
	count := max(1, int(math.Ceil(math.Abs(part.Angle)/(2*halfTurn/3))))
	for k := 1; k <= count; k++ {
		d.WriteString("A" + radius + " " + radius + " 0 0 " + sweep + " " + c.pair(on(part.Start+part.Angle*float64(k)/float64(count))))
	}
}

// paint writes a colour as the value of an attribute, and the opacity as well if the colour is not opaque.
func paint(attribute string, colour color.NRGBA) string {
	text := fmt.Sprintf(`%s="#%02x%02x%02x"`, attribute, colour.R, colour.G, colour.B)
	if colour.A != 255 {
		text += fmt.Sprintf(` %s-opacity="%s"`, attribute, decimal(float64(colour.A)/255))
	}
	return text
}

func (c *svgCanvas) Stroke(path vg.Path) {
	if c.state.line <= 0 || len(path) == 0 {
		return
	}
	_, scale := c.turn()
	dashes := ""
	if len(c.state.dashes) > 0 {
		lengths := make([]string, len(c.state.dashes))
		for i, dash := range c.state.dashes {
			lengths[i] = decimal(scale * float64(dash))
		}
		dashes = ` stroke-dasharray="` + strings.Join(lengths, " ") + `"`
		if c.state.offset != 0 {
			dashes += ` stroke-dashoffset="` + decimal(scale*float64(c.state.offset)) + `"`
		}
	}
	fmt.Fprintf(&c.body, "<path d=\"%s\" fill=\"none\" %s stroke-width=\"%s\"%s/>\n",
		c.data(path), paint("stroke", c.state.colour), decimal(scale*float64(c.state.line)), dashes)
}

func (c *svgCanvas) Fill(path vg.Path) {
	if len(path) > 0 {
		fmt.Fprintf(&c.body, "<path d=\"%s\" %s/>\n", c.data(path), paint("fill", c.state.colour))
	}
}

// Dots draws discs as the round caps of zero-length lines.
func (c *svgCanvas) Dots(centres []vg.Point, radius vg.Length) {
	_, scale := c.turn()
	c.body.WriteString(`<path d="`)
	for _, centre := range centres {
		c.body.WriteString("M" + c.pair(centre) + "h.01")
	}
	fmt.Fprintf(&c.body, "\" fill=\"none\" %s stroke-width=\"%s\" stroke-linecap=\"round\"/>\n",
		paint("stroke", c.state.colour), decimal(2*scale*float64(radius)))
}

func (c *svgCanvas) FillString(face font.Face, point vg.Point, text string) {
	if face.Font.Size == 0 || strings.TrimSpace(text) == "" {
		return
	}
	x, y := c.place(point)
	angle, scale := c.turn()
	place := fmt.Sprintf(`x="%s" y="%s"`, decimal(x), decimal(y))
	if math.Abs(angle) > 1e-9 {
		place += fmt.Sprintf(` transform="rotate(%s %s %s)"`, decimal(-angle*180/halfTurn), decimal(x), decimal(y))
	}
	look := ""
	if face.Font.Weight == stdfont.WeightBold {
		look += ` font-weight="bold"`
	}
	if face.Font.Style == stdfont.StyleItalic {
		look += ` font-style="italic"`
	}
	fmt.Fprintf(&c.body, "<text %s font-size=\"%s\"%s %s xml:space=\"preserve\">%s</text>\n",
		place, decimal(scale*float64(face.Font.Size)), look, paint("fill", c.state.colour), html.EscapeString(text))
}

func (c *svgCanvas) DrawImage(rect vg.Rectangle, img image.Image) {
	var raw bytes.Buffer
	if err := png.Encode(&raw, img); err != nil {
		if c.fault == nil {
			c.fault = fmt.Errorf("figure: encode an image inside an SVG: %w", err)
		}
		return
	}
	x, y := c.place(at(rect.Min.X, rect.Max.Y))
	_, scale := c.turn()
	size := rect.Size()
	fmt.Fprintf(&c.body, "<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" href=\"data:image/png;base64,%s\"/>\n",
		decimal(x), decimal(y), decimal(scale*float64(size.X)), decimal(scale*float64(size.Y)),
		base64.StdEncoding.EncodeToString(raw.Bytes()))
}

// writeTo writes the whole document. The description is for screen readers.
func (c *svgCanvas) writeTo(w io.Writer, description string) error {
	if c.fault != nil {
		return c.fault
	}
	var page bytes.Buffer
	width, height := decimal(float64(c.width)), decimal(float64(c.height))
	fmt.Fprintf(&page, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%spt\" height=\"%spt\" viewBox=\"0 0 %s %s\" role=\"img\" "+
		"aria-label=\"%s\" font-family=\"%s\">\n", width, height, width, height, html.EscapeString(description), families)
	fmt.Fprintf(&page, "<rect width=\"%s\" height=\"%s\" %s/>\n", width, height, paint("fill", paper))
	page.Write(c.body.Bytes())
	page.WriteString("</svg>\n")
	if _, err := w.Write(page.Bytes()); err != nil {
		return fmt.Errorf("figure: write SVG: %w", err)
	}
	return nil
}

// decimal writes a number with at most two decimals.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}
