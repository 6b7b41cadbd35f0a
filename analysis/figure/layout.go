package figure

import (
	"gonum.org/v1/plot/vg"
)

// Dimensions of the paper's figures in points, from the outside inwards.
const (
	paperWidth      vg.Length = 800
	paperMargin     vg.Length = 16
	schematicWidth  vg.Length = 256
	columnGap       vg.Length = 20
	headingHeight   vg.Length = 19 // letter and title of a panel
	rowGap          vg.Length = 12 // between rows of snapshots
	chartHeight     vg.Length = 192
	schematicHeight vg.Length = 205
	titleHeight     vg.Length = 26
	noteLine        vg.Length = 13
	noteInset       vg.Length = 6
	noteGap         vg.Length = 10
	bandGap         vg.Length = 14 // between the bands of panels
	chartGap        vg.Length = 16
	paperInnerWidth           = paperWidth - 2*paperMargin
)

// layout places the parts of a figure: heights from the top downwards, each including the gap below it, 0 for parts that are left out.
type layout struct {
	title, note, top, legend, rows, charts vg.Length
	noteLines                              []string
	legendLines                            [][]entry
	cell                                   vg.Length // side of a snapshot
	upper, lower                           []titled
}

var noteText = lettering{size: sizeLabel, colour: brown}

func (f *PaperFigure) layout(p *pen) layout {
	var l layout
	l.upper, l.lower = f.charts()
	if f.Title != "" {
		l.title = titleHeight
	}
	if f.Note != "" {
		l.noteLines = p.wrapped(f.Note, paperInnerWidth-2*noteInset, noteText)
		l.note = noteLine*vg.Length(len(l.noteLines)) + 2*noteInset + noteGap
	}
	if len(l.upper) > 0 {
		l.top = headingHeight + chartHeight + bandGap
	}
	if f.Schematic != nil {
		l.top = headingHeight + schematicHeight + bandGap
	}
	if len(l.upper)+len(l.lower) > 0 {
		l.legendLines = legendLines(p, f.legend(), paperInnerWidth)
		if n := len(l.legendLines); n > 0 {
			l.legend = vg.Length(n)*legendHeight + bandGap
		}
	}
	if n := vg.Length(len(f.Rows)); n > 0 {
		l.cell = rowsCell(f.Rows, paperInnerWidth)
		l.rows = n*(headingHeight+snapshotText+l.cell+componentGap) + (n-1)*rowGap + bandGap
	}
	if len(l.lower) > 0 {
		l.charts = headingHeight + chartHeight + bandGap
	}
	return l
}

func (f *PaperFigure) size(p *pen) (width, height vg.Length) {
	l := f.layout(p)
	return paperWidth, 2*paperMargin + l.title + l.note + l.top + l.legend + l.rows + l.charts - bandGap
}

func (f *PaperFigure) draw(p *pen, width, height vg.Length) {
	l := f.layout(p)
	top := height - paperMargin
	if f.Title != "" {
		p.text(at(paperMargin, top-sizeTitle/2), f.Title, lettering{size: sizeTitle, colour: ink, bold: true})
		top -= l.title
	}
	if f.Note != "" {
		ground := box(paperMargin, top, paperInnerWidth, l.note-noteGap)
		p.fill(amber, rectangle(ground))
		p.fill(brown, rectangle(box(paperMargin, top, 2.5, l.note-noteGap)))
		for i, line := range l.noteLines {
			p.text(at(paperMargin+noteInset+4, top-noteInset-noteLine*(vg.Length(i)+0.5)), line, noteText)
		}
		top -= l.note
	}
	left := paperMargin
	if f.Schematic != nil {
		heading(p, "a", "The task", left, top, lettering{colour: ink, bold: true})
		f.Schematic.draw(p, box(left, top-headingHeight, schematicWidth, schematicHeight))
		left += schematicWidth + columnGap
	}
	drawCharts(p, l.upper, left, top, paperWidth-paperMargin-left, max(chartHeight, l.top-headingHeight-bandGap))
	top -= l.top
	drawLegend(p, l.legendLines, paperMargin, top, paperInnerWidth)
	top -= l.legend
	f.drawRows(p, l.cell, top)
	top -= l.rows
	drawCharts(p, l.lower, paperMargin, top, paperInnerWidth, chartHeight)
}

// drawRows draws the rows of snapshots, one below the other.
func (f *PaperFigure) drawRows(p *pen, cell, top vg.Length) {
	letters := f.rowLetters()
	for i := range f.Rows {
		row, letter, left := &f.Rows[i], "", paperMargin+14 // below the title of a row that has a letter
		if i < len(letters) {
			letter, left = letters[i], paperMargin
		}
		heading(p, letter, row.Title, left, top, lettering{colour: row.Colour, bold: true})
		drawSnapshots(p, row, paperMargin, top-headingHeight, cell)
		top -= headingHeight + snapshotText + cell + componentGap + rowGap
	}
}

// drawCharts draws charts side by side, with frames of equal width in one row.
func drawCharts(p *pen, panels []titled, left, top, width, height vg.Length) {
	n := vg.Length(len(panels))
	if n == 0 {
		return
	}
	slot := (width - (n-1)*chartGap) / n
	around := make([]margins, len(panels))
	var most margins
	for i := range panels {
		around[i] = panels[i].margins(p, slot, height)
		most.top, most.bottom = max(most.top, around[i].top), max(most.bottom, around[i].bottom)
	}
	for i := range panels {
		heading(p, panels[i].letter, panels[i].title, left, top, lettering{colour: ink, bold: true})
		around[i].top, around[i].bottom = most.top, most.bottom
		panels[i].draw(p, around[i].inside(box(left, top-headingHeight, slot, height)))
		left += slot + chartGap
	}
}
