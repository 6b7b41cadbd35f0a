package kernel

import "unsafe"

// Activation is the function that [GemmEpilogue] applies to a finished product.
type Activation int

// The activations.
const (
	Identity Activation = iota
	TanhActivation
	ReLUActivation
)

// Gemm computes C = alpha*op(A)*op(B) + beta*C, where op transposes if its flag is set.
//
// Shapes: op(A) m x k, op(B) k x n, C m x n; lda, ldb, ldc are the leading dimensions of the stored
// matrices. beta == 0 does not read C. C must not overlap A or B.
//
// s holds the packing buffers; nil takes them from a pool. A product that s was sized for allocates nothing.
// Each element is summed over k in ascending order in blocks of at most 512, with fused multiply-add where the level has it,
// so its error is at most about k*2^-24 (float64: k*2^-53) of the sum of |a||b|, and it does not depend on the number of threads.
func Gemm[T Float](transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, s *Scratch[T]) {
	gemm("Gemm", transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, nil, Identity, s)
}

// GemmEpilogue computes C = act(op(A)*op(B) + beta*C + bias), with bias[n] added to every row and nil
// for none. The bias and the activation are applied to a few rows at a time while they are in the first-level cache.
// Everything else is as for [Gemm].
func GemmEpilogue[T Float](transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, bias []T, act Activation, s *Scratch[T]) {
	if bias != nil {
		need("GemmEpilogue", "bias", len(bias), n)
	}
	gemm("GemmEpilogue", transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc, bias, act, s)
}

func gemm[T Float](function string, transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, bias []T, act Activation, s *Scratch[T]) {
	if m <= 0 || n <= 0 {
		return
	}
	needMatrix(function, "c", len(c), ldc, m, n)
	if transA {
		needMatrix(function, "a", len(a), lda, k, m)
	} else {
		needMatrix(function, "a", len(a), lda, m, k)
	}
	if transB {
		needMatrix(function, "b", len(b), ldb, n, k)
	} else {
		needMatrix(function, "b", len(b), ldb, k, n)
	}
	t := table[T]()
	if s == nil {
		pool := pools[T]()
		s = pool.Get().(*Scratch[T])
		defer pool.Put(s)
	}
	p := &s.team.product
	*p = product[T]{
		functions: t, transA: transA, transB: transB,
		a: pointer(a), b: pointer(b), c: pointer(c),
		aRow: lda, aCol: 1, bRow: ldb, bCol: 1, cRow: ldc,
		m: m, n: n, k: max(k, 0), alpha: alpha, beta: beta,
		bias: pointer(bias), act: act,
	}
	if transA {
		p.aRow, p.aCol = 1, lda
	}
	if transB {
		p.bRow, p.bCol = 1, ldb
	}
	if alpha == 0 {
		p.k = 0
	}
	s.team.run()
	// Do not keep the caller's arrays alive.
	p.a, p.b, p.c, p.bias = nil, nil, nil, nil
}

// product is one matrix product: strides in elements, so that a transposed operand is only other strides.
type product[T Float] struct {
	functions              *functions[T]
	transA, transB         bool
	a, b, c, bias          *T
	aRow, aCol, bRow, bCol int
	cRow                   int
	m, n, k                int
	alpha, beta            T
	act                    Activation
}

// tile is the part of a product that a micro-kernel sees beside its three addresses. The assembly
// reads the fields by position (generate/gemm.go); strides are in bytes.
type tile[T Float] struct {
	k                      int
	aRow, aCol, bRow, cRow int
	mask                   uint64 // lanes of the last vector of a row
	rows, cols             int
	readC                  int // 0: beta is zero, C is not read
	ahead                  int // from the row of B that is read to the one that is fetched into the cache
	alpha, beta            T
}

// microKernel computes rows x cols of C = alpha*A*B + beta*C over k steps. t is the address of the first field of a tile.
type microKernel[T Float] func(a, b, c *T, t *int)

