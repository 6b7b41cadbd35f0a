package figure

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/plot/vg"
)

// PaperFigure is figure 2 or 3 of the paper: all data of its panels. The package comment says which letter is which panel.
//
// The curves of one network carry the colour of its Row. Dashed curves are read as "before training", solid ones as "after training",
// thin ones in HeldOut as accuracy on the clusters that the regression was fitted to; the legend between the rows says so.
type PaperFigure struct {
	Title string
	Note  string // a warning above the panels, such as "quick run: smaller problem, not the paper's numbers"; empty: none

	Schematic *Schematic // a; nil: left out
	Rows      []Row      // b, c and on
	ED        []Curve    // d, over time steps
	HeldOut   []Curve    // e, over time steps
	Accuracy  []Curve    // f, over epochs

	Evaluation int     // time step of the marker in d and e; negative: none
	Chance     float64 // level of the reference line in e and f; outside (0, 1): none
	Bands      string  // what the bands are, for the legend, such as "central 75 % of 30 realisations"; empty: not said
}

var _ picture = (*PaperFigure)(nil)

// SVG writes the figure as SVG with selectable text. Errors: those of [PaperFigure.Validate] and of w.
func (f *PaperFigure) SVG(w io.Writer) error { return writeSVG(w, f) }

// PNG writes the figure as PNG with dpi dots per inch. Errors: those of [PaperFigure.Validate], a resolution below 1 or too large, and of w.
func (f *PaperFigure) PNG(w io.Writer, dpi int) error { return writePNG(w, f, dpi) }

// Validate returns nil when the figure can be drawn, or all faults of its panels joined, each with the name of its panel.
func (f *PaperFigure) Validate() error { return prefixed(f.check()) }

func (f *PaperFigure) check() error {
	var faults []error
	if f.Schematic != nil {
		faults = append(faults, f.Schematic.check())
	}
	for i := range f.Rows {
		faults = append(faults, f.Rows[i].check())
	}
	faults = append(faults, checkCurves("ED", f.ED), checkCurves("HeldOut", f.HeldOut), checkCurves("Accuracy", f.Accuracy))
	if f.Schematic == nil && len(f.Rows) == 0 && len(f.charts()) == 0 {
		faults = append(faults, fmt.Errorf("%w: no panel has data", ErrEmpty))
	}
	return joinNamed(fmt.Sprintf("%q", f.Title), faults...)
}

// titled is a chart with the words beside its letter.
type titled struct {
	chart
	title string
}

// charts returns the panels of the lower row that have something to show.
func (f *PaperFigure) charts() []titled {
	var markers []Marker
	if f.Evaluation >= 0 {
		markers = []Marker{{X: float64(f.Evaluation), Label: "$t_{eval}$"}}
	}
	var levels []Level
	if f.Chance > 0 && f.Chance < 1 {
		levels = []Level{{Y: f.Chance, Label: "chance"}}
	}
	panels := []titled{
		{chart{xLabel: "time step $t$", yLabel: "effective dimensionality", curves: f.ED, markers: markers, y: dimensionRange(f.ED)},
			"Dimensionality through time"},
		{chart{xLabel: "time step $t$", yLabel: "accuracy", curves: f.HeldOut, markers: markers, levels: levels, y: accuracyRange(f.HeldOut, f.Chance)},
			"Logistic regression, held-out clusters"},
		{chart{xLabel: "epoch", yLabel: "accuracy", curves: f.Accuracy, levels: levels, y: accuracyRange(f.Accuracy, f.Chance)},
			"Accuracy of the network"},
	}
	var shown []titled
	for _, panel := range panels {
		x, y := extents(panel.curves)
		if x.filled() && y.filled() {
			panel.x = x.padded(0)
			shown = append(shown, panel)
		}
	}
	return shown
}

// legend returns what the colours, dashes, widths and bands of the charts mean, as far as they occur.
func (f *PaperFigure) legend() []entry {
	var entries []entry
	for i := range f.Rows {
		entries = append(entries, entry{label: f.Rows[i].Title, line: &stroke{colour: f.Rows[i].Colour, width: 2.4}})
	}
	var dashed, solid, thin, band bool
	for _, curves := range [][]Curve{f.ED, f.HeldOut, f.Accuracy} {
		for i := range curves {
			dashed = dashed || curves[i].Dashed
			band = band || len(curves[i].Lo) > 0
		}
	}
	for i := range f.ED {
		solid = solid || !f.ED[i].Dashed
	}
	for i := range f.HeldOut {
		solid = solid || !f.HeldOut[i].Dashed
		thin = thin || f.HeldOut[i].Thin
	}
	example := Curve{Colour: muted, Dashed: true}
	look := func() *stroke { s := example.look(); return &s }
	if dashed {
		entries = append(entries, entry{label: "before training", line: look()})
	}
	example.Dashed = false
	if solid && dashed {
		entries = append(entries, entry{label: "after training", line: look()})
	}
	example.Thin = true
	if thin {
		entries = append(entries, entry{label: "fitted clusters (thin)", line: look()})
	}
	if band && f.Bands != "" {
		entries = append(entries, entry{label: f.Bands, patch: fade(muted, 0.25)})
	}
	return entries
}

func (f *PaperFigure) describe() string {
	parts := []string{PlainText(f.Title)}
	if f.Note != "" {
		parts = append(parts, PlainText(f.Note))
	}
	for i := range f.Rows {
		parts = append(parts, fmt.Sprintf("principal components of %s", PlainText(f.Rows[i].Title)))
	}
	for _, panel := range f.charts() {
		parts = append(parts, panel.title)
	}
	return strings.Join(parts, "; ")
}

// letters names the panels in the order in which they are drawn.
type letters struct{ next byte }

func (l *letters) take() string {
	l.next++
	return string(rune('a' + l.next - 1))
}

// heading draws a letter and a title on the line below top.
func heading(p *pen, letter, title string, left, top vg.Length, look lettering) {
	p.text(at(left, top-sizeLetter/2), letter, lettering{size: sizeLetter, colour: ink, bold: true})
	look.size = sizePanel
	p.text(at(left+14, top-sizeLetter/2), title, look)
}
