package analysis

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestExponentials compares with math.Exp, whose error is below one unit in the last place.
func TestExponentials(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	x := []float64{0, math.Copysign(0, -1), 708, 708.5, 1e300, math.Inf(1), math.NaN(), 1e-320, 5e-17}
	for range 20000 {
		x = append(x, 720*random.Float64(), random.NormFloat64(), 1e-3*random.NormFloat64())
	}
	to := make([]float64, len(x))
	exponentialsOf(to, x)
	for i, value := range x {
		want := math.Exp(-math.Abs(value))
		if !(math.Abs(value) <= 708) {
			want = 0
		}
		if unit := math.Nextafter(want, 2) - want; math.Abs(to[i]-want) > 3*unit {
			t.Errorf("exp(-|%v|) = %v, want %v: off by %.1f units", value, to[i], want, (to[i]-want)/unit)
		}
	}
}
