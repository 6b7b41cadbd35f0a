package farrell2019

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Write writes the figures, tables and report of a run of the paper into a folder, and returns the paths.
func (r *Result) Write(ctx context.Context, folder string, record *run.Provenance) ([]string, error) {
	bands, err := r.Bands(ctx)
	if err != nil {
		return nil, err
	}
	page := &figure.Report{
		Title:    "Recurrent networks that expand and compress",
		Subtitle: "Farrell, Recanatesi, Lajoie, Shea-Brown (NeurIPS 2019 workshop), repeated by Unfurl",
		Warnings: report.Warnings(r.Table),
		Explorer: report.Explorer(r.Table, bands),
	}
	if r.Options.Quick {
		page.Note = quickNote
	}
	written, err := r.Table.WriteTables(folder, bands)
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
		paths, svg, err := report.WritePicture(folder, name, drawing)
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		if drawing.Note != "" { // the top of the page already shows it
			drawing.Note = ""
			var text bytes.Buffer
			if err := drawing.SVG(&text); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			svg = text.Bytes()
		}
		page.Figures = append(page.Figures, figure.ReportFigure{ID: name, Title: fmt.Sprintf("Figure %d", number), Caption: r.caption(number), SVG: svg})
	}
	page.Tables = append(page.Tables, report.RunTable(record), report.FinalAccuracies(r.Table, bands), report.KeyNumbers(r.Table, bands, paperSteps))
	if !r.Options.Quick {
		table, err := comparisonTable(bands)
		if err != nil {
			return nil, err
		}
		page.Tables = append(page.Tables, table)
	}
	path, err := report.WritePage(folder, page)
	return append(written, path), err
}

// paperSteps are the times whose values the paper's report lists.
var paperSteps = []int{0, 5, 8, 10, 15}
