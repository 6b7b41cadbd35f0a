package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// RunTable says how the numbers were produced.
func RunTable(record *run.Provenance) figure.Table {
	return figure.Table{
		Title:  "Run",
		Header: []string{"what", "value"},
		Rows: [][]string{
			{"command", strings.Join(append([]string{"train"}, record.Command[min(1, len(record.Command)):]...), " ")},
			{"started", record.Started.Format("2006-01-02 15:04:05 MST")},
			{"program", fmt.Sprintf("unfurl %s, revision %s, %s", record.Build.Version, record.Build.Revision, record.Build.Go)},
			{"processor", fmt.Sprintf("%s, %d cores, kernels %s", record.Machine.CPU, record.Machine.Cores, record.Machine.Kernels)},
		},
	}
}

// measureLabels name the paper's measures of curves.csv in tables.
var measureLabels = map[string]string{
	"ed": "ED", "lr_train": "fitted", measure.HeldOutClusters: "held-out clusters", measure.HeldOutSamples: "held-out samples",
}

// measureLabel returns the name of a measure for display.
func measureLabel(name string) string {
	for _, column := range measure.Columns() {
		if column.Name == name {
			return column.Label
		}
	}
	return cmp.Or(measureLabels[name], name)
}

// KeyNumbers lists the measures at some times.
func KeyNumbers(r *measure.Table, bands []measure.CurveBand, steps []int) figure.Table {
	groups := groupsOf(r)
	table := figure.Table{
		Title: "Key numbers",
		Caption: "Median [central 75 %] over realisations. ED: effective dimensionality. Held-out: logistic regression on clusters, or samples, " +
			"that it was not fitted to.",
		Header: append(groups.Header(), "measure", "stage"),
	}
	first := len(table.Header)
	for _, t := range steps {
		table.Header = append(table.Header, fmt.Sprintf("t = %d", t))
	}
	rows := map[measure.CurveKey]int{}
	for _, b := range bands {
		key := b.CurveKey
		key.Step = 0
		column := slices.Index(steps, b.Step)
		if b.Stage == measure.During || column < 0 {
			continue
		}
		if _, ok := rows[key]; !ok {
			rows[key] = len(table.Rows)
			row := append(groups.Cells(groups.Groups[b.Group]), measureLabel(b.Measure), b.Stage)
			for range steps {
				row = append(row, "–") // a network that was not recorded for so long
			}
			table.Rows = append(table.Rows, row)
		}
		table.Rows[rows[key]][first+column] = BandText(b)
	}
	return table
}

// FinalAccuracies lists the accuracy of each network after its last epoch.
func FinalAccuracies(r *measure.Table, bands []measure.CurveBand) figure.Table {
	groups := groupsOf(r)
	table := figure.Table{
		Title: "Accuracy of the networks",
		Caption: "On fresh samples after the last epoch: median [central 75 %] over realisations; of ED, losses and accuracies those of a gamma fitted to " +
			"them, of the others those of the sample.",
		Header: append(groups.Header(), "epoch", "realisations", "accuracy"),
	}
	for i, b := range bands {
		if b.Measure != "accuracy" {
			continue
		}
		next := b.CurveKey
		next.Step++
		if i+1 < len(bands) && bands[i+1].CurveKey == next {
			continue // a later epoch follows
		}
		table.Rows = append(table.Rows, append(groups.Cells(groups.Groups[b.Group]), fmt.Sprint(b.Step), fmt.Sprint(b.N), BandText(b)))
	}
	return table
}

// BandText writes a band as median [lo, hi] with three digits, – for a gap.
func BandText(b measure.CurveBand) string {
	if b.N == 0 {
		return "–" // a gap
	}
	if b.Lo == b.Hi {
		return fmt.Sprintf("%.3g", b.Median)
	}
	return fmt.Sprintf("%.3g [%.3g,\u00a0%.3g]", b.Median, b.Lo, b.Hi) // a narrow column breaks before the band
}
