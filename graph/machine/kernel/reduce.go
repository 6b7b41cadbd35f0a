package kernel

import "math"

// Sum returns the sum of x; 0 for an empty slice. The order of addition depends on len(x) and the level only.
func Sum[T Float](x []T) T { return table[T]().sum(pointer(x), len(x)) }

// Dot returns the sum of a*b over the length of a. The order of addition depends on len(a) and the level only.
func Dot[T Float](a, b []T) T {
	need("Dot", "b", len(b), len(a))
	return table[T]().dot(pointer(a), pointer(b), len(a))
}

// Max returns the largest element of x, NaN if one is NaN, -Inf for an empty slice.
func Max[T Float](x []T) T {
	if len(x) == 0 {
		return T(math.Inf(-1))
	}
	return table[T]().max(pointer(x), len(x))
}

// AddBias adds the row vector bias[cols] to every row of dst[rows x cols] (leading dimension ld).
func AddBias[T Float](dst []T, ld int, bias []T, rows, cols int) {
	needMatrix("AddBias", "dst", len(dst), ld, rows, cols)
	need("AddBias", "bias", len(bias), cols)
	add := table[T]().add
	for i := range rows {
		row := offset(pointer(dst), i*ld)
		add(row, row, pointer(bias), cols)
	}
}

// RowSums computes dst[i] = beta*dst[i] + sum over j of x[i][j] for x[rows x cols] (leading dimension ld).
// beta == 0 does not read dst.
func RowSums[T Float](dst []T, x []T, ld, rows, cols int, beta T) {
	needMatrix("RowSums", "x", len(x), ld, rows, cols)
	need("RowSums", "dst", len(dst), rows)
	sum := table[T]().sum
	for i := range rows {
		var s T
		if cols < 8 {
			for _, v := range x[i*ld : i*ld+cols] {
				s += v
			}
		} else {
			s = sum(offset(pointer(x), i*ld), cols)
		}
		if beta != 0 {
			s += beta * dst[i]
		}
		dst[i] = s
	}
}

// Transpose writes the transpose of src[rows x cols] (leading dimension lds) to dst[cols x rows]
// (leading dimension ldd). dst must not overlap src.
func Transpose[T Float](dst []T, ldd int, src []T, lds int, rows, cols int) {
	if rows <= 0 || cols <= 0 {
		return
	}
	needMatrix("Transpose", "dst", len(dst), ldd, cols, rows)
	needMatrix("Transpose", "src", len(src), lds, rows, cols)
	table[T]().transpose(pointer(dst), ldd, pointer(src), lds, rows, cols)
}

// ColumnSums computes dst[j] = beta*dst[j] + sum over i of x[i][j] for x[rows x cols] (leading dimension ld),
// rows in ascending order. beta == 0 does not read dst.
func ColumnSums[T Float](dst []T, x []T, ld, rows, cols int, beta T) {
	if cols <= 0 {
		return
	}
	need("ColumnSums", "dst", len(dst), cols)
	needMatrix("ColumnSums", "x", len(x), ld, rows, cols)
	pool := pools[T]()
	s := pool.Get().(*Scratch[T])
	w := &s.team.spaces[0]
	w.ones[0] = 1
	// A row of ones whose elements are all the same address: strides of zero.
	w.product = product[T]{
		functions: table[T](), transA: true, a: &w.ones[0], b: pointer(x), c: pointer(dst),
		bRow: ld, bCol: 1, cRow: cols, m: 1, n: cols, k: max(rows, 0), alpha: 1, beta: beta,
	}
	w.product.compute(w, 0, 1, 0, cols)
	w.product = product[T]{}
	pool.Put(s)
}
