package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// lengths are around every multiple of a vector and of an unrolled loop.
var lengths = []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200, 201, 1000}

// TestSimpleFunctions compares with one line of Go, exactly where the result is a single rounding, else to 2 ulp of the terms.
func TestSimpleFunctions(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testSimpleFunctions[float32], testSimpleFunctions[float64])
	})
}

func testSimpleFunctions[T kernel.Float](t *testing.T) {
	root := func(x T) T { return T(math.Sqrt(float64(x))) }
	for _, f := range []struct {
		name  string
		exact bool
		run   func(d, a, b []T)
		want  func(d, a, b T) T
	}{
		{"Add", true, kernel.Add[T], func(_, a, b T) T { return a + b }},
		{"Sub", true, kernel.Sub[T], func(_, a, b T) T { return a - b }},
		{"Mul", true, kernel.Mul[T], func(_, a, b T) T { return a * b }},
		{"Div", true, kernel.Div[T], func(_, a, b T) T { return a / b }},
		{"Neg", true, func(d, a, _ []T) { kernel.Neg(d, a) }, func(_, a, _ T) T { return -a }},
		{"Square", true, func(d, a, _ []T) { kernel.Square(d, a) }, func(_, a, _ T) T { return a * a }},
		{"Sqrt", true, func(d, a, _ []T) { kernel.Sqrt(d, a) }, func(_, a, _ T) T { return root(a) }},
		{"Scale", true, func(d, a, _ []T) { kernel.Scale(d, 0.3, a) }, func(_, a, _ T) T { return 0.3 * a }},
		{"AddScalar", true, func(d, a, _ []T) { kernel.AddScalar(d, 0.3, a) }, func(_, a, _ T) T { return a + 0.3 }},
		{"Axpy", false, func(d, a, _ []T) { kernel.Axpy(d, 0.3, a) }, func(d, a, _ T) T { return d + 0.3*a }},
		{"TanhGradient", false, kernel.TanhGradient[T], func(_, a, b T) T { return a * (1 - b*b) }},
		{"ReLU", true, func(d, a, _ []T) { kernel.ReLU(d, a) }, func(_, a, _ T) T {
			if a < 0 {
				return 0
			}
			return a
		}},
		{"ReLUGradient", true, kernel.ReLUGradient[T], func(_, a, b T) T {
			if b > 0 {
				return a
			}
			return 0
		}},
	} {
		for _, n := range lengths {
			for shift := range 3 {
				r := stream(uint64(n))
				a, b, d := normal[T](r, n, shift), normal[T](r, n, 0), normal[T](r, n+1, shift)
				copy(a, specials[T]())
				guard := d[n]
				old := append([]T(nil), d...)
				checkSimple(t, fmt.Sprint(f.name, " n=", n), f.exact, old, a, b, func() []T { f.run(d[:n], a, b); return d }, f.want)
				if d[n] != guard {
					t.Fatalf("%s: wrote past %d elements", f.name, n)
				}
				// In place.
				inPlace := append([]T(nil), a...)
				checkSimple(t, fmt.Sprint(f.name, " in place n=", n), f.exact, a, a, b, func() []T { f.run(inPlace, inPlace, b); return inPlace }, f.want)
			}
		}
	}
}

func checkSimple[T kernel.Float](t *testing.T, what string, exact bool, old, a, b []T, run func() []T, want func(d, a, b T) T) {
	t.Helper()
	expected := make([]T, len(a))
	for i := range a {
		expected[i] = want(old[i], a[i], b[i])
	}
	given := append([]T(nil), a...)
	got := run()
	for i, w := range expected {
		if sameBits(got[i], w) {
			continue
		}
		size := math.Abs(float64(old[i])) + math.Abs(float64(given[i])) + math.Abs(float64(w))
		if exact || !(math.Abs(float64(got[i])-float64(w)) <= 4*epsilon[T]()*size) {
			t.Fatalf("%s: element %d of a=%v b=%v is %v, want %v", what, i, given[i], b[i], got[i], w)
		}
	}
}

func TestReductions(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testReductions[float32], testReductions[float64])
	})
}

func testReductions[T kernel.Float](t *testing.T) {
	for _, n := range lengths {
		for shift := range 2 {
			r := stream(uint64(n) + 11)
			a, b := normal[T](r, n, shift), normal[T](r, n, 0)
			sum, dot, size, most := 0.0, 0.0, 1.0, math.Inf(-1)
			for i, v := range a {
				sum += float64(v)
				dot += float64(v) * float64(b[i])
				size += math.Abs(float64(v)) + math.Abs(float64(v*b[i]))
				most = math.Max(most, float64(v))
			}
			bound := epsilon[T]() * size * float64(n+1) / 4
			if got := kernel.Sum(a); !(math.Abs(float64(got)-sum) <= bound) {
				t.Errorf("Sum of %d: %v, want %v", n, got, sum)
			}
			if got := kernel.Dot(a, b); !(math.Abs(float64(got)-dot) <= bound) {
				t.Errorf("Dot of %d: %v, want %v", n, got, dot)
			}
			if got := kernel.Max(a); float64(got) != most {
				t.Errorf("Max of %d: %v, want %v", n, got, most)
			}
			for _, i := range []int{0, n / 2, n - 1} {
				if n == 0 {
					break
				}
				x := append([]T(nil), a...)
				x[i] = T(math.NaN())
				if got := kernel.Max(x); got == got {
					t.Errorf("Max of %d with NaN at %d: %v", n, i, got)
				}
				x[i] = T(math.Inf(1))
				if got := kernel.Max(x); !math.IsInf(float64(got), 1) {
					t.Errorf("Max of %d with +Inf at %d: %v", n, i, got)
				}
			}
		}
	}
}

