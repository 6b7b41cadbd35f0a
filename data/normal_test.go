package data

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The deviates follow the normal distribution: Kolmogorov's distance, moments, and the tail, which has separate code.
func TestNormalsAreNormal(t *testing.T) {
	const count = 1_000_000
	deviates := make([]float64, count)
	addNormals(deviates, make([]float64, count), 1, Stream(0, 0, "normals", 0))
	var moments [4]float64
	for _, value := range deviates {
		power := 1.0
		for i := range moments {
			power *= value
			moments[i] += power / count
		}
	}
	// Standard errors of the first moments of 10^6 normal deviates: sqrt of 1, 2, 15 and 96, over 1000.
	for i, want := range [4]float64{0, 1, 0, 3} {
		if bound := 4 * math.Sqrt([4]float64{1, 2, 15, 96}[i]) / 1000; math.Abs(moments[i]-want) > bound {
			t.Errorf("moment %d is %v, want %v within %v", i+1, moments[i], want, bound)
		}
	}
	slices.Sort(deviates)
	distance := 0.0
	for i, value := range deviates {
		below := distuv.UnitNormal.CDF(value)
		distance = max(distance, math.Abs(below-float64(i)/count), math.Abs(below-float64(i+1)/count))
	}
	// scipy.stats.kstwobign.ppf(0.999) of SciPy 1.10.1 gives 1.9495.
	if distance > 1.9495/math.Sqrt(count) {
		t.Errorf("Kolmogorov distance %v", distance)
	}
	for _, bound := range []float64{tailStart, 4} {
		beyond := 0.0
		for _, value := range deviates {
			if math.Abs(value) > bound {
				beyond++
			}
		}
		expected := count * math.Erfc(bound/math.Sqrt2)
		if math.Abs(beyond-expected) > 4*math.Sqrt(expected) {
			t.Errorf("%v deviates beyond %v, expected %v", beyond, bound, expected)
		}
	}
}

// Neighbours from the same 64 bits are independent.
func TestNormalsAreIndependent(t *testing.T) {
	const count = 1_000_000
	deviates := make([]float64, count)
	addNormals(deviates, make([]float64, count), 1, Stream(1, 0, "normals", 0))
	for _, lag := range []int{1, 2} {
		plain, squares, pairs := 0.0, 0.0, 0.0
		for i := 0; i+lag < count; i += 2 {
			a, b := deviates[i], deviates[i+lag]
			plain += a * b
			squares += (a*a - 1) * (b*b - 1) / 2
			pairs++
		}
		if math.Abs(plain) > 4*math.Sqrt(pairs) || math.Abs(squares) > 4*math.Sqrt(pairs) {
			t.Errorf("lag %d: correlation %v, of squares %v", lag, plain/pairs, squares/pairs)
		}
	}
}

// Odd lengths fill the last element too, and the length does not change the elements before it.
func TestNormalsOfAnyLength(t *testing.T) {
	want := make([]float64, 8)
	addNormals(want, make([]float64, 8), 0.5, Stream(2, 0, "normals", 0))
	for length := range 8 {
		got := make([]float64, length)
		centre := make([]float64, length)
		if length%2 == 1 {
			got[length-1] = math.NaN()
		}
		for i := range centre {
			centre[i] = 3
		}
		addNormals(got, centre, 0.5, Stream(2, 0, "normals", 0))
		for i := range length &^ 1 {
			if got[i] != 3+want[i] {
				t.Errorf("length %d: element %d is %v, want %v", length, i, got[i], 3+want[i])
			}
		}
		if length%2 == 1 && !(math.Abs(got[length-1]-3) < 5) {
			t.Errorf("length %d: last element is %v", length, got[length-1])
		}
	}
}

func BenchmarkNormals(b *testing.B) {
	dst, centre, stream := make([]float64, 200), make([]float64, 200), Stream(0, 0, "normals", 0)
	b.Run("method=pairs/count=200", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			addNormals(dst, centre, 0.02, stream)
		}
	})
	b.Run("method=NormFloat64/count=200", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range dst {
				dst[i] = centre[i] + 0.02*stream.NormFloat64()
			}
		}
	})
}
