package command

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
)

// TestMemoryIsLinearInBatchAndSteps: the planned bytes are a + b B T, whichever of B and T grows.
func TestMemoryIsLinearInBatchAndSteps(t *testing.T) {
	memory := func(batch, steps int) float64 {
		engine, err := machineStep(benchShape{Units: 64, Batch: batch, Steps: steps, Dtype: graph.Float32, Threads: 1, Cell: graph.Vanilla})
		if err != nil {
			t.Fatal(err)
		}
		defer engine.close()
		return float64(engine.memory)
	}
	const batch, steps = 32, 20
	once := memory(batch, steps)
	for name, grown := range map[string]float64{
		"batch": memory(3*batch, steps) - once, "steps": memory(batch, 3*steps) - once,
	} {
		slope := grown / (2 * batch * steps * 64 * 4) // in states of B x N float32 for each step
		if slope < 1.9 || slope > 3.5 {
			t.Errorf("three times the %s: %.2f more arrays of a state's size for each step, want 2 (states and derivatives) to 3", name, slope)
		}
	}
	first, second := memory(2*batch, steps)-once, memory(3*batch, steps)-memory(2*batch, steps)
	if math.Abs(first-second) > 0.1*first {
		t.Errorf("equal additions to the batch add %.0f and %.0f bytes", first, second)
	}
}

// TestOperationsOfAStep: the products that are counted are those with recurrent weights N x N, of which a cell of thin matrices has
// none.
func TestOperationsOfAStep(t *testing.T) {
	for cell, matrices := range map[string]float64{graph.Vanilla: 1, graph.Leaky: 1, graph.GRU: 3, graph.LSTM: 4, graph.LowRank: 0} {
		shape := benchShape{Units: 50, Batch: 7, Steps: 11, Dtype: graph.Float32, Threads: 1, Cell: cell}
		if got, want := shape.flops(), 3*11*2*7*50*50*matrices; got != want {
			t.Errorf("%s: %g operations, want %g", cell, got, want)
		}
	}
}
