package analysis

import "gonum.org/v1/gonum/mat"

// Accuracy returns the fraction of predictions that equal the classes, in [0, 1].
//
// Both have one entry for each sample. Errors: [*ShapeError] if the lengths differ, [*TooFewSamplesError] if there are
// none.
func Accuracy(predictions, classes []int) (float64, error) {
	if len(predictions) != len(classes) {
		return 0, &ShapeError{What: "predictions", Got: len(predictions), Want: len(classes)}
	}
	if len(classes) == 0 {
		return 0, &TooFewSamplesError{Measure: "accuracy", Samples: 0, Least: 1}
	}
	right := 0
	for i, prediction := range predictions {
		if prediction == classes[i] {
			right++
		}
	}
	return float64(right) / float64(len(classes)), nil
}

// AccuracyOfLogits returns the fraction of samples whose largest logit is that of their class, in [0, 1].
//
// logits is S x C, one sample a row; classes has S entries in [0, C). Ties go to the first class, as in NumPy's
// argmax. Errors: [*ShapeError], [*TooFewSamplesError], [*NotFiniteError].
func AccuracyOfLogits(logits *mat.Dense, classes []int) (float64, error) {
	if logits == nil || logits.IsEmpty() {
		return Accuracy(nil, classes)
	}
	if err := checkFinite(logits); err != nil {
		return 0, err
	}
	rows, _ := logits.Dims()
	predictions := make([]int, rows)
	for i := range rows {
		predictions[i] = largest(logits.RawRowView(i))
	}
	return Accuracy(predictions, classes)
}

// largest returns the index of the first largest value.
func largest(values []float64) int {
	best := 0
	for i, value := range values {
		if value > values[best] {
			best = i
		}
	}
	return best
}
