package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// gemmCase is one product: everything that chooses a path through the kernels.
type gemmCase struct {
	transA, transB   bool
	m, n, k          int
	padA, padB, padC int // leading dimension beyond the columns
	shift            int // elements that the slices start past their allocation
	alpha, beta      float64
	bias             bool
	act              kernel.Activation
}

func (g gemmCase) String() string {
	return fmt.Sprintf("transA=%t/transB=%t/m=%d/n=%d/k=%d/pad=%d,%d,%d/shift=%d/alpha=%g/beta=%g/bias=%t/act=%d",
		g.transA, g.transB, g.m, g.n, g.k, g.padA, g.padB, g.padC, g.shift, g.alpha, g.beta, g.bias, g.act)
}

// checkGemm compares a product with sums in float64 (float32: exact products; float64: a bound on both
// roundings) and checks that nothing outside the m x n elements of C is written and that a C to be overwritten is not read.
func checkGemm[T kernel.Float](t *testing.T, g gemmCase, s *kernel.Scratch[T]) {
	t.Helper()
	r := stream(uint64(g.m*1000003 + g.n*1009 + g.k))
	rowsA, colsA := g.m, g.k
	if g.transA {
		rowsA, colsA = g.k, g.m
	}
	rowsB, colsB := g.k, g.n
	if g.transB {
		rowsB, colsB = g.n, g.k
	}
	lda, ldb, ldc := colsA+g.padA, colsB+g.padB, g.n+g.padC
	// Exactly as long as the shape needs: reading or writing past the end is a fault of the kernels.
	length := func(rows, cols, ld int) int {
		if rows == 0 || cols == 0 {
			return 0
		}
		return (rows-1)*ld + cols
	}
	a := normal[T](r, length(rowsA, colsA, lda), g.shift)
	b := normal[T](r, length(rowsB, colsB, ldb), g.shift)
	const border = 40
	whole := normal[T](r, length(g.m, g.n, ldc)+2*border, g.shift)
	c := whole[border : len(whole)-border : len(whole)-border]
	bias := normal[T](r, g.n, g.shift)
	before := append([]T(nil), whole...)
	if g.beta == 0 {
		for i := range g.m {
			for j := range g.n {
				c[i*ldc+j] = T(math.NaN())
			}
		}
	}
	if g.bias || g.act != kernel.Identity {
		if !g.bias {
			bias = nil
		}
		kernel.GemmEpilogue(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, T(g.beta), c, ldc, bias, g.act, s)
	} else {
		bias = nil
		kernel.Gemm(g.transA, g.transB, g.m, g.n, g.k, T(g.alpha), a, lda, b, ldb, T(g.beta), c, ldc, s)
	}
	old := before[border:]
	eps := epsilon[T]()
	// Of large products a sample of the rows is enough, the first and the last included.
	step := 1 + g.m*g.n*g.k/60_000
	for i := range g.m {
		if i%step != 0 && i != g.m-1 {
			copy(before[border+i*ldc:][:g.n], c[i*ldc:])
			continue
		}
		for j := range g.n {
			sum, size := 0.0, 0.0
			for p := range g.k {
				x, y := a[min(i*lda+p, len(a)-1)], b[min(p*ldb+j, len(b)-1)]
				if g.transA {
					x = a[p*lda+i]
				}
				if g.transB {
					y = b[j*ldb+p]
				}
				sum += float64(x) * float64(y)
				size += math.Abs(float64(x) * float64(y))
			}
			alpha := g.alpha
			if g.bias || g.act != kernel.Identity {
				alpha = 1
			}
			want := alpha*sum + g.beta*float64(old[i*ldc+j])
			size = math.Abs(alpha)*size + math.Abs(g.beta*float64(old[i*ldc+j]))
			if bias != nil {
				want += float64(bias[j])
				size += math.Abs(float64(bias[j]))
			}
			switch g.act {
			case kernel.TanhActivation:
				want = math.Tanh(want)
			case kernel.ReLUActivation:
				want = math.Max(want, 0)
			}
			got := float64(c[i*ldc+j])
			if bound := eps * (float64(g.k) + 8) * (size + math.Abs(want)); !(math.Abs(got-want) <= bound) {
				t.Fatalf("%v: C[%d,%d] = %v, want %v, bound %g", g, i, j, got, want, bound)
			}
			before[border+i*ldc+j] = c[i*ldc+j]
		}
	}
	for i := range whole {
		if whole[i] != before[i] {
			t.Fatalf("%v: wrote outside C at %d of %d", g, i-border, len(c))
		}
	}
}

// gemmCases covers every remainder of rows and columns, both operands transposed, the paper's shapes,
// several blocks of k, packed and unpacked operands, strides, alpha, beta, bias and activation.
func gemmCases() []gemmCase {
	var cases []gemmCase
	add := func(m, n, k int, change func(*gemmCase)) {
		for trans := range 4 {
			g := gemmCase{transA: trans&1 != 0, transB: trans&2 != 0, m: m, n: n, k: k, alpha: 1}
			if change != nil {
				change(&g)
			}
			cases = append(cases, g)
		}
	}
	for m := 1; m <= 17; m++ {
		for _, n := range []int{1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 65} {
			add(m, n, 1+(m*n)%23, func(g *gemmCase) { g.shift = m % 3; g.beta = float64(n % 2) })
		}
	}
	for _, s := range [][3]int{{10, 200, 200}, {10, 2, 200}, {10, 200, 2}, {2, 200, 10}, {200, 200, 10}, {1, 200, 200}, {201, 201, 7}, {1, 1, 1}, {64, 128, 513}, {11, 70, 1025}, {50, 512, 300}, {90, 300, 600}} {
		add(s[0], s[1], s[2], nil)
		add(s[0], s[1], s[2], func(g *gemmCase) { g.padA, g.padB, g.padC, g.shift, g.beta = 3, 5, 7, 1, 1 })
		add(s[0], s[1], s[2], func(g *gemmCase) { g.alpha, g.beta, g.padC = -0.5, 2, 1 })
		add(s[0], s[1], s[2], func(g *gemmCase) { g.bias = true; g.act = kernel.TanhActivation; g.padC = 1 })
		add(s[0], s[1], s[2], func(g *gemmCase) { g.act = kernel.ReLUActivation; g.beta = 1 })
	}
	// A large B that lies as it is, several tiles to a block of its columns; and one that is packed.
	add(45, 1100, 300, func(g *gemmCase) { g.padB = 3; g.bias = true; g.act = kernel.TanhActivation })
	add(410, 330, 320, func(g *gemmCase) { g.beta = 1 })
	add(5, 9, 0, func(g *gemmCase) { g.beta = 2 })
	add(5, 9, 0, func(g *gemmCase) { g.bias = true })
	add(5, 9, 4, func(g *gemmCase) { g.alpha = 0; g.beta = 1 })
	add(40, 80, 64, func(g *gemmCase) { g.padA, g.padB, g.padC = 1024-64, 1024-80, 1024-80 })
	return cases
}

func TestGemm(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testGemm[float32], testGemm[float64])
	})
}

func testGemm[T kernel.Float](t *testing.T) {
	s := kernel.NewScratch[T](1, 1, 1, 1)
	for _, g := range gemmCases() {
		checkGemm(t, g, s)
	}
}