// unlimited is the most columns that may be left for a micro-kernel that covers only some of them.
const unlimited = int(^uint(0) >> 1)

// variant is one width of micro-kernel, for every number of rows.
type variant[T Float] struct {
	least, most int              // it may be used while so many columns are left
	width       int              // columns it covers at most
	masked      int              // columns in the vectors before the masked one; width if none is masked
	kernels     []microKernel[T] // by rows; shorter where this width is not made for so many rows
}

// gemmKernels is one level's set of micro-kernels.
type gemmKernels[T Float] struct {
	rows     int          // most rows of a tile
	panel    int          // columns of a packed panel of B
	variants []variant[T] // the first that fits is the best
}

// pick returns the widest micro-kernel for a tile of rows, of which cols columns remain, and the columns it covers.
func (g *gemmKernels[T]) pick(rows, cols int) (kernel microKernel[T], width int, mask uint64) {
	for i := range g.variants {
		v := &g.variants[i]
		if cols < v.least || cols > v.most || rows >= len(v.kernels) {
			continue
		}
		width = min(cols, v.width)
		return v.kernels[rows], width, 1<<uint(width-v.masked) - 1
	}
	panic("kernel: no micro-kernel for a tile") // unreachable: every level has a variant for one column
}

// Blocks of a product. A block of kc x nc elements of B stays in the second-level cache (1 MiB here) while the
// rows of A pass over it; kc steps of one tile of A stay in the first.
const (
	longestK     = 512
	blockBytesB  = 512 << 10
	blockBytesA  = 4 << 20
	packBytesB   = 384 << 10 // a B smaller than this is read where it lies
	packRowsB    = 400       // and so is one that fewer rows than this pass over
	rowsAhead    = 32        // rows of a large B from the one that is read to the one that is fetched
	packBytesA   = 128 << 10 // a transposed A smaller than this is read where it lies
	packColsA    = 64
	aliasBytes   = 4096 // rows this far apart fall on the same cache sets
	aliasPadding = 64
)

// blockK returns how many of the k steps one pass takes. It depends on k alone, because it decides the order of summation.
func blockK(k int) int {
	if k <= longestK {
		return k
	}
	blocks := (k + longestK - 1) / longestK
	return ((k+blocks-1)/blocks + 7) &^ 7
}

// compute computes rows i0..i1 and columns j0..j1 of the product with the buffers of w.
func (p *product[T]) compute(w *workspace[T], i0, i1, j0, j1 int) {
	if p.k == 0 {
		p.scaleC(i0, i1, j0, j1)
		return
	}
	if p.computeVector(w, i0, i1, j0, j1) {
		return
	}
	size := int(unsafe.Sizeof(p.alpha))
	g := p.functions.gemm
	kc := blockK(p.k)
	rows, cols := i1-i0, j1-j0
	packB := p.bCol != 1 || rows >= packRowsB && kc*cols*size > packBytesB
	nc := cols
	if packB || rows > g.rows && kc*cols*size > packBytesB { // several tiles pass over a block, packed or not
		nc = min(cols, max(1, blockBytesB/(kc*size*g.panel))*g.panel)
	}
	packA := cols >= packColsA && (p.aCol != 1 && kc*p.aCol*size > packBytesA || p.aCol == 1 && rows > 4 && aliased(p.aRow*size))
	mc := rows
	if packA {
		mc = min(rows, max(1, blockBytesA/(kc*size*g.rows))*g.rows)
	}
	t := &w.tile
	t.cRow = p.cRow * size
	t.ahead = 0 // the row that is read anyway, which costs nothing
	if !packB && p.k*p.n*size > streamBytes {
		// Rows of B lie a page or more apart, which no processor foresees. 32 steps of a tile last longer than the
		// third-level cache takes to answer.
		t.ahead = rowsAhead * p.bRow * size
	}
	for k0 := 0; k0 < p.k; k0 += kc {
		t.k = min(kc, p.k-k0)
		t.alpha, t.beta = p.alpha, p.beta
		if k0 > 0 {
			t.beta = 1
		}
		t.readC = 0
		if t.beta != 0 {
			t.readC = 1
		}
		last := k0+t.k == p.k
		for ic := i0; ic < i1; ic += mc {
			ie := min(ic+mc, i1)
			a, aRow, aCol := offset(p.a, ic*p.aRow+k0*p.aCol), p.aRow, p.aCol
			if packA {
				a, aRow, aCol = w.packA(p, ic, ie, k0, t.k)
			}
			for jc := j0; jc < j1; jc += nc {
				je := min(jc+nc, j1)
				b, bRow := offset(p.b, k0*p.bRow+jc*p.bCol), p.bRow
				if packB {
					b, bRow = w.packB(p, k0, t.k, jc, je), g.panel
				}
				t.bRow = bRow * size
				p.block(w, a, aRow, aCol, packA, b, packB, ic, ie, jc, je, last)
			}
		}
	}
}

