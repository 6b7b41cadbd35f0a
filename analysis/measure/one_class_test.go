package measure_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// TestOneClassIsSaidOnce: what needs classes is left out for samples of one class, and a single doubt says so for all.
func TestOneClassIsSaidOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.npz")
	inputs, targets := array.Array{Shape: []int{60, 5, 2}}, array.Array{Shape: []int{60, 5, 1}}
	random := rand.New(rand.NewPCG(3, 3))
	for range 60 * 5 {
		a, b := random.NormFloat64(), random.NormFloat64()
		inputs.Float64, targets.Float64 = append(inputs.Float64, a, b), append(targets.Float64, a*b)
	}
	var content bytes.Buffer
	if err := npy.EncodeArchive(&content, map[string]array.Array{"inputs": inputs, "targets": targets}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, splits := range []int{0, 1} {
		m, err := measure.Run(t.Context(), small.Run(t, func(c *train.Config) {
			c.Task.Sequences, c.Training.Loss, c.Network.Input, c.Measures.Splits = path, graph.MeanSquaredError, graph.TrainedInput, splits
			c.Measures.Samples, c.Training.ValidationSamples = 12, 10
		}), nil)
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, warning := range m.Warnings {
			if strings.Contains(warning, "of one class") {
				said++
			} else if strings.Contains(warning, "class manifolds") || strings.Contains(warning, "distances are left out") {
				t.Errorf("%d splits: %v", splits, warning)
			}
		}
		if said != 2 { // before and after training
			t.Errorf("%d splits: said %d times, want 2", splits, said)
		}
	}
}

// TestSamplesOfOneClass: for samples of one class, as in a task of values, what needs classes is left out, and nothing fails.
func TestSamplesOfOneClass(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	trajectory := &data.Trajectory{Labels: make([]int, 40), Clusters: make([]int, 40), Variables: []data.Variable{{Name: "condition", Values: make([]int, 40), Kinds: 1}}}
	for range 3 {
		states := mat.NewDense(40, 5, nil)
		for i := range states.RawMatrix().Data {
			states.RawMatrix().Data[i] = random.NormFloat64()
		}
		trajectory.H = append(trajectory.H, states)
	}
	named := map[string]bool{}
	for _, m := range measure.All() {
		series, _, err := m.Compute(t.Context(), &measure.Subject{Config: train.DefaultConfig(), Trajectory: trajectory})
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		for _, s := range series {
			named[s.Name] = true
		}
	}
	if !named["dimension_twonn"] || named["distance_between"] || named["decode_condition"] {
		t.Errorf("measured %v", named)
	}
}
