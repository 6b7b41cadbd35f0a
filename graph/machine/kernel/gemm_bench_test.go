package kernel_test

import (
	"fmt"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// productShapes are the products of the paper's step, of larger networks and of awkward sizes.
var productShapes = []struct {
	kind    string
	m, n, k int
}{
	{"NN", 10, 200, 200}, {"NT", 10, 200, 200}, {"TN", 200, 200, 100}, {"TN", 200, 200, 10},
	{"NN", 1, 200, 200}, {"NT", 1, 200, 200}, {"NN", 100, 200, 200}, {"NN", 1000, 200, 200},
	{"NN", 10, 2, 200}, {"NN", 10, 200, 2}, {"TN", 2, 200, 10},
	{"NN", 10, 2000, 2000}, {"NN", 1, 2000, 2000}, {"NT", 1, 2000, 2000}, {"NN", 100, 2000, 2000},
	{"NN", 1000, 2000, 2000}, {"NT", 1000, 2000, 2000}, {"TN", 2000, 2000, 1000},
	{"NN", 2000, 2000, 2000}, {"NN", 500, 500, 500}, {"NN", 201, 201, 201}, {"NN", 1024, 1024, 1024},
}

func BenchmarkGemm(b *testing.B) {
	for _, threads := range []int{1, 2} {
		for _, p := range productShapes {
			b.Run(fmt.Sprintf("kind=%s/m=%d/n=%d/k=%d/threads=%d/type=float32", p.kind, p.m, p.n, p.k, threads), func(b *testing.B) {
				benchmarkGemm[float32](b, p.kind, p.m, p.n, p.k, threads)
			})
			b.Run(fmt.Sprintf("kind=%s/m=%d/n=%d/k=%d/threads=%d/type=float64", p.kind, p.m, p.n, p.k, threads), func(b *testing.B) {
				benchmarkGemm[float64](b, p.kind, p.m, p.n, p.k, threads)
			})
		}
	}
}

func benchmarkGemm[T kernel.Float](b *testing.B, kind string, m, n, k, threads int) {
	r := stream(1)
	x, y, z := normal[T](r, m*k, 0), normal[T](r, k*n, 0), make([]T, m*n)
	s := kernel.NewScratch[T](m, n, k, threads)
	defer s.SetThreads(1)
	transA, transB := kind[0] == 'T', kind[1] == 'T'
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	b.ReportAllocs()
	for b.Loop() {
		kernel.Gemm(transA, transB, m, n, k, 1, x, lda, y, ldb, 0, z, n, s)
	}
	b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
