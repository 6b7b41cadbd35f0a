package farrell2019

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// authorsVariants holds what the same code as that of authorsBands gives under other settings, over 4 or 5 seeds each: the median
// and the range.
//
//go:embed authors_variants.csv
var authorsVariants string

// Variants of the authors' code whose curves are known; the empty name is the paper's own settings.
const (
	VariantLinear       = "linear"                   // d = 200, linear units
	VariantSquaredError = "mse_rate_5e-3_100_epochs" // mean squared error, learning rate 5e-3, 100 epochs
	VariantTwiceTheRate = "rate_doubled"             // d = 2, g = 250
	VariantHalfTheRate  = "rate_halved"              // d = 2, g = 250
	VariantClusters     = "clusters_120"             // d = 2, 120 clusters
	VariantClustersMSE  = "clusters_120_mse"         // d = 2, 120 clusters, mean squared error
)

// Authors are medians over networks of the authors' code.
type Authors struct {
	medians map[authorsKey]float64
	epochs  map[authorsKey]int // last epoch with an accuracy; the step of the key is 0
}

type authorsKey struct {
	variant, measure, stage string
	dimension               int
	coupling                float64
	step                    int
}

// ReadAuthors returns all medians that are known.
func ReadAuthors() (*Authors, error) {
	a := &Authors{medians: map[authorsKey]float64{}, epochs: map[authorsKey]int{}}
	for _, of := range []struct {
		text  string
		named bool
	}{{authorsBands, false}, {authorsVariants, true}} {
		rows, err := csv.NewReader(strings.NewReader(of.text)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("farrell2019: authors' curves: %w", err)
		}
		for i, row := range rows[1:] {
			key, value, err := authorsRow(row, of.named)
			if err != nil {
				return nil, fmt.Errorf("farrell2019: authors' curves, row %d: %w", i+2, err)
			}
			a.medians[key] = value
			if key.measure == "accuracy" {
				last := key
				last.step = 0
				a.epochs[last] = max(a.epochs[last], key.step)
			}
		}
	}
	return a, nil
}

// authorsRow reads a row with the columns measure, d, g, stage, step, n, median, or, if named, variant, d, g, measure, stage, step,
// n, median.
func authorsRow(row []string, named bool) (key authorsKey, median float64, err error) {
	if named {
		key.variant, row = row[0], append([]string{row[3], row[1], row[2]}, row[4:]...)
	}
	key.measure, key.stage = row[0], row[3]
	if key.dimension, err = strconv.Atoi(row[1]); err != nil {
		return key, 0, err
	}
	if key.coupling, err = strconv.ParseFloat(row[2], 64); err != nil {
		return key, 0, err
	}
	if key.step, err = strconv.Atoi(row[4]); err != nil {
		return key, 0, err
	}
	median, err = strconv.ParseFloat(row[6], 64)
	return key, median, err
}

// Median returns the median of a measure at one step, NaN where it is not known. The measures are ed, lr_train, lr_heldout (stage
// before or after, step t) and ed_input (before, 0).
func (a *Authors) Median(variant string, d int, g float64, measure, stage string, step int) float64 {
	value, known := a.medians[authorsKey{variant, measure, stage, d, g, step}]
	if !known {
		return math.NaN()
	}
	return value
}

// Curve returns the medians of a measure at t = 0 .. last; nil where they are not known.
func (a *Authors) Curve(variant string, d int, g float64, measure, stage string, last int) []float64 {
	values := make([]float64, last+1)
	for t := range values {
		if values[t] = a.Median(variant, d, g, measure, stage, t); math.IsNaN(values[t]) {
			return nil
		}
	}
	return values
}

// Accuracy returns the median accuracy on fresh samples after the last epoch, NaN where it is not known.
func (a *Authors) Accuracy(variant string, d int, g float64) float64 {
	last := a.epochs[authorsKey{variant, "accuracy", "during", d, g, 0}]
	return a.Median(variant, d, g, "accuracy", "during", last)
}
