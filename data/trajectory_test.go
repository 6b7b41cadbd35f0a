package data_test

import (
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/unfurl-rnn/unfurl/data"
)

func TestTrajectoryValidate(t *testing.T) {
	states := func(rows, columns int) *mat.Dense { return mat.NewDense(rows, columns, nil) }
	for name, test := range map[string]struct {
		trajectory data.Trajectory
		want       string // part of the error; empty for none
	}{
		"sound":      {data.Trajectory{H: []*mat.Dense{states(2, 3), states(2, 3)}, Labels: []int{0, 1}, Clusters: []int{0, 1}}, ""},
		"no steps":   {data.Trajectory{}, "no time steps"},
		"missing":    {data.Trajectory{H: []*mat.Dense{states(2, 3), nil}, Labels: []int{0, 1}, Clusters: []int{0, 1}}, "at t = 1"},
		"ragged":     {data.Trajectory{H: []*mat.Dense{states(2, 3), states(2, 4)}, Labels: []int{0, 1}, Clusters: []int{0, 1}}, "2 x 4 at t = 1 but 2 x 3"},
		"few labels": {data.Trajectory{H: []*mat.Dense{states(2, 3)}, Labels: []int{0}, Clusters: []int{0, 1}}, "1 labels"},
		"few ids":    {data.Trajectory{H: []*mat.Dense{states(2, 3)}, Labels: []int{0, 1}, Clusters: nil}, "0 cluster ids"},
		"negative":   {data.Trajectory{H: []*mat.Dense{states(2, 3)}, Labels: []int{0, -1}, Clusters: []int{0, 1}}, "sample 1 has label -1"},
	} {
		err := test.trajectory.Validate()
		if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	sound := data.Trajectory{H: []*mat.Dense{states(2, 3)}, Labels: []int{0, 1}, Clusters: []int{0, 1}}
	if sound.Steps() != 1 || sound.Samples() != 2 {
		t.Errorf("got %d steps of %d samples", sound.Steps(), sound.Samples())
	}
}
