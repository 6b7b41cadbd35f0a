package analysis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// furtherNoise is the standard deviation of the noise on further starts, in units of the root mean square deviation of the given ones.
const furtherNoise = 0.5

// furtherStarts returns starts for the searches that follow those from the given starts, nil for none. With each = 1, for every four
// given starts there are up to two half way between pairs of stable fixed points, nearest pairs first, and one of the given ones with
// noise, the same in every call; a larger each multiplies these numbers.
func furtherStarts(starts *mat.Dense, found []FixedPoint, each int) *mat.Dense {
	samples, units := starts.Dims()
	pairs := stablePairs(found)
	pairs = pairs[:min(len(pairs), each*samples/2)]
	noisy := each * samples / 4
	if len(pairs)+noisy == 0 {
		return nil
	}
	further := mat.NewDense(len(pairs)+noisy, units, nil)
	for i, pair := range pairs {
		row := further.RawRowView(i)
		floats.AddTo(row, pair[0], pair[1])
		floats.Scale(0.5, row)
	}
	scale := furtherNoise * deviation(starts)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range noisy {
		row := further.RawRowView(len(pairs) + i)
		copy(row, starts.RawRowView(i*samples/noisy))
		for j := range row {
			row[j] += scale * random.NormFloat64()
		}
	}
	return further
}

// stablePairs returns the pairs of stable fixed points, the nearest first.
func stablePairs(found []FixedPoint) [][2][]float64 {
	var stable [][]float64
	for _, point := range found {
		if point.Fixed && point.Stable() {
			stable = append(stable, point.State)
		}
	}
	type pair struct {
		points   [2][]float64
		distance float64
	}
	var pairs []pair
	for i, a := range stable {
		for _, b := range stable[:i] {
			if distance := floats.Distance(a, b, 2); !math.IsInf(distance, 0) {
				pairs = append(pairs, pair{[2][]float64{b, a}, distance})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.distance, b.distance) })
	points := make([][2][]float64, len(pairs))
	for i, p := range pairs {
		points[i] = p.points
	}
	return points
}
