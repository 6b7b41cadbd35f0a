package kernel_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// TestThreadsAndAlignmentLeaveTheBits repeats products on several threads, with shifted slices and larger
// leading dimensions: every element must keep its bits.
func TestThreadsAndAlignmentLeaveTheBits(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testSameBits[float32], testSameBits[float64])
	})
}

func testSameBits[T kernel.Float](t *testing.T) {
	for _, s := range [][3]int{{150, 140, 130}, {1, 2000, 700}, {1500, 1, 900}, {10, 1030, 520}, {130, 70, 600}} {
		m, n, k := s[0], s[1], s[2]
		if kernel.Active() == kernel.Portable {
			m, n, k = (m+3)/4, (n+3)/4, k/2
		}
		for trans := range 4 {
			transA, transB := trans&1 != 0, trans&2 != 0
			r := stream(9)
			a, b := normal[T](r, m*k, 0), normal[T](r, k*n, 0)
			var want []T
			for _, run := range []struct{ threads, shift, pad int }{{1, 0, 0}, {2, 1, 0}, {3, 3, 5}, {5, 2, 1}} {
				rowsA, colsA, rowsB, colsB := m, k, k, n
				if transA {
					rowsA, colsA = k, m
				}
				if transB {
					rowsB, colsB = n, k
				}
				x, lda := repack(a, rowsA, colsA, run.pad, run.shift)
				y, ldb := repack(b, rowsB, colsB, run.pad, run.shift)
				c, ldc := repack(make([]T, m*n), m, n, run.pad, run.shift)
				scratch := kernel.NewScratch[T](m, n, k, run.threads)
				for range 2 {
					kernel.GemmEpilogue(transA, transB, m, n, k, x, lda, y, ldb, 0, c, ldc, nil, kernel.TanhActivation, scratch)
				}
				scratch.SetThreads(1)
				got := make([]T, 0, m*n)
				for i := range m {
					got = append(got, c[i*ldc:i*ldc+n]...)
				}
				if want == nil {
					want = got
				}
				for i := range want {
					if !sameBits(got[i], want[i]) {
						t.Fatalf("m=%d n=%d k=%d transA=%t transB=%t: %+v gives %v at %d, one thread %v", m, n, k, transA, transB, run, got[i], i, want[i])
					}
				}
			}
		}
	}
}

// repack returns a copy of a matrix with a longer leading dimension, shifted in its allocation.
func repack[T kernel.Float](x []T, rows, cols, pad, shift int) ([]T, int) {
	ld := cols + pad
	y := make([]T, rows*ld+shift)[shift:]
	for i := range rows {
		copy(y[i*ld:], x[i*cols:(i+1)*cols])
	}
	return y, ld
}

// TestWorkersSleepAndWake shares products with pauses in which the other goroutines go to sleep, and checks that they end.
func TestWorkersSleepAndWake(t *testing.T) {
	const m, n, k = 120, 110, 100
	r := stream(4)
	a, b := normal[float64](r, m*k, 0), normal[float64](r, k*n, 0)
	want, got := make([]float64, m*n), make([]float64, m*n)
	kernel.Gemm(false, false, m, n, k, 1, a, k, b, n, 0, want, n, nil)
	before := runtime.NumGoroutine()
	for _, threads := range []int{2, 3, 1, 4} {
		scratch := kernel.NewScratch[float64](m, n, k, threads)
		for i := range 20 {
			clear(got)
			kernel.Gemm(false, false, m, n, k, 1, a, k, b, n, 0, got, n, scratch)
			if !slices.Equal(got, want) {
				t.Fatalf("threads=%d: product %d differs", threads, i)
			}
			time.Sleep(time.Duration(i%4) * 300 * time.Microsecond)
		}
		if threads%2 == 0 {
			scratch.SetThreads(1) // the others are left to the garbage collector
		}
	}
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines left, %d before", runtime.NumGoroutine(), before)
}

