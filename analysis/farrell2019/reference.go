package farrell2019

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/analysis/figure"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
)

// authorsBands holds the paper's curves from the authors' own PyTorch code
// (msf235/Robust_representations_paper_code, commit f7c7456), run for 30 seeds under PyTorch 1.13,
// NumPy 1.24, scikit-learn 1.2 and SciPy 1.10 with J scaled to the exact radius g.
//
//go:embed authors_bands.csv
var authorsBands string

// Reference is a point on a curve from the authors' code: median and central 75 % over 30 seeds; of a variant, the range over 4 or 5.
type Reference struct {
	measure.CurveKey
	Variant        string // empty for the paper's own settings
	Median, Lo, Hi float64
}

// References returns the authors' curves.
func References() ([]Reference, error) { return readReferences(authorsBands, "reference") }

// readReferences reads a table with the columns measure, d, g, stage, step, n, median, and lo and hi or, of variants, variant, least and most;
// name is for errors.
func readReferences(text, name string) ([]Reference, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("farrell2019: %s: %w", name, err)
	}
	columns := map[string]int{}
	for j, column := range rows[0] {
		columns[column] = j
	}
	var references []Reference
	for i, row := range rows[1:] {
		number := func(column string) float64 {
			value, failed := strconv.ParseFloat(row[columns[column]], 64)
			err = errors.Join(err, failed)
			return value
		}
		reference := Reference{
			CurveKey: measure.CurveKey{Measure: row[columns["measure"]], Dimension: int(number("d")), Coupling: number("g"), Stage: row[columns["stage"]], Step: int(number("step"))},
			Median:   number("median"),
		}
		if at, varied := columns["variant"]; varied {
			reference.Variant, reference.Lo, reference.Hi = row[at], number("least"), number("most")
		} else {
			reference.Lo, reference.Hi = number("lo"), number("hi")
		}
		if err != nil {
			return nil, fmt.Errorf("farrell2019: %s, row %d: %w", name, i+2, err)
		}
		references = append(references, reference)
	}
	return references, nil
}

// The comparison with the authors' curves takes these measures at t = 0 .. lastComparedStep and widens
// their bands by a fraction of the value on both sides.
const (
	lastComparedStep = 15
	bandWidening     = 0.02
)

// Comparison is one of our medians beside the authors' band.
type Comparison struct {
	Reference Reference
	Ours      measure.CurveBand
	Inside    bool // of the authors' band, widened
}

// Compare compares our medians of ed, lr_train and lr_heldout with the authors' bands, in our order.
func Compare(bands []measure.CurveBand, references []Reference) []Comparison {
	byCurve := map[measure.CurveKey]Reference{}
	for _, reference := range references {
		byCurve[reference.CurveKey] = reference
	}
	var comparisons []Comparison
	for _, ours := range bands {
		key := ours.CurveKey
		key.Group = 0 // the authors have one group for each dimension and coupling
		reference, ok := byCurve[key]
		if !ok || ours.Stage == measure.During || ours.Step > lastComparedStep {
			continue
		}
		lo, hi := reference.Lo*(1-bandWidening), reference.Hi*(1+bandWidening)
		comparisons = append(comparisons, Comparison{reference, ours, ours.Median >= lo && ours.Median <= hi})
	}
	return comparisons
}

// comparisonTable summarises the comparison with the authors' curves and lists every point outside.
func comparisonTable(bands []measure.CurveBand) (figure.Table, error) {
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
			fmt.Sprintf("%.3g [%.3g, %.3g]", c.Reference.Median, c.Reference.Lo, c.Reference.Hi), report.BandText(c.Ours),
		})
	}
	if len(comparisons) > 0 {
		table.Caption = fmt.Sprintf("%d of %d medians (%.1f %%) of ED and both accuracies at t = 0 .. %d lie inside the central 75 %% of "+
			"the authors' PyTorch code over 30 seeds, widened by %g %% of the value; the others are listed. The authors' code scales J to the "+
			"exact spectral radius (--exact-radius).", inside, len(comparisons), 100*float64(inside)/float64(len(comparisons)), lastComparedStep, 100*bandWidening)
	}
	return table, nil
}
