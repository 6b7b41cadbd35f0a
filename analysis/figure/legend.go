package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// entry is one item of a legend: a line, a band swatch or a dot with its label; or a label alone.
type entry struct {
	label string
	line  *stroke
	patch color.Color
	dot   color.Color
	open  bool // draw only the outline of the dot
}

const (
	swatchWidth  vg.Length = 20
	swatchGap    vg.Length = 5
	entryGap     vg.Length = 15
	legendHeight vg.Length = 14
)

var legendText = lettering{size: sizeLabel, colour: ink}

// swatch is the width of the mark before the label, with its gap.
func (e *entry) swatch() vg.Length {
	switch {
	case e.dot != nil:
		return 7 + swatchGap
	case e.line == nil && e.patch == nil:
		return 0
	}
	return swatchWidth + swatchGap
}

func (e *entry) width(p *pen) vg.Length { return e.swatch() + p.width(e.label, legendText) }

// legendLines breaks entries into as few lines no wider than width as possible, of about equal width.
func legendLines(p *pen, entries []entry, width vg.Length) [][]entry {
	lines := greedyLines(p, entries, width)
	for narrower := width - 8; narrower > 0; narrower -= 8 {
		tighter := greedyLines(p, entries, narrower)
		if len(tighter) > len(lines) {
			break
		}
		lines = tighter
	}
	return lines
}

// greedyLines fills each line before it begins the next.
func greedyLines(p *pen, entries []entry, width vg.Length) [][]entry {
	var lines [][]entry
	var used vg.Length
	for _, e := range entries {
		need := e.width(p)
		if len(lines) == 0 || used+entryGap+need > width {
			lines = append(lines, nil)
			used = -entryGap
		}
		last := len(lines) - 1
		lines[last] = append(lines[last], e)
		used += entryGap + need
	}
	return lines
}

// drawLegend draws lines of entries downwards from top, each centred between left and left + width.
func drawLegend(p *pen, lines [][]entry, left, top, width vg.Length) {
	for row, line := range lines {
		used := -entryGap
		for i := range line {
			used += entryGap + line[i].width(p)
		}
		x, y := left+(width-used)/2, top-legendHeight*(vg.Length(row)+0.5)
		for i := range line {
			e := &line[i]
			if e.patch != nil {
				p.fill(e.patch, rectangle(box(x, y+4, swatchWidth, 8)))
			}
			if e.line != nil {
				p.polyline(*e.line, at(x, y), at(x+swatchWidth, y))
			}
			switch {
			case e.open:
				p.outline(stroke{colour: e.dot, width: 1.1}, circle(at(x+3.5, y), 3))
			case e.dot != nil:
				p.dots([]vg.Point{at(x+3.5, y)}, 3, e.dot)
			}
			p.text(at(x+e.swatch(), y), e.label, legendText)
			x += e.width(p) + entryGap
		}
	}
}

// curveEntries returns one entry for each name among the curves, in order. It is drawn like the first solid curve of that name, if
// there is one: the colour identifies the name, and dashes may have a separate meaning.
func curveEntries(curves []Curve) []entry {
	var entries []entry
	seen := map[string]bool{"": true}
	for i := range curves {
		c := &curves[i]
		if seen[c.Name] {
			continue
		}
		seen[c.Name] = true
		for j := i; j < len(curves) && c.Dashed; j++ {
			if curves[j].Name == c.Name && !curves[j].Dashed {
				c = &curves[j]
			}
		}
		look := c.look()
		e := entry{label: c.Name, line: &look}
		if len(c.Lo) > 0 {
			e.patch = c.shade()
		}
		entries = append(entries, e)
	}
	return entries
}
