package measure_test

import (
	"math/rand/v2"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/train"
	"gonum.org/v1/gonum/mat"
)

// TestSamplesOfOneClass, as those of a task of values are: what needs classes is left out, and nothing fails.
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
