package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// RepeatedSamplesWarning travels with a held-out accuracy of samples that repeat each other: a held-out sample then has a duplicate
// among those that a readout is trained on.
type RepeatedSamplesWarning struct {
	Distinct int // different trajectories, of one class each
	Samples  int // samples given
}

// Error returns the numbers and what they mean on one line.
func (w *RepeatedSamplesWarning) Error() string {
	repeats := w.Samples - w.Distinct
	text := fmt.Sprintf("analysis: %d of %d samples (%.3g %%) repeat another trajectory of their class, each counted as often as it occurs; ",
		repeats, w.Samples, 100*float64(repeats)/float64(w.Samples))
	if 2*repeats < w.Samples {
		return text + "where one of them is held out, this accuracy may be of what was trained on"
	}
	return text + "most held-out samples repeat those trained on, so that this accuracy says nothing of new ones"
}

// distinctSamples returns one sample of each set of samples that have the same label and the same states at all times, in their
// order, and for every sample the index of its set. states are S x N each, labels has S entries.
func distinctSamples(states []*mat.Dense, labels []int) (samples, set []int) {
	set = make([]int, len(labels))
	kinds := map[int]int{}
	for i, label := range labels {
		if _, known := kinds[label]; !known {
			kinds[label] = len(kinds)
			samples = append(samples, i)
		}
		set[i] = kinds[label]
	}
	for _, at := range states {
		if len(samples) == len(labels) {
			return samples, set
		}
		// Refine the sets by the states of this time. Hashes only find candidates.
		type key struct {
			set  int
			hash uint64
		}
		candidates := map[key][]int{}
		samples = samples[:0]
		for i := range set {
			row := at.RawRowView(i)
			place, found := key{set[i], hashOf(row)}, -1
			for _, candidate := range candidates[place] {
				if equalRows(row, at.RawRowView(samples[candidate])) {
					found = candidate
					break
				}
			}
			if found < 0 {
				found = len(samples)
				samples = append(samples, i)
				candidates[place] = append(candidates[place], found)
			}
			set[i] = found
		}
	}
	return samples, set
}

// hashOf returns a number that equal rows share.
//
// Source: FNV-1a (Fowler, Noll, Vo), over words instead of bytes.
func hashOf(row []float64) uint64 {
	hash := uint64(14695981039346656037)
	for _, value := range row {
		hash = (hash ^ math.Float64bits(value)) * 1099511628211
	}
	return hash
}

func equalRows(a, b []float64) bool {
	for j, value := range a {
		if value != b[j] {
			return false
		}
	}
	return true
}

// rowsAt returns the given rows of points.
func rowsAt(points *mat.Dense, rows []int) *mat.Dense {
	_, columns := points.Dims()
	some := mat.NewDense(len(rows), columns, nil)
	for i, row := range rows {
		some.SetRow(i, points.RawRowView(row))
	}
	return some
}
