package machine

import (
	"sync"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// raceDetector is set in builds with -race.
var raceDetector bool

// TestMachinesRunInParallel runs machines that share their parameters on several goroutines; each gives the same results as alone.
func TestMachinesRunInParallel(t *testing.T) {
	const machines = 4
	first := newNetwork(tensor.Float32, 30, 5, 4, false)
	alone := ran(t, first.g, WithOutputs(first.wanted()...))
	var group sync.WaitGroup
	results := make([][][]float64, machines)
	for i := range machines {
		n := newNetwork(tensor.Float32, 30, 5, 4, false)
		for k, p := range n.parameters {
			if err := G.Let(p, first.parameterValues[k]); err != nil {
				t.Fatal(err)
			}
		}
		m, err := New(n.g, WithOutputs(n.wanted()...))
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for range 20 {
				if err := m.RunAll(); err != nil {
					t.Error(err)
					return
				}
			}
			for _, w := range n.wanted() {
				v, err := m.Value(w)
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = append(results[i], numbers(v))
			}
		})
	}
	group.Wait()
	for i := range results {
		for k, w := range first.wanted() {
			if k < len(results[i]) {
				expect(t, w.Name(), results[i][k], valueOf(t, alone, w), 0)
			}
		}
	}
}
