package graph

import (
	"bufio"
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// lineColours are the colours of arrows from parameters, states and gradients; others are grey.
var lineColours = map[boxKind]string{parameterBox: "#b7791f", stateBox: "#23797b", gradientBox: "#6055a6"}

const plainLine = "#5f6b7a"

func (d *drawing) write(out *bufio.Writer) {
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">`+"\n",
		pixels(d.width), pixels(d.height))
	fmt.Fprint(out, "<title>The unrolled network: time runs to the right, arrows follow the data</title>\n<defs>\n")
	for _, colour := range []string{plainLine, lineColours[parameterBox], lineColours[stateBox], lineColours[gradientBox]} {
		fmt.Fprintf(out, `<marker id="arrow%s" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="%s"/></marker>`+"\n",
			colour[1:], colour)
	}
	fmt.Fprintf(out, "</defs>\n"+`<rect width="%s" height="%s" fill="#ffffff"/>`+"\n", pixels(d.width), pixels(d.height))
	titles := d.writePanels(out)
	for _, n := range d.nets {
		d.writeNet(out, n)
	}
	for _, c := range d.cells {
		d.writeBox(out, c)
	}
	fmt.Fprint(out, titles)
	d.writeLegend(out)
	fmt.Fprint(out, "</svg>\n")
}

// writePanels draws the background of each part of the network, and of its gradients. It returns their titles, which are drawn on
// top of the arrows.
func (d *drawing) writePanels(out *bufio.Writer) string {
	var titles strings.Builder
	text := func(x, y float64, style, colour, halo, text string) {
		fmt.Fprintf(&titles, `<text x="%s" y="%s" font-size="12" %s fill="%s" stroke="%s" stroke-width="4" paint-order="stroke">%s</text>`+"\n",
			pixels(x), pixels(y), style, colour, halo, html.EscapeString(text))
	}
	for i, p := range d.panels {
		for band := range 2 {
			bottomEdge, colour := 0.0, ""
			for _, c := range d.cells {
				if c.panel == i && d.band(c) == band {
					bottomEdge = max(bottomEdge, c.y+d.heights[c.row]+panelMargin)
					colour = c.panelColour()
					if i == 0 && band == 0 {
						colour = "#fdf3e1"
					}
				}
			}
			if colour == "" {
				continue
			}
			if i > 0 && band == 0 { // the part's colour, not that of a parameter in it
				colour = (&box{home: p.title}).panelColour()
			}
			x, y := d.lefts[p.first]-panelMargin, d.bandTop[band]
			width := d.lefts[p.last] + d.widths[p.last] + panelMargin - x
			dashes := ""
			if severalTimes(p.title) {
				dashes = ` stroke-dasharray="5 4"`
			}
			fmt.Fprintf(out, `<rect x="%s" y="%s" width="%s" height="%s" rx="8" fill="%s" stroke="#d5d9df"%s/>`+"\n",
				pixels(x), pixels(y), pixels(width), pixels(bottomEdge-y), colour, dashes)
			title := strings.Replace(p.title, " .. ", " … ", 1)
			if band == 1 {
				title = strings.Replace(title, "parameters", "gradients", 1)
			}
			text(x+width/2, y+15, `text-anchor="middle" font-weight="bold"`, "#4a5568", colour, title)
		}
	}
	if d.rows[1] > 0 {
		text(svgMargin, d.bandTop[1]-8, `font-style="italic"`, lineColours[gradientBox], "#ffffff", "Gradients: dv is the derivative of the loss by v")
	}
	return titles.String()
}

// writeNet draws the arrows of a net, shared segments once, with a dot where one branches off.
func (d *drawing) writeNet(out *bufio.Writer, n *net) {
	colour, ok := lineColours[n.hub.kind]
	if !ok {
		colour = plainLine
	}
	dashes := ""
	if n.later {
		dashes = ` stroke-dasharray="4 3"`
	}
	fmt.Fprintf(out, `<g fill="none" stroke="%s" stroke-width="1.4"%s>`+"\n", colour, dashes)
	ways := make([][]point, 0, len(n.routes))
	for _, w := range n.routes {
		ways = append(ways, d.corners(w))
	}
	slices.SortStableFunc(ways, func(a, b []point) int { return cmp.Compare(wayLength(b), wayLength(a)) })
	var drawn [][]point
	for _, way := range ways {
		rest, branches := branch(way, drawn)
		head := fmt.Sprintf(` marker-end="url(#arrow%s)"`, colour[1:])
		if n.into {
			if rest[0] != way[0] {
				head = ""
			}
			rest = slices.Clone(rest)
			slices.Reverse(rest)
		}
		fmt.Fprintf(out, `<path d="%s"%s/>`+"\n", path(rest), head)
		if branches {
			dot := rest[0]
			if n.into {
				dot = rest[len(rest)-1]
			}
			fmt.Fprintf(out, `<circle cx="%s" cy="%s" r="2.2" fill="%s" stroke="none"/>`+"\n", pixels(dot.x), pixels(dot.y), colour)
		}
		drawn = append(drawn, way)
	}
	fmt.Fprint(out, "</g>\n")
}

