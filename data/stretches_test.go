package data_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

// TestStretches: of five times and samples of lengths 4, 2, 4 and 1, the stretches are the times 0, 1 and 2 to 3, with four, three
// and two samples; time 4 is in none. A state consists of its time and its sample.
func TestStretches(t *testing.T) {
	const steps, samples = 5, 4
	all := &data.Trajectory{Labels: []int{0, 1, 2, 3}, Clusters: []int{4, 5, 6, 7}, Lengths: []int{4, 2, 4, 1}, OutputTimes: []int{1, 3},
		Variables: []data.Variable{{Name: "cue", Values: []int{3, 2, 1, 0}, Kinds: 4}}}
	for step := range steps {
		states := mat.NewDense(samples, 1, nil)
		for sample := range samples {
			states.Set(sample, 0, float64(10*step+sample))
		}
		all.H = append(all.H, states)
	}
	all.Outputs = []*mat.Dense{all.H[1], all.H[3]}
	if err := all.Validate(); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		from                     int
		rows, outputs, variables []int
		states                   [][]float64
	}{
		{0, []int{0, 1, 2, 3}, nil, []int{3, 2, 1, 0}, [][]float64{{0, 1, 2, 3}}},
		{1, []int{0, 1, 2}, []int{0}, []int{3, 2, 1}, [][]float64{{10, 11, 12}}},
		{2, []int{0, 2}, []int{1}, []int{3, 1}, [][]float64{{20, 22}, {30, 32}}},
	}
	got := all.Stretches()
	if len(got) != len(want) {
		t.Fatalf("%d stretches, want %d", len(got), len(want))
	}
	for i, w := range want {
		s := got[i]
		if err := s.Trajectory.Validate(); err != nil {
			t.Fatal(err)
		}
		if s.From != w.from || !slices.Equal(s.Rows, w.rows) || !slices.Equal(s.Trajectory.Labels, w.rows) || s.Trajectory.Clusters[0] != 4 ||
			!slices.Equal(s.Trajectory.OutputTimes, w.outputs) || !slices.Equal(s.Trajectory.Variables[0].Values, w.variables) || len(s.Trajectory.H) != len(w.states) {
			t.Errorf("stretch %d: %+v", i, s)
		}
		for step, states := range w.states {
			if !slices.Equal(mat.Col(nil, 0, s.Trajectory.H[step]), states) {
				t.Errorf("stretch %d, step %d: %v, want %v", i, step, mat.Col(nil, 0, s.Trajectory.H[step]), states)
			}
		}
	}
	all.Lengths = nil
	if got := all.Stretches(); len(got) != 1 || len(got[0].Trajectory.H) != steps || len(got[0].Rows) != samples {
		t.Errorf("without lengths: %+v", got)
	}
	for _, wrong := range [][]int{{1, 2, 3}, {0, 1, 1, 1}, {6, 1, 1, 1}} {
		all.Lengths = wrong
		if all.Validate() == nil {
			t.Errorf("lengths %v: no error", wrong)
		}
	}
}
