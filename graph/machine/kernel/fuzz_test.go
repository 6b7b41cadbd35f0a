package kernel_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// FuzzGemm checks products of any shape at every level against sums in float64.
func FuzzGemm(f *testing.F) {
	f.Add(uint16(10), uint16(200), uint16(200), uint8(0), uint8(0), uint8(1), 0.0)
	f.Add(uint16(1), uint16(201), uint16(7), uint8(3), uint8(5), uint8(2), 1.0)
	f.Add(uint16(100), uint16(1), uint16(530), uint8(2), uint8(0), uint8(0), -0.5)
	f.Fuzz(func(t *testing.T, m, n, k uint16, trans, pad, shift uint8, beta float64) {
		g := gemmCase{
			transA: trans&1 != 0, transB: trans&2 != 0, m: int(m % 220), n: int(n % 220), k: int(k % 600),
			padA: int(pad) % 7, padB: int(pad) % 5, padC: int(pad) % 3, shift: int(shift) % 16, alpha: 1, beta: beta,
			bias: trans&4 != 0, act: kernel.Activation(trans >> 3 % 3),
		}
		if !(math.Abs(beta) < 1e3) || g.m*g.n*g.k > 1<<20 {
			t.Skip()
		}
		if beta != 0 && math.Abs(beta) < 1e-3 {
			g.beta = 0
		}
		eachLevel(t, func(t *testing.T) {
			checkGemm[float32](t, g, nil)
			checkGemm[float64](t, g, nil)
		})
	})
}

// FuzzTanh checks one argument, NaN, infinities and denormals included, at every level.
func FuzzTanh(f *testing.F) { fuzzFunction(f, exactFunctions()[1]) }

// FuzzExp is FuzzTanh for the exponential.
func FuzzExp(f *testing.F) { fuzzFunction(f, exactFunctions()[0]) }

// FuzzLog is FuzzTanh for the logarithm.
func FuzzLog(f *testing.F) { fuzzFunction(f, exactFunctions()[3]) }

func fuzzFunction(f *testing.F, e exactFunction) {
	for _, x := range specials[float64]() {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		eachLevel(t, func(t *testing.T) {
			fuzzOne(t, e, e.double, x, e.ulps64)
			fuzzOne(t, e, e.single, float32(x), e.ulps32)
		})
	})
}

func fuzzOne[T kernel.Float](t *testing.T, e exactFunction, function func(dst, x []T), x T, bound float64) {
	y := []T{0}
	function(y, []T{x})
	want := e.special(float64(x))
	if math.IsNaN(want) || math.IsInf(float64(T(want)), 0) || math.IsInf(float64(x), 0) || x == 0 {
		if !sameBits(y[0], T(want)) {
			t.Fatalf("%s(%v) = %v, want %v", e.name, x, y[0], want)
		}
		return
	}
	if u := ulps(y[0], e.reference(float64(x))); !(u <= bound) {
		t.Fatalf("%s(%v) = %v: error %.3f ulp", e.name, x, y[0], u)
	}
}
