package claims

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/paper"
	"github.com/unfurl-rnn/unfurl/train"
)

// Write writes claims.csv, claims.json, claims.html and the pictures into a folder, and returns the paths.
func (r *Result) Write(folder string, ledger []Judgement, record *train.Provenance) ([]string, error) {
	table, records := filepath.Join(folder, "claims.csv"), filepath.Join(folder, "claims.json")
	if err := WriteCSV(table, ledger); err != nil {
		return nil, err
	}
	if err := WriteJSON(records, ledger); err != nil {
		return nil, err
	}
	counts := Counts(ledger)
	page := &figure.Report{
		Title: "The paper's claims, tested",
		Subtitle: fmt.Sprintf("Farrell, Recanatesi, Lajoie, Shea-Brown (NeurIPS 2019 workshop), %d realisations: %d claims hold, %d do not, %d are not established",
			r.Options.Realisations, counts[Holds], counts[DoesNotHold], counts[NotEstablished]),
		Warnings: r.Warnings(),
		Summary:  []figure.Table{verdictTable(ledger)},
	}
	if r.Options.Quick {
		page.Note = "Quick run: fewer units, clusters and epochs than in the paper; its verdicts are about this smaller problem."
	}
	written := []string{table, records}
	pictures := filepath.Join(folder, "figures")
	if err := train.MakeFolder(pictures); err != nil {
		return nil, err
	}
	for _, drawn := range r.panels(ledger) {
		paths, svg, err := paper.WritePicture(pictures, drawn.id, drawn.Picture)
		if err != nil {
			return nil, err
		}
		written = append(written, paths...)
		page.Figures = append(page.Figures, figure.ReportFigure{ID: drawn.id, Title: drawn.title, Caption: drawn.caption, SVG: svg})
	}
	page.Tables = []figure.Table{findingTable(ledger), paper.RunTable(record)}
	path := filepath.Join(folder, "claims.html")
	return append(written, path), train.WriteFile(path, page.HTML)
}

// Warnings returns each doubt about the networks once, with how many it concerns.
func (r *Result) Warnings() []string {
	counts := map[string]int{}
	for _, e := range r.Networks {
		if e.Diverged != "" {
			counts[fmt.Sprintf("d = %d, g = %g: training diverged: %s", e.Config.Task.Dimension, e.Config.Network.Coupling, e.Diverged)]++
		}
		for _, warning := range e.Warnings {
			counts[fmt.Sprintf("d = %d, g = %g, %s", e.Config.Task.Dimension, e.Config.Network.Coupling, warning)]++
		}
	}
	var texts []string
	for text, count := range counts {
		if count > 1 {
			text += fmt.Sprintf(" (%d networks)", count)
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return texts
}

func verdictTable(ledger []Judgement) figure.Table {
	table := figure.Table{Title: "Verdicts", Header: []string{"id", "claim", "place", "verdict", "why not"},
		Caption: "A claim holds if every part of it does; C18 if one does. The numbers behind each verdict are below."}
	for _, judged := range ledger {
		doubt := ""
		if judged.Verdict != Holds {
			doubt = judged.Doubt
		}
		table.Rows = append(table.Rows, []string{judged.ID, judged.Sentence, judged.Place, string(judged.Verdict), doubt})
	}
	return table
}

func findingTable(ledger []Judgement) figure.Table {
	table := figure.Table{Title: "Numbers", Header: []string{"id", "part", "statistic", "mean [95 %]", "n", "holds where", "reason", "verdict"},
		Caption: "Mean over realisations with its percentile bootstrap interval (10 000 resamples; C18 widened for the best of its parts). " +
			"Below 5 realisations nothing is decided."}
	for _, judged := range ledger {
		for _, f := range judged.Findings {
			table.Rows = append(table.Rows, []string{judged.ID, f.Name, f.Statistic, show(f) + lost(f), strconv.Itoa(f.Interval.N),
				f.Threshold.String(), f.Threshold.Reason, string(f.Verdict)})
		}
	}
	return table
}
