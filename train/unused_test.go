package train_test

import (
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestUnused: what a configuration does not use, by key or section.
func TestUnused(t *testing.T) {
	paper := train.DefaultConfig()
	gated := paper
	gated.Network.Cell, gated.Training.Optimiser.Name, gated.Training.Schedule.Name = graph.GRU, "adam", "constant"
	timed := paper
	timed.Task.Kind = "flip_flop"
	timed.Training.Penalties = "activity.strength=1\nweights.strength=1\n"
	mine := paper
	mine.Task.Points = "mine.csv"
	for key, used := range map[string][5]bool{ // paper, gated, timed, mine, paper imported
		"network.coupling":         {true, false, true, true, false},
		"network.leak":             {false, false, false, false, false},
		"network.activation":       {true, false, true, true, true},
		"network.units":            {true, true, true, true, true},
		"task.dimension":           {true, true, false, false, true},
		"task.label_column":        {false, false, false, true, false},
		"task.shares.training":     {false, false, false, true, false},
		"training.evaluation_step": {true, true, false, true, true},
		"training.optimiser.alpha": {true, false, true, true, false},
		"training.optimiser.beta1": {false, true, false, false, false},
		"training.schedule.factor": {true, false, true, true, false},
		"measures.steps":           {true, true, false, true, true},
		"training.loss":            {true, true, true, true, true},

		"training.penalties.activity.times": {false, false, true, false, false},
		"training.penalties.weights.times":  {false, false, false, false, false},
	} {
		for i, c := range []train.Config{paper, gated, timed, mine, paper} {
			if got := c.Using(i == 4)(key); got != used[i] {
				t.Errorf("configuration %d uses %s: %v", i, key, got)
			}
			if !slices.IsSorted(c.Unused(i == 4)) {
				t.Errorf("configuration %d: %q", i, c.Unused(i == 4))
			}
		}
	}
}
