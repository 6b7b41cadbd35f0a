package kernel_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// TestOptimizers follows the formulas of the doc comments in float64 for several steps.
func TestOptimizers(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		bothTypes(t, testOptimizers[float32], testOptimizers[float64])
	})
}

func testOptimizers[T kernel.Float](t *testing.T) {
	const lr, alpha, eps, momentum, decay, beta1, beta2 = 1e-2, 0.9, 1e-8, 0.5, 0.1, 0.9, 0.999
	for _, n := range []int{1, 7, 16, 33, 201} {
		for _, f := range []struct {
			name string
			run  func(w, g, s, m []T, step int)
			want func(w, g, s, m float64, step int) (float64, float64, float64)
		}{
			{"RMSProp",
				func(w, g, s, _ []T, _ int) { kernel.RMSProp(w, g, s, nil, lr, alpha, eps, 0, decay) },
				func(w, g, s, m float64, _ int) (float64, float64, float64) {
					g += decay * w
					s = alpha*s + (1-alpha)*g*g
					return w - lr*g/(math.Sqrt(s)+eps), s, m
				}},
			{"RMSProp with momentum",
				func(w, g, s, m []T, _ int) { kernel.RMSProp(w, g, s, m, lr, alpha, eps, momentum, decay) },
				func(w, g, s, m float64, _ int) (float64, float64, float64) {
					g += decay * w
					s = alpha*s + (1-alpha)*g*g
					m = momentum*m + g/(math.Sqrt(s)+eps)
					return w - lr*m, s, m
				}},
			{"SGD",
				func(w, g, _, _ []T, _ int) { kernel.SGD(w, g, nil, lr, 0, decay) },
				func(w, g, s, m float64, _ int) (float64, float64, float64) { return w - lr*(g+decay*w), s, m }},
			{"SGD with momentum",
				func(w, g, _, m []T, _ int) { kernel.SGD(w, g, m, lr, momentum, decay) },
				func(w, g, s, m float64, _ int) (float64, float64, float64) {
					m = momentum*m + g + decay*w
					return w - lr*m, s, m
				}},
			{"Adam",
				func(w, g, s, m []T, step int) { kernel.Adam(w, g, m, s, lr, beta1, beta2, eps, decay, step) },
				func(w, g, s, m float64, step int) (float64, float64, float64) {
					g += decay * w
					m = beta1*m + (1-beta1)*g
					s = beta2*s + (1-beta2)*g*g
					root := math.Sqrt(s)/math.Sqrt(1-math.Pow(beta2, float64(step))) + eps
					return w - lr/(1-math.Pow(beta1, float64(step)))*m/root, s, m
				}},
		} {
			r := stream(uint64(n))
			w, s, m := normal[T](r, n, 1), make([]T, n), make([]T, n)
			exact := make([][3]float64, n)
			for i, v := range w {
				exact[i][0] = float64(v)
			}
			for step := 1; step <= 5; step++ {
				g := normal[T](r, n, 2)
				if step == 1 && decay > 0 {
					g[0] = 0
				}
				before := append([]T(nil), g...)
				f.run(w, g, s, m, step)
				for i := range n {
					e := &exact[i]
					e[0], e[1], e[2] = f.want(e[0], float64(g[i]), e[1], e[2], step)
					for j, got := range []T{w[i], s[i], m[i]} {
						// 1-beta in T loses the digits that beta has more than T: 1e-3 keeps about 14 bits in float32.
						if math.Abs(float64(got)-e[j]) > 400*epsilon[T]()*(math.Abs(e[j])+0.1) {
							t.Fatalf("%s n=%d step %d: value %d of weight %d is %v, want %v", f.name, n, step, j, i, got, e[j])
						}
					}
					if g[i] != before[i] {
						t.Fatalf("%s changed the gradient", f.name)
					}
				}
			}
		}
	}
}

// TestOptimizersWithoutGradient: zero gradients from the start divide by eps alone; an overflowing square leaves the weight finite.
func TestOptimizersWithoutGradient(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		w, s := []float32{1, 2, 3}, make([]float32, 3)
		g := []float32{0, 3e38, float32(math.NaN())}
		kernel.RMSProp(w, g, s, nil, 1e-3, 0.9, 1e-8, 0, 0)
		if w[0] != 1 || math.Abs(float64(w[1]-2)) > 0.01 || w[2] == w[2] {
			t.Errorf("weights %v after a zero, an enormous and a NaN gradient", w)
		}
	})
}
