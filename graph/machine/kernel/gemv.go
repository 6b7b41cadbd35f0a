package kernel

import "unsafe"

// Products with one thin side, for which a tile of sums would be mostly empty.
const (
	dotRows     = 2         // most vectors for which a transposed matrix is read where it lies
	streamBytes = 768 << 10 // a matrix larger than this is read in whole rows, for the memory's sake
)

// computeVector computes products of one or two vectors and a matrix, and reports whether it did. The choice
// depends on the shape of the whole product, not of the part and not on leading dimensions, so that the order of a sum does not either.
func (p *product[T]) computeVector(w *workspace[T], i0, i1, j0, j1 int) bool {
	size := int(unsafe.Sizeof(p.alpha))
	switch {
	case p.transB && (p.m == 1 || p.m <= dotRows && !p.transA):
		for i := i0; i < i1; i++ {
			x := w.contiguous(offset(p.a, i*p.aRow), p.aCol, p.k)
			p.dots(w, x, offset(p.b, j0*p.bCol), p.bCol*size, offset(p.c, i*p.cRow+j0), 1, j1-j0)
		}
	case !p.transA && (p.n == 1 || p.n <= dotRows && p.transB):
		for j := j0; j < j1; j++ {
			x := w.contiguous(offset(p.b, j*p.bCol), p.bRow, p.k)
			p.dots(w, x, offset(p.a, i0*p.aRow), p.aRow*size, offset(p.c, i0*p.cRow+j), p.cRow, i1-i0)
		}
	case p.m == 1 && !p.transB && p.k >= 8 && p.n*p.k*size > streamBytes:
		p.streamRows(w, j0, j1)
	default:
		return false
	}
	p.epilogue(i0, i1, j0, j1)
	return true
}

// contiguous returns the address of n elements that lie step apart from x on, side by side.
func (w *workspace[T]) contiguous(x *T, step, n int) *T {
	if step == 1 {
		return x
	}
	w.b = grow(w.b, n)
	for i := range n {
		w.b[i] = *offset(x, i*step)
	}
	return pointer(w.b)
}

// dots computes n elements of C, cStep apart, as inner products of x and the rows of a matrix.
func (p *product[T]) dots(w *workspace[T], x, rows *T, ld int, c *T, cStep, n int) {
	if cStep == 1 && p.alpha == 1 && p.beta == 0 {
		p.functions.dots(c, x, rows, ld, n, p.k)
		return
	}
	w.a = grow(w.a, n)
	p.functions.dots(pointer(w.a), x, rows, ld, n, p.k)
	for i, s := range w.a[:n] {
		element := offset(c, i*cStep)
		if p.beta == 0 {
			*element = p.alpha * s
		} else {
			*element = p.alpha*s + p.beta**element
		}
	}
}

// streamRows computes columns j0..j1 of a product of a single row, eight rows of B at a time.
func (p *product[T]) streamRows(w *workspace[T], j0, j1 int) {
	size, n, f := int(unsafe.Sizeof(p.alpha)), j1-j0, p.functions
	c := offset(p.c, j0)
	sums := c
	if p.alpha != 1 || p.beta != 0 {
		w.a = grow(w.a, n)
		sums = pointer(w.a)
	}
	clear(slice(sums, n))
	k := 0
	for ; k+8 <= p.k; k += 8 {
		f.combineRows(sums, offset(p.a, k*p.aCol), p.aCol*size, offset(p.b, k*p.bRow+j0), p.bRow*size, n)
	}
	for ; k < p.k; k++ {
		f.axpy(sums, offset(p.b, k*p.bRow+j0), n, *offset(p.a, k*p.aCol))
	}
	if sums == c {
		return
	}
	f.scale(sums, sums, n, p.alpha)
	if p.beta != 0 {
		f.axpy(sums, c, n, p.beta)
	}
	copy(slice(c, n), slice(sums, n))
}
