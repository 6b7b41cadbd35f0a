package kernel

import (
	"math"
	"sync"
)

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
		subtractLogSum(out, f)
	}
}

// narrow is the number of columns up to which a row is summed element by element: the readouts of
// classifiers have few, and a call of a vector kernel costs more than they do.
const narrow = 16

// subtractLogSum subtracts log(sum over j of e^x[j]) from every x[j]; the largest x is 0. The sum is
// rounded to T before its logarithm, as PyTorch does: a row whose largest element leads by far gets 0.
func subtractLogSum[T Float](x []T, f *functions[T]) {
	var sum T
	if len(x) <= narrow {
		for _, v := range x {
			sum += T(math.Exp(float64(v)))
		}
	} else {
		pool := &rowPool32
		if _, double := any(sum).(float64); double {
			pool = &rowPool64
		}
		buffer, _ := pool.Get().(*[]T)
		if buffer == nil || cap(*buffer) < len(x) {
			values := make([]T, len(x))
			buffer = &values
		}
		powers := (*buffer)[:len(x)]
		f.exp(pointer(powers), pointer(x), len(x))
		sum = Sum(powers)
		pool.Put(buffer)
	}
	AddScalar(x, -T(math.Log(float64(sum))), x)
}

// rowPool32 and rowPool64 hold rows of exponentials between calls.
var rowPool32, rowPool64 sync.Pool
