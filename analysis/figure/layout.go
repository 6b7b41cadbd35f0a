package figure

import (
	"gonum.org/v1/plot/vg"
)

// Measures of the paper's figures in points, from the outside inwards.
const (
	paperWidth      vg.Length = 800
	paperMargin     vg.Length = 16
	schematicWidth  vg.Length = 256
	columnGap       vg.Length = 20
	headingHeight   vg.Length = 19 // letter and title of a panel
	rowGap          vg.Length = 12 // between rows of snapshots
	chartHeight     vg.Length = 192
	leastTopHeight  vg.Length = 205 // room for the schematic when there are few snapshots
	titleHeight     vg.Length = 26
	noteLine        vg.Length = 13
	noteInset       vg.Length = 6
	noteGap         vg.Length = 10
	bandGap         vg.Length = 14 // between the upper panels, the legend and the lower panels
	chartGap        vg.Length = 16
	paperInnerWidth           = paperWidth - 2*paperMargin
)

// layout is where the parts of a figure lie: heights from the top downwards, 0 for what is left out.
type layout struct {
	title, note, top, legend, charts vg.Length
	noteLines                        []string
	legendLines                      [][]entry
	cell                             vg.Length // side of a snapshot
	rowsLeft                         vg.Length // left edge of the rows of snapshots
	panels                           []titled
}

var noteText = lettering{size: sizeLabel, colour: brown}

func (f *PaperFigure) layout(p *pen) layout {
	l := layout{panels: f.charts()}
	if f.Title != "" {
		l.title = titleHeight
	}
	if f.Note != "" {
		l.noteLines = p.wrapped(f.Note, paperInnerWidth-2*noteInset, noteText)
		l.note = noteLine*vg.Length(len(l.noteLines)) + 2*noteInset + noteGap
	}
	l.rowsLeft = paperMargin
	if f.Schematic != nil {
		l.rowsLeft += schematicWidth + columnGap
		l.top = headingHeight + leastTopHeight
	}
	if n := vg.Length(len(f.Rows)); n > 0 {
		l.cell = rowsCell(f.Rows, paperWidth-paperMargin-l.rowsLeft)
		l.top = max(l.top, n*(headingHeight+snapshotText+l.cell+componentGap)+(n-1)*rowGap)
	}
	if len(l.panels) > 0 {
		l.legendLines = legendLines(p, f.legend(), paperInnerWidth)
		if n := len(l.legendLines); n > 0 {
			l.legend = vg.Length(n)*legendHeight + bandGap
		}
		l.charts = headingHeight + chartHeight
		if l.top > 0 {
			l.top += bandGap
		}
	}
	return l
}

func (f *PaperFigure) size(p *pen) (width, height vg.Length) {
	l := f.layout(p)
	return paperWidth, 2*paperMargin + l.title + l.note + l.top + l.legend + l.charts
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
	var names letters
	f.drawTop(p, &l, &names, top)
	top -= l.top
	drawLegend(p, l.legendLines, paperMargin, top, paperInnerWidth)
	top -= l.legend
	l.drawCharts(p, &names, top)
}

// drawTop draws the schematic on the left and the rows of snapshots on the right.
func (f *PaperFigure) drawTop(p *pen, l *layout, names *letters, top vg.Length) {
	height := l.top
	if len(l.panels) > 0 {
		height -= bandGap
	}
	if f.Schematic != nil {
		heading(p, names.take(), "The task", paperMargin, top, lettering{colour: ink, bold: true})
		f.Schematic.draw(p, box(paperMargin, top-headingHeight, schematicWidth, height-headingHeight))
	}
	for i := range f.Rows {
		row := &f.Rows[i]
		heading(p, names.take(), row.Title, l.rowsLeft, top, lettering{colour: row.Colour, bold: true})
		drawSnapshots(p, row, l.rowsLeft, top-headingHeight, l.cell)
		top -= headingHeight + snapshotText + l.cell + componentGap + rowGap
	}
}

// drawCharts draws the charts side by side, frames of equal width on one line.
func (l *layout) drawCharts(p *pen, names *letters, top vg.Length) {
	n := vg.Length(len(l.panels))
	if n == 0 {
		return
	}
	slot := (paperInnerWidth - (n-1)*chartGap) / n
	around := make([]margins, len(l.panels))
	var most margins
	for i := range l.panels {
		around[i] = l.panels[i].margins(p, slot, chartHeight)
		most.top, most.bottom = max(most.top, around[i].top), max(most.bottom, around[i].bottom)
	}
	for i := range l.panels {
		left := paperMargin + vg.Length(i)*(slot+chartGap)
		heading(p, names.take(), l.panels[i].title, left, top, lettering{colour: ink, bold: true})
		around[i].top, around[i].bottom = most.top, most.bottom
		l.panels[i].draw(p, around[i].inside(box(left, top-headingHeight, slot, chartHeight)))
	}
}
