package kernel

// SoftmaxRows writes e^x[i][j] / sum over j of e^x[i][j] to dst for x[rows x cols], both contiguous.
// The largest element of a row is subtracted first, so nothing overflows. dst may be x.
func SoftmaxRows[T Float](dst, x []T, rows, cols int) {
	softmaxRows("SoftmaxRows", dst, x, rows, cols, false)
}

// LogSoftmaxRows writes x[i][j] - log(sum over j of e^x[i][j]) to dst for x[rows x cols], both contiguous.
// The largest element of a row is subtracted first, so nothing overflows. dst may be x.
func LogSoftmaxRows[T Float](dst, x []T, rows, cols int) {
	softmaxRows("LogSoftmaxRows", dst, x, rows, cols, true)
}

func softmaxRows[T Float](function string, dst, x []T, rows, cols int, logarithm bool) {
	if rows <= 0 || cols <= 0 {
		return
	}
	need(function, "dst", len(dst), rows*cols)
	need(function, "x", len(x), rows*cols)
	f := table[T]()
	for i := range rows {
		row, out := x[i*cols:(i+1)*cols], dst[i*cols:(i+1)*cols]
		AddScalar(out, -Max(row), row)
		if !logarithm {
			f.exp(pointer(out), pointer(out), cols)
			Scale(out, 1/Sum(out), out)
			continue
		}
		total := make([]T, cols)
		f.exp(pointer(total), pointer(out), cols)
		s := []T{Sum(total)}
		f.log(pointer(s), pointer(s), 1)
		AddScalar(out, -s[0], out)
	}
}
