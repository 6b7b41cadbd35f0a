package machine

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// BenchmarkOutputs times a training step with only the cost and the gradients wanted, and with all default outputs.
func BenchmarkOutputs(b *testing.B) {
	n := newNetwork(tensor.Float32, 200, 10, 10, false)
	for name, options := range map[string][]Option{"wanted": {WithOutputs(append(G.Nodes{n.loss}, n.gradients...)...)}, "default": nil} {
		m := Must(New(n.g, options...))
		b.Run("outputs="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := m.RunAll(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCompile times New for the training step of unrolled networks, with only the cost and the gradients wanted and with all
// default outputs.
func BenchmarkCompile(b *testing.B) {
	for _, steps := range []int{1, 10, 40} {
		n := newNetwork(tensor.Float32, 20, 5, steps, false)
		for name, options := range map[string][]Option{"wanted": {WithOutputs(n.wanted()...)}, "default": nil} {
			m := Must(New(n.g, options...))
			b.Run(fmt.Sprintf("outputs=%s/nodes=%d/instructions=%d", name, len(n.g.AllNodes()), len(m.program.instructions)), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := New(n.g, options...); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
