package kernel

import (
	"math/bits"
	"slices"
	"testing"
	"unsafe"
)

// TestEveryTileIsChosen runs the dispatch of all products of up to 200 x 200 elements with stand-ins for the micro-kernels, so
// that it covers the levels this processor lacks: no product asks for a tile that is not there, the tiles cover C, and
// every micro-kernel in the binary serves some product.
func TestEveryTileIsChosen(t *testing.T) {
	t.Run("type=float32/level=avx2", func(t *testing.T) { everyTileIsChosen(t, &gemmFloat32AVX2) })
	t.Run("type=float32/level=avx512", func(t *testing.T) { everyTileIsChosen(t, &gemmFloat32AVX512) })
	t.Run("type=float64/level=avx2", func(t *testing.T) { everyTileIsChosen(t, &gemmFloat64AVX2) })
	t.Run("type=float64/level=avx512", func(t *testing.T) { everyTileIsChosen(t, &gemmFloat64AVX512) })
}

func everyTileIsChosen[T Float](t *testing.T, g *gemmKernels[T]) {
	const most = 200
	covered := 0
	chosen := make([][]int, len(g.variants))
	stand := &gemmKernels[T]{rows: g.rows, panel: g.panel, variants: slices.Clone(g.variants)}
	for i := range stand.variants {
		v := &stand.variants[i]
		chosen[i] = make([]int, len(v.kernels))
		v.kernels = slices.Clone(v.kernels)
		for rows := range v.kernels {
			if v.kernels[rows] == nil {
				continue // no tile has 0 rows
			}
			v.kernels[rows] = func(_, _, _ *T, first *int) {
				p := (*tile[T])(unsafe.Pointer(first))
				if lanes := p.cols - v.masked; p.rows != rows || p.cols > v.width || lanes < 0 || bits.OnesCount64(p.mask) != lanes {
					t.Fatalf("%d columns (%d..%d, %d unmasked): the micro-kernel of %d rows was given %+v", v.width, v.least, v.most, v.masked, rows, *p)
				}
				chosen[i][rows]++
				covered += p.rows * p.cols
			}
		}
	}
	f := portableFunctions[T]()
	f.gemm = stand
	// One step of k: the tiles do not depend on it. The second A is far enough apart to be packed, and so is the third B.
	a, b, c := make([]T, most), make([]T, 2*most), make([]T, most*most)
	var w workspace[T]
	for m := 1; m <= most; m++ {
		for n := 1; n <= most; n++ {
			for _, p := range []product[T]{
				{aRow: 1, aCol: 1, bRow: n, bCol: 1},
				{aRow: 1, aCol: packBytesA, bRow: n, bCol: 1, transA: true},
				{aRow: 1, aCol: 1, bRow: 1, bCol: 2, transB: true},
			} {
				p.functions, p.m, p.n, p.k, p.alpha, p.cRow = f, m, n, 1, 1, n
				p.a, p.b, p.c = pointer(a), pointer(b), pointer(c)
				covered = 0
				p.compute(&w, 0, m, 0, n)
				if covered != m*n && !p.computeVector(&w, 0, m, 0, n) { // tiles serve no product of a vector and a matrix
					t.Fatalf("m=%d n=%d transA=%t transB=%t: tiles cover %d elements of C", m, n, p.transA, p.transB, covered)
				}
			}
		}
	}
	for i, v := range g.variants {
		for rows := 1; rows < len(v.kernels); rows++ {
			if chosen[i][rows] == 0 {
				t.Errorf("%d columns (%d..%d): no product of up to %d x %d elements chooses the micro-kernel of %d rows", v.width, v.least, v.most, most, most, rows)
			}
		}
	}
}