func (d *drawing) writeBox(out *bufio.Writer, c *cell) {
	w, h := d.widths[c.column], d.heights[c.row]
	stroke, width, dashes := "#8a94a3", "1", ""
	switch {
	case c.outside:
		dashes = ` stroke-dasharray="4 3"`
	case c.kind == stateBox || c.kind == lossBox:
		stroke, width = "#2d3748", "1.6"
	}
	fmt.Fprintf(out, `<rect x="%s" y="%s" width="%s" height="%s" rx="6" fill="%s" stroke="%s" stroke-width="%s"%s/>`+"\n",
		pixels(c.x), pixels(c.y), pixels(w), pixels(h), boxColours[c.kind], stroke, width, dashes)
	lines := c.svgLines()
	y := c.y + h/2 - lineHeight*float64(len(lines)-1)/2 + 5
	for _, line := range lines {
		fmt.Fprintf(out, `<text x="%s" y="%s" text-anchor="middle" font-size="%g" fill="%s">%s</text>`+"\n",
			pixels(c.x+w/2), pixels(y), line.size, line.colour, markup(line.text))
		y += lineHeight
	}
}

// svgLine is one line of text in a box.
type svgLine struct {
	text   string
	size   float64
	colour string
}

// svgLines returns the lines of a box: name, operation, shape, and what a gradient reads, each only if the box has it.
func (b *box) svgLines() []svgLine {
	name, operation := strings.ReplaceAll(b.name, "_", " "), b.operation
	if word, ok := strings.CutPrefix(name, "d"); ok && b.gradient && longName.MatchString(word) {
		name = "d " + word
	}
	if name == "" {
		name, operation = operation, ""
	}
	lines := []svgLine{{name, 13, "#1a202c"}}
	if operation != "" {
		lines = append(lines, svgLine{operation, 11, "#2d3748"})
	}
	if len(b.reads) > 0 {
		reads := strings.Join(b.reads, ", ")
		lines = append(lines, svgLine{"with " + strings.NewReplacer("_", " ", " .. ", " … ").Replace(reads), 10.5, "#2d3748"})
	}
	if b.shape != "" {
		lines = append(lines, svgLine{b.shape, 9.5, "#5f6b7a"})
	}
	return lines
}

// longName matches a word, which is hard to read directly after the d of a gradient.
var longName = regexp.MustCompile(`^[a-z]{3}`)

// subscript matches an index in a name: h[3], h[t-1], b1, Win.
var subscript = regexp.MustCompile(`([\wᵀ])\[([^\]]+)\]|\b(d?[a-zA-Z])(\d+|in)\b`)

// markup sets indices as subscripts.
func markup(line string) string {
	var s strings.Builder
	last := 0
	for _, m := range subscript.FindAllStringSubmatchIndex(line, -1) {
		base, index := m[2:4], m[4:6]
		if m[2] < 0 {
			base, index = m[6:8], m[8:10]
		}
		s.WriteString(html.EscapeString(line[last:base[1]]))
		fmt.Fprintf(&s, `<tspan dy="3" font-size="75%%">%s</tspan><tspan dy="-3">&#8203;</tspan>`, html.EscapeString(line[index[0]:index[1]]))
		last = m[1]
	}
	s.WriteString(html.EscapeString(line[last:]))
	return s.String()
}

// textWidth estimates the width of a line: no font is available, and Helvetica's letters are about half as wide as high.
func textWidth(line string, size float64) float64 {
	return 0.56 * size * float64(utf8.RuneCountInString(line))
}

func (d *drawing) writeLegend(out *bufio.Writer) {
	x, y := svgMargin, d.height-svgMargin-12
	item := func(colour, dashes, text string) {
		fmt.Fprintf(out, `<rect x="%s" y="%s" width="18" height="12" rx="3" fill="%s" stroke="#8a94a3"%s/><text x="%s" y="%s" font-size="11" fill="#4a5568">%s</text>`+"\n",
			pixels(x), pixels(y), colour, dashes, pixels(x+24), pixels(y+10), html.EscapeString(text))
		x += 24 + textWidth(text, 11) + 20
	}
	has := func(matches func(*cell) bool) bool { return slices.ContainsFunc(d.cells, matches) }
	for _, entry := range []struct {
		kind boxKind
		text string
	}{{parameterBox, "parameter"}, {inputBox, "input"}, {stateBox, "hidden state"}, {operationBox, "operation"}, {lossBox, "loss"}, {gradientBox, "gradient"}} {
		if has(func(c *cell) bool { return c.kind == entry.kind }) {
			item(boxColours[entry.kind], "", entry.text)
		}
	}
	if has(func(c *cell) bool { return c.outside }) {
		item("#ffffff", ` stroke-dasharray="4 3"`, "computed outside the graph, not trained")
	}
	if slices.ContainsFunc(d.panels, func(p panel) bool { return severalTimes(p.title) }) {
		item("#e3f4f4", ` stroke-dasharray="5 4"`, "equal steps, drawn as one")
	}
}
