package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// near compares two results of sums of k products of standard normal numbers.
func near[T kernel.Float](t *testing.T, what string, got, want []T, k int) {
	t.Helper()
	bound := epsilon[T]() * 10 * float64(k+10)
	for i := range want {
		if !(math.Abs(float64(got[i]-want[i])) <= bound) {
			t.Fatalf("%s: element %d is %v, Gonum %v", what, i, got[i], want[i])
		}
	}
}

var transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}

// TestBLASAgainstGonum compares with gonum.org/v1/gonum v0.17.0, package blas/gonum.
func TestBLASAgainstGonum(t *testing.T) {
	ours, theirs := kernel.BLAS{}, gonum.Implementation{}
	r := stream(5)
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 1, 1}, {3, 5, 7}, {40, 30, 20}, {97, 130, 33}, {1, 200, 64}, {200, 1, 64}} {
			m, n, k := s[0], s[1], s[2]
			side := max(m, n, k) + 3
			a32, b32, c32 := normal[float32](r, side*side, 1), normal[float32](r, side*side, 1), normal[float32](r, side*side, 1)
			a64, b64, c64 := normal[float64](r, side*side, 1), normal[float64](r, side*side, 1), normal[float64](r, side*side, 1)
			for _, tA := range transposes {
				for _, tB := range transposes {
					x, y := append([]float32(nil), c32...), append([]float32(nil), c32...)
					ours.Sgemm(tA, tB, m, n, k, 0.5, a32, side, b32, side, 2, x, side)
					theirs.Sgemm(tA, tB, m, n, k, 0.5, a32, side, b32, side, 2, y, side)
					near(t, fmt.Sprint("Sgemm", s, tA, tB), x, y, k)
					u, v := append([]float64(nil), c64...), append([]float64(nil), c64...)
					ours.Dgemm(tA, tB, m, n, k, 0.5, a64, side, b64, side, 0, u, side)
					theirs.Dgemm(tA, tB, m, n, k, 0.5, a64, side, b64, side, 0, v, side)
					near(t, fmt.Sprint("Dgemm", s, tA, tB), u, v, k)
				}
				for _, inc := range []int{1, 2, -1} {
					x, y := append([]float32(nil), c32...), append([]float32(nil), c32...)
					ours.Sgemv(tA, m, n, 0.5, a32, side, b32, inc, 2, x, 1)
					theirs.Sgemv(tA, m, n, 0.5, a32, side, b32, inc, 2, y, 1)
					near(t, fmt.Sprint("Sgemv", s, tA, inc), x, y, m+n)
					u, v := append([]float64(nil), c64...), append([]float64(nil), c64...)
					ours.Dgemv(tA, m, n, 0.5, a64, side, b64, 1, 0, u, inc)
					theirs.Dgemv(tA, m, n, 0.5, a64, side, b64, 1, 0, v, inc)
					// Without assembly, Gonum clears all of y, also what lies beyond the vector.
					span := 1 + (map[bool]int{true: m, false: n}[tA == blas.NoTrans]-1)*max(inc, -inc)
					near(t, fmt.Sprint("Dgemv", s, tA, inc), u[:span], v[:span], m+n)
					near(t, fmt.Sprint("Dgemv beyond y", s, tA, inc), u[span:], c64[span:], 0)
				}
				for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
					x, y := append([]float32(nil), c32...), append([]float32(nil), c32...)
					ours.Ssyrk(ul, tA, n, k, 0.5, a32, side, 2, x, side)
					theirs.Ssyrk(ul, tA, n, k, 0.5, a32, side, 2, y, side)
					near(t, fmt.Sprint("Ssyrk", s, ul, tA), x, y, k)
					u, v := append([]float64(nil), c64...), append([]float64(nil), c64...)
					ours.Dsyrk(ul, tA, n, k, 0.5, a64, side, 0, u, side)
					theirs.Dsyrk(ul, tA, n, k, 0.5, a64, side, 0, v, side)
					near(t, fmt.Sprint("Dsyrk", s, ul, tA), u, v, k)
				}
			}
		}
	})
}

// panicText returns what f panics with.
func panicText(f func()) (text any) {
	defer func() { text = recover() }()
	f()
	return nil
}

func TestBLASPanicsLikeGonum(t *testing.T) {
	x := make([]float64, 12)
	for name, call := range map[string]func(b blas.Float64){
		"short a":        func(b blas.Float64) { b.Dgemm(blas.NoTrans, blas.NoTrans, 4, 3, 4, 1, x, 4, x, 3, 0, x, 3) },
		"bad ldc":        func(b blas.Float64) { b.Dgemm(blas.NoTrans, blas.NoTrans, 3, 3, 3, 1, x, 3, x, 3, 0, x, 2) },
		"bad transpose":  func(b blas.Float64) { b.Dgemm(0, blas.NoTrans, 3, 3, 3, 1, x, 3, x, 3, 0, x, 3) },
		"m < 0":          func(b blas.Float64) { b.Dgemm(blas.NoTrans, blas.NoTrans, -1, 3, 3, 1, x, 3, x, 3, 0, x, 3) },
		"zero increment": func(b blas.Float64) { b.Dgemv(blas.NoTrans, 3, 3, 1, x, 3, x, 0, 0, x, 1) },
		"short y":        func(b blas.Float64) { b.Dgemv(blas.NoTrans, 3, 3, 1, x, 3, x, 1, 0, x[:2], 1) },
		"bad triangle":   func(b blas.Float64) { b.Dsyrk(blas.All, blas.NoTrans, 3, 3, 1, x, 3, 0, x, 3) },
		"in order, k 0":  func(b blas.Float64) { b.Dgemm(blas.NoTrans, blas.NoTrans, 3, 3, 0, 1, nil, 1, nil, 3, 1, x, 3) },
	} {
		got, want := panicText(func() { call(kernel.BLAS{}) }), panicText(func() { call(gonum.Implementation{}) })
		if got != want {
			t.Errorf("%s: panic %v, Gonum's %v", name, got, want)
		}
	}
}
