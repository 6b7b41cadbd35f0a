package farrell2019

import (
	_ "embed"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
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
	variant string
	measure.CurveKey
}

// ReadAuthors returns all medians that are known.
func ReadAuthors() (*Authors, error) {
	paper, err := References()
	if err != nil {
		return nil, err
	}
	variants, err := readReferences(authorsVariants, "variants")
	if err != nil {
		return nil, err
	}
	a := &Authors{medians: map[authorsKey]float64{}, epochs: map[authorsKey]int{}}
	for _, reference := range slices.Concat(paper, variants) {
		key := authorsKey{reference.Variant, reference.CurveKey}
		a.medians[key] = reference.Median
		if key.Measure == "accuracy" {
			key.Step = 0
			a.epochs[key] = max(a.epochs[key], reference.Step)
		}
	}
	return a, nil
}

func keyOf(variant string, d int, g float64, name, stage string, step int) authorsKey {
	return authorsKey{variant, measure.CurveKey{Measure: name, Dimension: d, Coupling: g, Stage: stage, Step: step}}
}

// Median returns the median of a measure at one step, NaN where it is not known. The measures are ed, lr_train, lr_heldout (stage
// before or after, step t) and ed_input (before, 0).
func (a *Authors) Median(variant string, d int, g float64, name, stage string, step int) float64 {
	value, known := a.medians[keyOf(variant, d, g, name, stage, step)]
	if !known {
		return math.NaN()
	}
	return value
}

// Curve returns the medians of a measure at t = 0 .. last; nil where they are not known.
func (a *Authors) Curve(variant string, d int, g float64, name, stage string, last int) []float64 {
	values := make([]float64, last+1)
	for t := range values {
		if values[t] = a.Median(variant, d, g, name, stage, t); math.IsNaN(values[t]) {
			return nil
		}
	}
	return values
}

// Accuracy returns the median accuracy on fresh samples after the last epoch, NaN where it is not known.
func (a *Authors) Accuracy(variant string, d int, g float64) float64 {
	last := a.epochs[keyOf(variant, d, g, "accuracy", measure.During, 0)]
	return a.Median(variant, d, g, "accuracy", measure.During, last)
}
