package figure

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// PaperFigure holds the data of all panels of figure 2 or 3 of the paper. The package comment lists the letters of the panels.
//
// The curves of one network carry the colour of its Row. Dashed curves mean "before training", solid ones "after training"; the
// legend says so.
type PaperFigure struct {
	Number int // 2 or 3: selects the arrangement and the letters of the panels
	Title  string
	Note   string // a warning above the panels, such as "quick run: smaller problem, not the paper's numbers"; empty: none

	Schematic *Schematic // the inputs and the task; nil: left out
	Rows      []Row      // snapshots of each network
	ED        []Curve    // over time steps
	Theory    []Curve    // of the effective dimensionality of the untrained networks, drawn over ED
	Fitted    []Curve    // accuracy on the clusters that a regression was fitted to, over time steps
	HeldOut   []Curve    // the same on the held-out clusters
	Accuracy  []Curve    // of the network, over epochs

	Evaluation int     // time step of the marker in panels over time steps; negative: none
	Chance     float64 // level of the reference line in panels of accuracies; outside (0, 1): none
	Bands      string  // description of the bands for the legend, such as "central 75 % of 30 realisations"; empty: none
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
	if f.Number != 2 && f.Number != 3 {
		faults = append(faults, fmt.Errorf("%w: Number = %d; allowed 2 and 3", ErrValue, f.Number))
	}
	if f.Schematic != nil {
		faults = append(faults, f.Schematic.check())
	}
	for i := range f.Rows {
		faults = append(faults, f.Rows[i].check())
	}
	faults = append(faults, checkCurves("ED", f.ED), checkCurves("Theory", f.Theory), checkCurves("Fitted", f.Fitted), checkCurves("HeldOut", f.HeldOut),
		checkCurves("Accuracy", f.Accuracy))
	if upper, lower := f.charts(); f.Schematic == nil && len(f.Rows)+len(upper)+len(lower) == 0 {
		faults = append(faults, fmt.Errorf("%w: no panel has data", ErrEmpty))
	}
	return joinNamed(fmt.Sprintf("%q", f.Title), faults...)
}

// titled is a chart with its letter, if it has one, and its title.
type titled struct {
	chart
	letter, title string
}

// charts returns the panels beside the schematic and those below the snapshots that have something to show.
func (f *PaperFigure) charts() (upper, lower []titled) {
	var markers []Marker
	if f.Evaluation >= 0 {
		markers = []Marker{{X: float64(f.Evaluation), Label: "$t_{eval}$"}}
	}
	var levels []Level
	if f.Chance > 0 && f.Chance < 1 {
		levels = []Level{{Y: f.Chance, Label: "chance"}}
	}
	regression := func(curves []Curve, letter, of string) titled {
		return titled{chart{xLabel: "time step $t$", yLabel: "accuracy", curves: curves, markers: markers, levels: levels, y: accuracyRange(curves, f.Chance)},
			letter, "Logistic regression, " + of}
	}
	dimensionality := titled{chart{xLabel: "time step $t$", yLabel: "effective dimensionality", curves: slices.Concat(f.ED, f.Theory), markers: markers, y: dimensionRange(slices.Concat(f.ED, f.Theory))},
		"b", "Effective dimensionality"}
	accuracy := titled{chart{xLabel: "epoch", yLabel: "accuracy", curves: f.Accuracy, levels: levels, y: accuracyRange(f.Accuracy, f.Chance)},
		"", "Accuracy of the network"}
	if f.Number == 2 { // panels that the paper does not have get no letter
		return filled(dimensionality, regression(f.HeldOut, "c", "held-out clusters")), filled(regression(f.Fitted, "", "fitted clusters"), accuracy)
	}
	dimensionality.letter, accuracy.letter = "d", "b"
	return filled(accuracy), filled(dimensionality, regression(f.Fitted, "e", "fitted clusters"), regression(f.HeldOut, "f", "held-out clusters"))
}

// filled returns the panels that have something to show.
func filled(panels ...titled) []titled {
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

// rowLetters returns the letters of the rows of snapshots: one each in figure 2, one for both in figure 3.
func (f *PaperFigure) rowLetters() []string {
	if f.Number == 2 {
		return []string{"d", "e"}
	}
	return []string{"c"}
}

// legend returns entries for the colours, dashes and bands that occur in the charts.
func (f *PaperFigure) legend() []entry {
	var entries []entry
	for i := range f.Rows {
		entries = append(entries, entry{label: f.Rows[i].Title, line: &stroke{colour: f.Rows[i].Colour, width: 2.4}})
	}
	var dashed, solid, band bool
	for _, curves := range [][]Curve{f.ED, f.Fitted, f.HeldOut, f.Accuracy} {
		for i := range curves {
			dashed = dashed || curves[i].Dashed
			band = band || len(curves[i].Lo) > 0
		}
	}
	for _, curves := range [][]Curve{f.ED, f.Fitted, f.HeldOut} {
		for i := range curves {
			solid = solid || !curves[i].Dashed
		}
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
	if len(f.Theory) > 0 {
		example.Thin = true
		entries = append(entries, entry{label: "theory, untrained", line: look()})
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
	upper, lower := f.charts()
	for _, panel := range slices.Concat(upper, lower) {
		parts = append(parts, panel.title)
	}
	return strings.Join(parts, "; ")
}

// heading draws a letter, if there is one, and a title on the line below top.
func heading(p *pen, letter, title string, left, top vg.Length, look lettering) {
	p.text(at(left, top-sizeLetter/2), letter, lettering{size: sizeLetter, colour: ink, bold: true})
	look.size = sizePanel
	if letter != "" {
		left += 14
	}
	p.text(at(left, top-sizeLetter/2), title, look)
}