// block computes rows ic..ie, columns jc..je for one block of k. a and b are the addresses of the block's first elements.
func (p *product[T]) block(w *workspace[T], a *T, aRow, aCol int, packedA bool, b *T, packedB bool, ic, ie, jc, je int, last bool) {
	size := int(unsafe.Sizeof(p.alpha))
	g, t := p.functions.gemm, &w.tile
	t.aRow, t.aCol = aRow*size, aCol*size
	tiles := (ie - ic + g.rows - 1) / g.rows
	for i, tileIndex := ic, 0; i < ie; tileIndex++ {
		// The rows are dealt out evenly: 11 rows are 6 and 5, not 10 and 1.
		r := (ie - i + tiles - tileIndex - 1) / (tiles - tileIndex)
		tileA := offset(a, (i-ic)*aRow)
		if packedA && p.aCol != 1 {
			// Packed in panels of g.rows rows: tiles are full but for the last.
			r = min(g.rows, ie-i)
			tileA = offset(a, (i-ic)*t.k)
			t.aCol = r * size
		}
		t.rows = r
		c := offset(p.c, i*p.cRow)
		for j := jc; j < je; {
			left := je - j
			tileB := offset(b, j-jc)
			if packedB {
				left = min(left, g.panel)
				tileB = offset(b, (j-jc)*t.k)
			}
			kernel, width, mask := g.pick(r, left)
			t.mask, t.cols = mask, width
			kernel(tileA, tileB, offset(c, j), &t.k)
			j += width
		}
		if last {
			p.epilogue(i, i+r, jc, je)
		}
		i += r
	}
}

// epilogue adds the bias and applies the activation to finished elements.
func (p *product[T]) epilogue(i0, i1, j0, j1 int) {
	if p.bias == nil && p.act == Identity {
		return
	}
	f, n := p.functions, j1-j0
	for i := i0; i < i1; i++ {
		row := offset(p.c, i*p.cRow+j0)
		if p.bias != nil {
			f.add(row, row, offset(p.bias, j0), n)
		}
		switch p.act {
		case TanhActivation:
			f.tanh(row, row, n)
		case ReLUActivation:
			f.relu(row, row, n)
		}
	}
}

// scaleC is the product of no terms: beta*C.
func (p *product[T]) scaleC(i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		row := offset(p.c, i*p.cRow+j0)
		if p.beta == 0 {
			clear(slice(row, j1-j0))
		} else {
			p.functions.scale(row, row, j1-j0, p.beta)
		}
	}
	p.epilogue(i0, i1, j0, j1)
}

// aliased reports whether rows so many bytes apart compete for the same sets of the first-level cache.
func aliased(stride int) bool {
	r := stride % aliasBytes
	return stride >= aliasBytes && (r < aliasPadding || r > aliasBytes-aliasPadding)
}
