package claims

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Write writes claims.csv, claims.json, claims.html and the pictures into a folder, and returns the paths.
func (r *Result) Write(folder string, ledger []Judgement, record *run.Provenance) ([]string, error) {
	table, records := filepath.Join(folder, "claims.csv"), filepath.Join(folder, "claims.json")
	if err := WriteCSV(table, ledger); err != nil {
		return nil, err
	}
	if err := WriteJSON(records, ledger); err != nil {
		return nil, err
	}
	page := &figure.Report{
		Title: "The paper's claims, tested",
		Subtitle: fmt.Sprintf("Farrell, Recanatesi, Lajoie, Shea-Brown (NeurIPS 2019 workshop), %d realisations. Claims by verdict: %s",
			r.Options.Realisations, countText(ledger)),
		Warnings: r.Warnings(),
		Summary:  []figure.Table{verdictTable(ledger)},
	}
	if !r.Options.Quick {
		page.Opening = opening(ledger)
	}
	if r.Options.Quick {
		page.Note = "Quick run: fewer units, clusters and epochs than in the paper. Its numbers are about this smaller problem, so verdicts are withheld."
	}
	written := []string{table, records}
	pictures := filepath.Join(folder, "figures")
	if err := files.MakeFolder(pictures); err != nil {
		return nil, err
	}
	for _, drawn := range r.panels(ledger) {
		paths, svg, err := report.WritePicture(pictures, drawn.id, drawn.Picture)
		if errors.Is(err, figure.ErrEmpty) {
			page.Warnings = append(page.Warnings, "there is no picture for "+drawn.title+": no network has values for it")
			continue
		}
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: drawn.id, Title: drawn.title, Caption: drawn.caption, SVG: svg})
	}
	page.Tables = []figure.Table{findingTable(ledger), report.RunTable(record)}
	path := filepath.Join(folder, "claims.html")
	return append(written, path), files.WriteFile(path, page.HTML)
}

// Warnings returns the warnings about the networks, one text per kind.
func (r *Result) Warnings() []string {
	var doubts report.Doubts
	for _, c := range r.Options.Plan() { // in a fixed order
		e := r.Networks[c.Fingerprint()]
		if e.Diverged != "" {
			doubts.Add(measure.Name(c), "training diverged: "+e.Diverged)
		}
		for _, warning := range e.Warnings {
			doubts.Add(measure.Name(c), warning)
		}
	}
	return doubts.Texts()
}

func verdictTable(ledger []Judgement) figure.Table {
	table := figure.Table{Title: "Verdicts", Header: []string{"id", "verdict", "claim", "place"},
		Caption: "A claim holds if every part of it does (of alternatives, one), in part if some do. The numbers behind each verdict are below."}
	for _, judged := range ledger {
		table.Rows = append(table.Rows, []string{judged.ID, string(judged.Verdict), judged.Sentence, judged.Place})
	}
	return table
}

func findingTable(ledger []Judgement) figure.Table {
	table := figure.Table{Title: "Numbers", Header: []string{"id", "part", "verdict", "number [95 %]", "n", "holds where", "effect", "authors", "statistic", "reason"},
		Caption: "Number over realisations, their mean where nothing else is said, with its BCa bootstrap interval (10 000 resamples), exact binomial for " +
			"shares, widened where one of several parts is enough; a point where all realisations agree. Effect: distance inside (+) or outside (-) of the range in " +
			"standard deviations over realisations. Authors: the same number from the medians of their code with the exact spectral radius. " +
			"Below 5 realisations nothing is decided."}
	for _, judged := range ledger {
		for _, f := range judged.Findings {
			table.Rows = append(table.Rows, []string{judged.ID, f.Name, string(f.Verdict), show(f) + lost(f), strconv.Itoa(f.Interval.N),
				f.Threshold.String(), effectText(f), theirsText(f), f.Statistic, f.Threshold.Reason})
		}
	}
	return table
}