// TestPositionLeavesTheBits computes every element alone and in an array: a lane of the rest must equal one of a whole vector.
func TestPositionLeavesTheBits(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, f := range exactFunctions() {
			x := arguments[float32](f, 203)
			whole, single := make([]float32, len(x)), make([]float32, 1)
			f.single(whole, x)
			for i := range x {
				f.single(single, x[i:i+1])
				if !sameBits(single[0], whole[i]) {
					t.Errorf("%s(%v) alone is %v, in an array %v", f.name, x[i], single[0], whole[i])
				}
			}
		}
	})
}

func TestProductsDoNotAllocate(t *testing.T) {
	for _, threads := range []int{1, 2} {
		for _, s := range [][3]int{{10, 200, 200}, {200, 200, 100}, {300, 300, 300}} {
			m, n, k := s[0], s[1], s[2]
			a, b, c := make([]float32, m*k), make([]float32, n*k), make([]float32, m*n)
			scratch := kernel.NewScratch[float32](m, n, k, threads)
			bytes := scratch.Bytes()
			for trans := range 4 {
				transA, transB := trans&1 != 0, trans&2 != 0
				lda, ldb := k, n
				if transA {
					lda = m
				}
				if transB {
					ldb = k
				}
				if allocs := testing.AllocsPerRun(5, func() {
					kernel.Gemm(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, n, scratch)
				}); allocs != 0 {
					t.Errorf("threads=%d m=%d n=%d k=%d trans=%d: %v allocations", threads, m, n, k, trans, allocs)
				}
			}
			if scratch.Bytes() != bytes {
				t.Errorf("m=%d n=%d k=%d: buffers grew from %d to %d bytes", m, n, k, bytes, scratch.Bytes())
			}
			scratch.SetThreads(1)
		}
	}
}

func TestLevels(t *testing.T) {
	if err := kernel.SetLevel(kernel.AVX512 + 1); err == nil {
		t.Error("a level that does not exist was accepted")
	}
	for _, l := range kernel.Levels() {
		if s := fmt.Sprint(l); s == "" || l > kernel.AVX512 {
			t.Errorf("level %d is called %q", int(l), s)
		}
	}
}

func TestMisusePanics(t *testing.T) {
	x := make([]float32, 10)
	for name, call := range map[string]func(){
		"short c":            func() { kernel.Gemm(false, false, 4, 4, 2, 1, x, 2, x, 4, 0, x, 4, nil) },
		"short a":            func() { kernel.Gemm(false, false, 2, 2, 6, 1, x, 6, x, 2, 0, x, 2, nil) },
		"leading dimension":  func() { kernel.Gemm(false, true, 2, 2, 3, 1, x, 3, x, 2, 0, x, 2, nil) },
		"short bias":         func() { kernel.GemmEpilogue(false, false, 2, 2, 2, x, 2, x, 2, 0, x, 2, x[:1], 0, nil) },
		"short dst":          func() { kernel.Tanh(x[:3], x) },
		"short square":       func() { kernel.RMSProp(x, x, x[:9], nil, 1, 1, 1, 0, 0) },
		"short softmax":      func() { kernel.SoftmaxRows(x, x, 3, 4) },
		"short column sums":  func() { kernel.ColumnSums(x, x, 4, 3, 4, 0) },
		"transposed in full": func() { kernel.Transpose(x, 1, x, 5, 2, 5) },
	} {
		text, ok := panicText(call).(string)
		if !ok || len(text) < 8 || text[:8] != "kernel: " {
			t.Errorf("%s: panic %v, want a text that begins with kernel:", name, text)
		}
	}
}

// TestSpecialValuesInProducts: NaN and infinity reach exactly the elements they belong to.
func TestSpecialValuesInProducts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, n, k = 13, 37, 9
		a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
		for i := range a {
			a[i] = 1
		}
		for i := range b {
			b[i] = 1
		}
		a[5*k+3] = float32(math.NaN())
		b[2*n+36] = float32(math.Inf(1))
		kernel.Gemm(false, false, m, n, k, 1, a, k, b, n, 0, c, n, nil)
		for i := range m {
			for j := range n {
				want := float32(k)
				if j == 36 {
					want = float32(math.Inf(1))
				}
				if i == 5 {
					want = float32(math.NaN())
				}
				if !sameBits(c[i*n+j], want) {
					t.Fatalf("C[%d,%d] = %v, want %v", i, j, c[i*n+j], want)
				}
			}
		}
	})
}
