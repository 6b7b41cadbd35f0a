package kernel

// SoftmaxRows writes e^x[i][j] / sum over j of e^x[i][j] to dst for x[rows x cols], both contiguous.
// The largest element of a row is subtracted first, so nothing overflows; a row that holds NaN or +Inf becomes NaN.
// dst may be x.
func SoftmaxRows[T Float](dst, x []T, rows, cols int) {
	softmaxRows("SoftmaxRows", dst, x, rows, cols, false)
}

// LogSoftmaxRows writes x[i][j] - log(sum over j of e^x[i][j]) to dst for x[rows x cols], both contiguous.
// The largest element of a row is subtracted first, so nothing overflows; a row that holds NaN or +Inf becomes NaN.
// dst may be x.
func LogSoftmaxRows[T Float](dst, x []T, rows, cols int) {
	softmaxRows("LogSoftmaxRows", dst, x, rows, cols, true)
}

const (
	// narrowCols is up to where rows are transposed, so that the lanes of a vector hold different rows.
	narrowCols = 16
	// softmaxElements is how many elements are worked on at a time; they fit in the first-level cache.
	softmaxElements = 2048
)

func softmaxRows[T Float](function string, dst, x []T, rows, cols int, logarithm bool) {
	if rows <= 0 || cols <= 0 {
		return
	}
	need(function, "dst", len(dst), rows*cols)
	need(function, "x", len(x), rows*cols)
	f := table[T]()
	switch pairs := rows * cols; {
	case cols == 2 && logarithm:
		f.logSoftmaxPairs(pointer(dst), pointer(x), pairs)
		return
	case cols == 2:
		f.softmaxPairs(pointer(dst), pointer(x), pairs)
		return
	}
	pool := pools[T]()
	s := pool.Get().(*Scratch[T])
	w := &s.team.spaces[0]
	block := max(1, softmaxElements/cols)
	w.a = grow(w.a, 2*block*(cols+1))
	for i := 0; i < rows; i += block {
		n := min(block, rows-i)
		if cols <= narrowCols {
			softmaxNarrow(offset(pointer(dst), i*cols), offset(pointer(x), i*cols), n, cols, logarithm, w.a)
		} else {
			softmaxWide(offset(pointer(dst), i*cols), offset(pointer(x), i*cols), n, cols, logarithm, w.a)
		}
	}
	pool.Put(s)
}

// softmaxNarrow computes n rows in columns: buffer holds the transposed rows, their exponentials and one column.
func softmaxNarrow[T Float](dst, x *T, n, cols int, logarithm bool, buffer []T) {
	f := table[T]()
	shifted := pointer(buffer)
	powers := offset(shifted, n*cols)
	total := offset(powers, n*cols)
	column := func(base *T, j int) *T { return offset(base, j*n) }
	f.transpose(shifted, n, x, cols, n, cols)
	copy(slice(total, n), slice(shifted, n))
	for j := 1; j < cols; j++ {
		// A NaN in an earlier column may be dropped here. It comes back through the sum.
		f.maximum(total, total, column(shifted, j), n)
	}
	for j := range cols {
		f.sub(column(shifted, j), column(shifted, j), total, n)
	}
	f.exp(powers, shifted, n*cols)
	copy(slice(total, n), slice(powers, n))
	for j := 1; j < cols; j++ {
		f.add(total, total, column(powers, j), n)
	}
	result := powers
	if logarithm {
		result = shifted
		f.log(total, total, n)
	}
	for j := range cols {
		if logarithm {
			f.sub(column(result, j), column(result, j), total, n)
		} else {
			f.div(column(result, j), column(result, j), total, n)
		}
	}
	f.transpose(dst, cols, result, n, cols, n)
}

// softmaxWide computes n rows one by one: buffer holds the exponentials of a row and the sums of all.
func softmaxWide[T Float](dst, x *T, n, cols int, logarithm bool, buffer []T) {
	f := table[T]()
	powers, totals := pointer(buffer), buffer[cols:cols+n]
	for i := range n {
		row, out := offset(x, i*cols), offset(dst, i*cols)
		f.addScalar(out, row, cols, -f.max(row, cols))
		if logarithm {
			f.exp(powers, out, cols)
			totals[i] = f.sum(powers, cols)
		} else {
			f.exp(out, out, cols)
			f.scale(out, out, cols, 1/f.sum(out, cols))
		}
	}
	if !logarithm {
		return
	}
	f.log(pointer(totals), pointer(totals), n)
	for i, t := range totals {
		out := offset(dst, i*cols)
		f.addScalar(out, out, cols, -t)
	}
}
