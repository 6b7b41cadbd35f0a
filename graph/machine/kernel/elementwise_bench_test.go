package kernel_test

import (
	"fmt"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// BenchmarkElementwise runs the functions on the sizes of the paper's training step: 11 states of 10 x 200, 40 000 weights.
func BenchmarkElementwise(b *testing.B) {
	b.Run("type=float32", benchmarkElementwise[float32])
	b.Run("type=float64", benchmarkElementwise[float64])
}

func benchmarkElementwise[T kernel.Float](b *testing.B) {
	const states, weights = 22_000, 40_000
	r := stream(2)
	x, y, z := normal[T](r, weights, 0), normal[T](r, weights, 0), make([]T, weights)
	square, momentum := make([]T, weights), make([]T, weights)
	for _, f := range []struct {
		name string
		n    int
		run  func(n int)
	}{
		{"tanh", states, func(n int) { kernel.Tanh(z[:n], x[:n]) }},
		{"tanhGradient", states, func(n int) { kernel.TanhGradient(z[:n], x[:n], y[:n]) }},
		{"exp", states, func(n int) { kernel.Exp(z[:n], x[:n]) }},
		{"sigmoid", states, func(n int) { kernel.Sigmoid(z[:n], x[:n]) }},
		{"log", states, func(n int) { kernel.Log(z[:n], x[:n]) }},
		{"add", states, func(n int) { kernel.Add(z[:n], x[:n], y[:n]) }},
		{"sum", states, func(n int) { kernel.Sum(x[:n]) }},
		{"rmsProp", weights, func(n int) { kernel.RMSProp(z[:n], y[:n], square, nil, 1e-3, 0.9, 1e-8, 0, 0) }},
		{"rmsPropMomentum", weights, func(n int) { kernel.RMSProp(z[:n], y[:n], square, momentum, 1e-3, 0.9, 1e-8, 0.5, 0) }},
		{"adam", weights, func(n int) { kernel.Adam(z[:n], y[:n], momentum, square, 1e-3, 0.9, 0.999, 1e-8, 0, 5) }},
		{"transpose", weights, func(int) { kernel.Transpose(z, 200, x, 200, 200, 200) }},
		{"columnSums", 20_000, func(int) { kernel.ColumnSums(z, x, 200, 100, 200, 0) }},
		{"logSoftmaxRows2", 20, func(n int) { kernel.LogSoftmaxRows(z, x, n/2, 2) }},
		{"logSoftmaxRows10", 1000, func(n int) { kernel.LogSoftmaxRows(z, x, n/10, 10) }},
		{"logSoftmaxRows200", 20_000, func(n int) { kernel.LogSoftmaxRows(z, x, n/200, 200) }},
		{"softmaxRows200", 20_000, func(n int) { kernel.SoftmaxRows(z, x, n/200, 200) }},
	} {
		b.Run(fmt.Sprintf("function=%s/n=%d", f.name, f.n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.run(f.n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(f.n), "ns/element")
		})
	}
}
