package kernel

import (
	"runtime"
	"sync"
	"unsafe"
)

// Scratch holds the packing buffers of [Gemm] and the goroutines that share its big products.
// One Scratch serves one caller at a time.
type Scratch[T Float] struct {
	team    *team[T]
	cleanup runtime.Cleanup
	square  []T // the squares on the diagonal of BLAS's syrk
}

// NewScratch returns buffers for products of up to m x n x k on the given number of threads (at least 1).
// Larger products are computed too, and let the buffers grow.
func NewScratch[T Float](m, n, k, threads int) *Scratch[T] {
	s := &Scratch[T]{team: newTeam[T](1)}
	s.SetThreads(threads)
	for i := range s.team.spaces {
		s.team.spaces[i].reserve(m, n, k)
	}
	return s
}

// SetThreads sets how many goroutines share a big product, the caller's included; below 1 means 1.
// Small products stay on the caller's. The results are the same bits for any number.
// The goroutines end when threads is set to 1 or the Scratch is collected.
func (s *Scratch[T]) SetThreads(threads int) {
	threads = max(threads, 1)
	if threads == len(s.team.spaces) {
		return
	}
	if len(s.team.spaces) > 1 {
		s.cleanup.Stop()
		s.team.stop()
	}
	old := s.team.spaces
	s.team = newTeam[T](threads)
	copy(s.team.spaces, old)
	if threads > 1 {
		s.cleanup = runtime.AddCleanup(s, (*team[T]).stop, s.team)
	}
}

// Threads returns how many goroutines share a big product.
func (s *Scratch[T]) Threads() int { return len(s.team.spaces) }

// Bytes returns the memory the buffers hold.
func (s *Scratch[T]) Bytes() int {
	var zero T
	elements := 0
	for i := range s.team.spaces {
		elements += cap(s.team.spaces[i].a) + cap(s.team.spaces[i].b)
	}
	return elements * int(unsafe.Sizeof(zero))
}

var (
	pool32 = sync.Pool{New: func() any { return NewScratch[float32](0, 0, 0, 1) }}
	pool64 = sync.Pool{New: func() any { return NewScratch[float64](0, 0, 0, 1) }}
)

// pools returns the pool that serves callers without a Scratch.
func pools[T Float]() *sync.Pool {
	var zero T
	if unsafe.Sizeof(zero) == 4 {
		return &pool32
	}
	return &pool64
}

// workspace is what one goroutine needs to compute a part of a product.
type workspace[T Float] struct {
	a, b    []T
	tile    tile[T]
	ones    [1]T // for ColumnSums, which is a product with a row of ones
	product product[T]
}

// reserve sizes the buffers for products of up to m x n x k. The bounds hold for every level.
func (w *workspace[T]) reserve(m, n, k int) {
	if m <= 0 || n <= 0 || k <= 0 {
		return
	}
	var zero T
	size := int(unsafe.Sizeof(zero))
	kc := blockK(k)
	w.a = grow(w.a, max(m, n, min((m+widestTile)*(kc+aliasPadding), blockBytesA/size+widestTile*(kc+aliasPadding))))
	w.b = grow(w.b, max(k, min((n+widestPanel)*kc, blockBytesB/size+widestPanel*kc)))
}

// Upper bounds over the levels of the rows of a tile and the columns of a panel.
const (
	widestTile  = 16
	widestPanel = 64
)

// grow returns x if it holds n elements, else a longer slice; the contents are not kept.
func grow[T Float](x []T, n int) []T {
	if len(x) >= n {
		return x
	}
	return make([]T, n)
}

// packB copies rows k0..k0+kc, columns j0..j1 of op(B) to panels of g.panel columns and returns their address.
// Panel q starts at element q*kc*g.panel; its leading dimension is g.panel, in the last panel too.
func (w *workspace[T]) packB(p *product[T], k0, kc, j0, j1 int) *T {
	panel := p.functions.gemm.panel
	w.b = grow(w.b, (j1-j0+panel-1)/panel*panel*kc)
	whole := j0
	if p.bCol == 1 {
		// Row by row, as memory likes to be read: a row of B is panels side by side, which go kc*panel elements apart.
		whole = j0 + (j1-j0)/panel*panel
		for k := 0; k < kc && whole > j0; k++ {
			p.functions.copy(offset(pointer(w.b), k*panel), kc*panel, offset(p.b, (k0+k)*p.bRow+j0), panel, (whole-j0)/panel, panel)
		}
	}
	for j := whole; j < j1; j += panel {
		cols := min(panel, j1-j)
		dst := offset(pointer(w.b), (j-j0)*kc)
		src := offset(p.b, k0*p.bRow+j*p.bCol)
		if p.bCol == 1 {
			p.functions.copy(dst, panel, src, p.bRow, kc, cols)
		} else {
			p.functions.transpose(dst, panel, src, p.bCol, cols, kc)
		}
	}
	return pointer(w.b)
}

// packA copies rows i0..i1, steps k0..k0+kc of op(A) and returns their address and strides.
// A that is stored as it is used keeps its layout with rows that do not fall on the same cache sets; a transposed
// one goes to panels: the tile of rows i..i+r starts at element (i-i0)*kc and has the strides 1 and r.
func (w *workspace[T]) packA(p *product[T], i0, i1, k0, kc int) (a *T, aRow, aCol int) {
	src := offset(p.a, i0*p.aRow+k0*p.aCol)
	if p.aCol == 1 {
		ld := kc + aliasPadding/4
		w.a = grow(w.a, (i1-i0)*ld)
		p.functions.copy(pointer(w.a), ld, src, p.aRow, i1-i0, kc)
		return pointer(w.a), ld, 1
	}
	rows := p.functions.gemm.rows
	w.a = grow(w.a, (i1-i0)*kc)
	for i := i0; i < i1; i += rows {
		r := min(rows, i1-i)
		p.functions.copy(offset(pointer(w.a), (i-i0)*kc), r, offset(src, i-i0), p.aCol, kc, r)
	}
	return pointer(w.a), 1, rows
}
