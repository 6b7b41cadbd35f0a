package figure

import (
	"strings"
	"unicode"

	"gonum.org/v1/plot/vg"
)

// piece is a run of text that is set in one face.
type piece struct {
	text    string
	italic  bool
	lowered bool
}

// pieces splits a label at its markup: letters between dollar signs are italic; _{...} there is a subscript, upright if it is
// longer than one letter. A label with an odd number of dollar signs has no markup.
func pieces(label string) []piece {
	parts := strings.Split(label, "$")
	if len(parts)%2 == 0 {
		return []piece{{text: label}}
	}
	var out []piece
	for i, part := range parts {
		if i%2 == 0 {
			out = appendPiece(out, piece{text: part})
			continue
		}
		for part != "" {
			base, rest, found := strings.Cut(part, "_{")
			out = appendMath(out, base, false)
			if !found {
				break
			}
			low, after, _ := strings.Cut(rest, "}")
			if len([]rune(low)) == 1 {
				out = appendMath(out, low, true)
			} else {
				out = appendPiece(out, piece{text: low, lowered: true})
			}
			part = after
		}
	}
	return out
}

func appendMath(out []piece, text string, lowered bool) []piece {
	for _, r := range text {
		out = appendPiece(out, piece{text: string(r), italic: unicode.IsLetter(r), lowered: lowered})
	}
	return out
}

// appendPiece merges runs of the same style, so that words stay whole in the SVG.
func appendPiece(out []piece, next piece) []piece {
	if next.text == "" {
		return out
	}
	if last := len(out) - 1; last >= 0 && out[last].italic == next.italic && out[last].lowered == next.lowered {
		out[last].text += next.text
		return out
	}
	return append(out, next)
}

// styled returns the lettering of one piece of a label with the given lettering.
func (l lettering) styled(part piece) lettering {
	l.italic = l.italic || part.italic
	if part.lowered {
		l.size *= 0.75
	}
	return l
}

// width returns how wide a label is when set.
func (p *pen) width(label string, l lettering) vg.Length {
	var total vg.Length
	for _, part := range pieces(label) {
		face := p.face(l.styled(part))
		total += face.Width(part.text)
	}
	return total
}

// text sets a label at a point.
func (p *pen) text(point vg.Point, label string, l lettering) {
	if label == "" {
		return
	}
	p.canvas.SetColor(opaque(l.colour))
	along := -vg.Length(l.across) * p.width(label, l)
	var below vg.Length
	if !l.upright {
		below = -capital / 2 * l.size
	}
	if l.rotated {
		p.canvas.Push()
		defer p.canvas.Pop()
		p.canvas.Translate(point)
		p.canvas.Rotate(halfTurn / 2)
		point = vg.Point{}
	}
	for _, part := range pieces(label) {
		style := l.styled(part)
		face := p.face(style)
		drop := vg.Length(0)
		if part.lowered {
			drop = -0.22 * l.size
		}
		p.canvas.FillString(face, at(point.X+along, point.Y+below+drop), part.text)
		along += face.Width(part.text)
	}
}

var titleText = lettering{size: sizeTitle, colour: ink, bold: true}

const (
	titleRoom vg.Length = 22 // of a title of one line
	titleLine vg.Length = 17 // of each further line
)

// titleHeight returns the height of a title that is broken into lines no wider than width, 0 for none.
func (p *pen) titleHeight(title string, width vg.Length) vg.Length {
	lines := len(p.wrapped(title, width, titleText))
	if lines == 0 {
		return 0
	}
	return titleRoom + vg.Length(lines-1)*titleLine
}

// title sets a title below top and returns its height.
func (p *pen) title(title string, left, top, width vg.Length) vg.Length {
	for i, line := range p.wrapped(title, width, titleText) {
		p.text(at(left, top-sizeTitle/2-vg.Length(i)*titleLine), line, titleText)
	}
	return p.titleHeight(title, width)
}

const halfTurn = 3.141592653589793

// wrapped splits a text at spaces into lines no wider than width. A wider word gets its own line.
func (p *pen) wrapped(text string, width vg.Length, l lettering) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && p.width(longer, l) > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
