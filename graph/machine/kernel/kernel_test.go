package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// eachLevel runs the test at every level of this machine and restores the level in use.
func eachLevel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	before := kernel.Active()
	defer func() {
		if err := kernel.SetLevel(before); err != nil {
			t.Error(err)
		}
	}()
	for _, l := range kernel.Levels() {
		if err := kernel.SetLevel(l); err != nil {
			t.Fatal(err)
		}
		t.Run("level="+l.String(), test)
	}
}

// bothTypes runs a generic test for float32 and float64.
func bothTypes(t *testing.T, single, double func(t *testing.T)) {
	t.Helper()
	t.Run("type=float32", single)
	t.Run("type=float64", double)
}

func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// normal returns n standard normal numbers in an array that starts shift elements past its allocation,
// so that slices are not aligned.
func normal[T kernel.Float](r *rand.Rand, n, shift int) []T {
	x := make([]T, n+shift)
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
	return x[shift:]
}

// epsilon returns the distance from 1 to the next number.
func epsilon[T kernel.Float]() float64 {
	if one := T(1); one+T(1e-10) == one {
		return 0x1p-23
	}
	return 0x1p-52
}

// sameBits reports whether x and y are the same number, or both NaN.
func sameBits[T kernel.Float](x, y T) bool {
	return x == y && math.Signbit(float64(x)) == math.Signbit(float64(y)) || x != x && y != y
}