func TestMatrixSumsAndTransposes(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testMatrixFunctions[float32], testMatrixFunctions[float64])
	})
}

func testMatrixFunctions[T kernel.Float](t *testing.T) {
	for _, rows := range []int{1, 2, 3, 7, 8, 9, 17, 40, 600} {
		for _, cols := range []int{1, 2, 3, 7, 8, 9, 16, 33, 65} {
			r := stream(uint64(rows*1000 + cols))
			const pad = 3
			ld := cols + pad
			x, bias := normal[T](r, rows*ld, 1), normal[T](r, cols, 1)
			columns, sums := normal[T](r, cols, 1), normal[T](r, rows, 1)
			wantColumns, wantSums := make([]float64, cols), make([]float64, rows)
			for j, v := range columns {
				wantColumns[j] = 0.5 * float64(v)
			}
			for i := range rows {
				wantSums[i] = 0.5 * float64(sums[i])
				for j := range cols {
					wantColumns[j] += float64(x[i*ld+j])
					wantSums[i] += float64(x[i*ld+j])
				}
			}
			kernel.ColumnSums(columns, x, ld, rows, cols, 0.5)
			kernel.RowSums(sums, x, ld, rows, cols, 0.5)
			for j, w := range wantColumns {
				if math.Abs(float64(columns[j])-w) > 4*epsilon[T]()*float64(rows+2) {
					t.Fatalf("ColumnSums %dx%d: column %d is %v, want %v", rows, cols, j, columns[j], w)
				}
			}
			for i, w := range wantSums {
				if math.Abs(float64(sums[i])-w) > 4*epsilon[T]()*float64(cols+2) {
					t.Fatalf("RowSums %dx%d: row %d is %v, want %v", rows, cols, i, sums[i], w)
				}
			}
			ldd := rows + 2
			transposed := normal[T](r, cols*ldd, 1)
			before := append([]T(nil), transposed...)
			kernel.Transpose(transposed, ldd, x, ld, rows, cols)
			for j := range cols {
				for i := range ldd {
					want := before[j*ldd+i]
					if i < rows {
						want = x[i*ld+j]
					}
					if transposed[j*ldd+i] != want {
						t.Fatalf("Transpose %dx%d: element %d,%d is %v, want %v", rows, cols, j, i, transposed[j*ldd+i], want)
					}
				}
			}
			biased := append([]T(nil), x...)
			kernel.AddBias(biased, ld, bias, rows, cols)
			for i, v := range x {
				if j := i % ld; j < cols {
					v += bias[j]
				}
				if biased[i] != v {
					t.Fatalf("AddBias %dx%d: element %d is %v, want %v", rows, cols, i, biased[i], v)
				}
			}
		}
	}
}

func TestSoftmax(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testSoftmax[float32], testSoftmax[float64])
	})
}

func testSoftmax[T kernel.Float](t *testing.T) {
	for _, rows := range []int{1, 2, 7, 10, 300} {
		for _, cols := range []int{1, 2, 3, 10, 16, 17, 200, 3000} {
			if rows*cols > 60_000 {
				continue
			}
			r := stream(uint64(rows*10 + cols))
			x := normal[T](r, rows*cols, 1)
			for i := range x {
				x[i] *= 30
			}
			x[0], x[len(x)-1] = 1000, -1000
			logarithm, soft := make([]T, len(x)), append([]T(nil), x...)
			kernel.LogSoftmaxRows(logarithm, x, rows, cols)
			kernel.SoftmaxRows(soft, soft, rows, cols)
			for i := range rows {
				most, sum := math.Inf(-1), 0.0
				for _, v := range x[i*cols : (i+1)*cols] {
					most = math.Max(most, float64(v))
				}
				for _, v := range x[i*cols : (i+1)*cols] {
					sum += math.Exp(float64(v) - most)
				}
				for j, v := range x[i*cols : (i+1)*cols] {
					want := float64(v) - most - math.Log(sum)
					bound := epsilon[T]() * (8 + float64(cols) + 2*math.Abs(float64(v)) + 2*math.Abs(most))
					if got := float64(logarithm[i*cols+j]); !(math.Abs(got-want) <= bound) {
						t.Fatalf("LogSoftmaxRows %dx%d: %d,%d is %v, want %v", rows, cols, i, j, got, want)
					}
					if got := float64(soft[i*cols+j]); !(math.Abs(got-math.Exp(want)) <= bound*math.Exp(want)+1e-37) {
						t.Fatalf("SoftmaxRows %dx%d: %d,%d is %v, want %v", rows, cols, i, j, got, math.Exp(want))
					}
				}
			}
		}
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		for _, row := range [][]T{{1, T(bad)}, {T(bad), 1}, {1, T(bad), 2}, append(make([]T, 40), T(bad))} {
			for _, softmax := range []func(dst, x []T, rows, cols int){kernel.SoftmaxRows[T], kernel.LogSoftmaxRows[T]} {
				got := make([]T, len(row))
				softmax(got, row, 1, len(row))
				for _, v := range got {
					if v == v {
						t.Fatalf("a row with %v became %v", bad, got)
					}
				}
			}
		}
	}
}
