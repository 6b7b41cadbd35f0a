package paper

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/train"
)

// pictureResolution is the number of dots per inch of the PNG files.
const pictureResolution = 200

// Picture is anything that draws itself.
type Picture interface {
	SVG(w io.Writer) error
	PNG(w io.Writer, dpi int) error
}

// Warnings returns the doubts about the result, one text for all of a kind, those about what was measured at all first.
func (r *Result) Warnings() []string {
	var doubts Doubts
	groups := r.groups()
	for _, m := range r.Networks {
		name := Name(m.Config)
		if !r.isPaper() {
			name = figure.PlainText(groups.of[m].name)
		}
		for _, warning := range m.Warnings {
			doubts.Add(name, warning)
		}
	}
	notes := slices.Clone(r.Notes)
	for _, g := range groups.groups {
		if left := g.residue(); len(left) > 0 {
			notes = append(notes, fmt.Sprintf("%s pools networks that differ in %s", figure.PlainText(g.name), strings.Join(left, "; ")))
		}
		if run := g.value(keyRun); run != "" {
			notes = append(notes, run+" has configuration, seed and realisation of another run but other weights: the two are shown apart, not pooled")
		}
	}
	if count := len(groups.groups); count > exploredGroups {
		notes = append(notes, fmt.Sprintf("the panel to explore shows the first %d of %d groups", exploredGroups, count))
	}
	if note := groups.unexplored(); note != "" {
		notes = append(notes, note)
	}
	return append(notes, doubts.Texts()...)
}

// Write writes figures, tables and report of a run of the paper into a folder, and returns the paths.
func (r *Result) Write(ctx context.Context, folder string, record *train.Provenance) ([]string, error) {
	bands, err := r.Bands(ctx)
	if err != nil {
		return nil, err
	}
	page := &figure.Report{
		Title:    "Recurrent networks that expand and compress",
		Subtitle: "Farrell, Recanatesi, Lajoie, Shea-Brown (NeurIPS 2019 workshop), repeated by Unfurl",
		Warnings: r.Warnings(),
		Explorer: r.Explorer(bands),
	}
	if r.Options.Quick {
		page.Note = QuickNote
	}
	written, err := r.writeTables(folder, bands)
	if err != nil {
		return nil, err
	}
	figures := slices.Clone(r.Options.Figures)
	slices.Sort(figures)
	for _, number := range figures {
		drawing, err := r.Figure(number, bands)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("figure%d", number)
		paths, svg, err := WritePicture(folder, name, drawing)
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		if drawing.Note != "" { // the page has said it above
			drawing.Note = ""
			var text bytes.Buffer
			if err := drawing.SVG(&text); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			svg = text.Bytes()
		}
		page.Figures = append(page.Figures, figure.ReportFigure{ID: name, Title: fmt.Sprintf("Figure %d", number), Caption: r.caption(number), SVG: svg})
	}
	page.Tables = append(page.Tables, RunTable(record), r.finalAccuracies(bands), r.keyNumbers(bands, paperSteps))
	if !r.Options.Quick {
		table, err := comparisonTable(bands)
		if err != nil {
			return nil, err
		}
		page.Tables = append(page.Tables, table)
	}
	path, err := writeReport(folder, page)
	return append(written, path), err
}

// writeTables writes curves.csv, bands.csv and moments.csv.
func (r *Result) writeTables(folder string, bands []CurveBand) ([]string, error) {
	curves, table, moments := filepath.Join(folder, "curves.csv"), filepath.Join(folder, "bands.csv"), filepath.Join(folder, "moments.csv")
	if err := r.WriteCurves(curves); err != nil {
		return nil, err
	}
	if err := r.WriteBands(table, bands); err != nil {
		return nil, err
	}
	return []string{curves, table, moments}, r.WriteMoments(moments)
}

// WritePicture writes NAME.svg and NAME.png and returns their paths and the SVG.
func WritePicture(folder, name string, drawing Picture) (paths []string, svg []byte, err error) {
	var text, image bytes.Buffer
	if err := drawing.SVG(&text); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := drawing.PNG(&image, pictureResolution); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	for extension, content := range map[string][]byte{".svg": text.Bytes(), ".png": image.Bytes()} {
		path := filepath.Join(folder, name+extension)
		err := train.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths, text.Bytes(), nil
}

func writeReport(folder string, page *figure.Report) (string, error) {
	path := filepath.Join(folder, "report.html")
	return path, train.WriteFile(path, page.HTML)
}
