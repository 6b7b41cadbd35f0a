package measure

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBestSigns compares with the best of all choices of signs.
func TestBestSigns(t *testing.T) {
	const steps = 9
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		fields, couplings := make([]float64, steps), make([]float64, steps)
		for i := range steps {
			fields[i] = 2*random.Float64() - 1
			if i > 0 {
				couplings[i] = 2*random.Float64() - 1
			}
		}
		var want []bool
		best := -100.0
		for choice := range 1 << steps {
			turned, sum, before := make([]bool, steps), 0.0, 0.0
			for i := range steps {
				sign := 1.0
				if turned[i] = choice>>i&1 == 1; turned[i] {
					sign = -1
				}
				sum += sign*fields[i] + before*sign*couplings[i]
				before = sign
			}
			if sum > best {
				best, want = sum, turned
			}
		}
		if got := bestSigns(fields, couplings); !slices.Equal(got, want) {
			t.Fatalf("fields %v, couplings %v: %v, want %v", fields, couplings, got, want)
		}
	}
}
