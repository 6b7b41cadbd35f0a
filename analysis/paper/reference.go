package paper

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// authorsBands holds the paper's curves from the authors' own PyTorch code
// (msf235/Robust_representations_paper_code, commit f7c7456), run for 30 seeds under PyTorch 1.13,
// NumPy 1.24, scikit-learn 1.2 and SciPy 1.10 with J scaled to the exact radius g.
//
//go:embed authors_bands.csv
var authorsBands string

// Reference is a point of a curve from the authors' code: median and central 75 % over 30 seeds.
type Reference struct {
	Curve
	Median, Lo, Hi float64
}

// References returns the authors' curves.
func References() ([]Reference, error) {
	rows, err := csv.NewReader(strings.NewReader(authorsBands)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("paper: reference: %w", err)
	}
	var references []Reference
	for i, row := range rows[1:] {
		var numbers [9]float64
		for j, text := range row {
			if j == 0 || j == 3 {
				continue
			}
			if numbers[j], err = strconv.ParseFloat(text, 64); err != nil {
				return nil, fmt.Errorf("paper: reference row %d: %w", i+2, err)
			}
		}
		references = append(references, Reference{
			Curve:  Curve{Measure: row[0], Dimension: int(numbers[1]), Coupling: numbers[2], Stage: row[3], Step: int(numbers[4])},
			Median: numbers[6], Lo: numbers[7], Hi: numbers[8],
		})
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
	Ours      CurveBand
	Inside    bool // of the authors' band, widened
}

// Compare sets our medians of ed, lr_train and lr_heldout beside the authors' bands, in our order.
func Compare(bands []CurveBand, references []Reference) []Comparison {
	byCurve := map[Curve]Reference{}
	for _, reference := range references {
		byCurve[reference.Curve] = reference
	}
	var comparisons []Comparison
	for _, ours := range bands {
		key := ours.Curve
		key.group = 0 // the authors have one group of a dimension and coupling
		reference, ok := byCurve[key]
		if !ok || ours.Stage == During || ours.Step > lastComparedStep {
			continue
		}
		lo, hi := reference.Lo*(1-bandWidening), reference.Hi*(1+bandWidening)
		comparisons = append(comparisons, Comparison{reference, ours, ours.Median >= lo && ours.Median <= hi})
	}
	return comparisons
}
