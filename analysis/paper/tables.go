package paper

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/train"
)

// caption says what a figure of this run shows.
func (r *Result) caption(number int) string {
	c := r.first(number)[0].Config
	return fmt.Sprintf("%d-dimensional inputs, %d clusters in %d classes, %d units, %d realisations. "+
		"Snapshots show %d samples of the first realisation on their first two principal components. "+
		"Bands are the central 75 %% of a gamma fit over realisations; dashed curves are before training.",
		c.Task.Dimension, c.Task.Clusters, c.Task.Classes, c.Network.Units, r.Options.Realisations, c.Measures.Samples)
}

// RunTable says how the numbers came about.
func RunTable(record *train.Provenance) figure.Table {
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

// paperSteps are the times whose values the paper's report lists.
var paperSteps = []int{0, 5, 8, 10, 15}

// measureLabels name the paper's measures of curves.csv in tables.
var measureLabels = map[string]string{
	"ed": "ED", "lr_train": "fitted", heldOutClusters: "held-out clusters", heldOutSamples: "held-out samples",
}

// measureLabel returns the name of a measure for people.
func measureLabel(name string) string {
	for _, column := range measure.Columns() {
		if column.Name == name {
			return column.Label
		}
	}
	return cmp.Or(measureLabels[name], name)
}

// keyNumbers lists the measures at some times.
func (r *Result) keyNumbers(bands []CurveBand, steps []int) figure.Table {
	groups := r.groups()
	table := figure.Table{
		Title: "Key numbers",
		Caption: "Median [central 75 %] over realisations. ED: effective dimensionality. Held-out: logistic regression on clusters, or samples, " +
			"that it was not fitted to.",
		Header: append(groups.header(), "measure", "stage"),
	}
	first := len(table.Header)
	for _, t := range steps {
		table.Header = append(table.Header, fmt.Sprintf("t = %d", t))
	}
	rows := map[Curve]int{}
	for _, b := range bands {
		key := b.Curve
		key.Step = 0
		column := slices.Index(steps, b.Step)
		if b.Stage == During || column < 0 {
			continue
		}
		if _, ok := rows[key]; !ok {
			rows[key] = len(table.Rows)
			row := append(groups.cells(groups.groups[b.group]), measureLabel(b.Measure), b.Stage)
			for range steps {
				row = append(row, "–") // a network that was not recorded for so long
			}
			table.Rows = append(table.Rows, row)
		}
		table.Rows[rows[key]][first+column] = bandText(b)
	}
	return table
}

// finalAccuracies lists the accuracy of each network after its last epoch.
func (r *Result) finalAccuracies(bands []CurveBand) figure.Table {
	groups := r.groups()
	table := figure.Table{
		Title: "Accuracy of the networks",
		Caption: "On fresh samples after the last epoch: median [central 75 %] over realisations; of ED, losses and accuracies those of a gamma fitted to " +
			"them, of the others those of the sample.",
		Header: append(groups.header(), "epoch", "realisations", "accuracy"),
	}
	for i, b := range bands {
		if b.Measure != "accuracy" {
			continue
		}
		next := b.Curve
		next.Step++
		if i+1 < len(bands) && bands[i+1].Curve == next {
			continue // a later epoch follows
		}
		table.Rows = append(table.Rows, append(groups.cells(groups.groups[b.group]), fmt.Sprint(b.Step), fmt.Sprint(b.N), bandText(b)))
	}
	return table
}

func bandText(b CurveBand) string {
	if b.N == 0 {
		return "–" // a gap
	}
	if b.Lo == b.Hi {
		return fmt.Sprintf("%.3g", b.Median)
	}
	return fmt.Sprintf("%.3g [%.3g,\u00a0%.3g]", b.Median, b.Lo, b.Hi) // a narrow column breaks before the band
}

// comparisonTable sums up the comparison with the authors' curves and lists every point outside.
func comparisonTable(bands []CurveBand) (figure.Table, error) {
	references, err := References()
	if err != nil {
		return figure.Table{}, err
	}
	comparisons := Compare(bands, references)
	inside := 0
	table := figure.Table{
		Title:  "Beside the authors' code",
		Header: []string{"measure", "d", "g", "stage", "t", "authors' median [75 %]", "ours"},
	}
	for _, c := range comparisons {
		if c.Inside {
			inside++
			continue
		}
		table.Rows = append(table.Rows, []string{
			c.Ours.Measure, fmt.Sprint(c.Ours.Dimension), fmt.Sprint(c.Ours.Coupling), c.Ours.Stage, fmt.Sprint(c.Ours.Step),
			fmt.Sprintf("%.3g [%.3g, %.3g]", c.Reference.Median, c.Reference.Lo, c.Reference.Hi), bandText(c.Ours),
		})
	}
	if len(comparisons) > 0 {
		table.Caption = fmt.Sprintf("%d of %d medians (%.1f %%) of ED and both accuracies at t = 0 .. %d lie inside the central 75 %% of "+
			"the authors' PyTorch code over 30 seeds, widened by %g %% of the value; the others are listed. The authors' code scales J to the "+
			"exact spectral radius (--exact-radius).", inside, len(comparisons), 100*float64(inside)/float64(len(comparisons)), lastComparedStep, 100*bandWidening)
	}
	return table, nil
}
