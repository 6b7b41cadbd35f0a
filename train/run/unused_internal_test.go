package run

import (
	"slices"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
)

// TestRecordGivesTheConfigurationBack, whatever of it is set apart: here inputs of as many dimensions as the default has
// units, which would follow network.units if they were not named.
func TestRecordGivesTheConfigurationBack(t *testing.T) {
	for name, change := range map[string]func(*train.Config){
		"clusters":     func(*train.Config) {},
		"points":       func(c *train.Config) { c.Task.Points = "mine.csv" },
		"through time": func(c *train.Config) { c.Task.Kind = "flip_flop" },
		"gru":          func(c *train.Config) { c.Network.Cell, c.Network.Leak, c.Training.Readouts = graph.GRU, 0.7, "2,5" },
		"adam": func(c *train.Config) {
			c.Training.Optimiser.Name, c.Training.Optimiser.Momentum, c.Measures.Splits = "adam", 0.5, 0
		},
		"penalised": func(c *train.Config) {
			c.Training.Penalties, _ = c.Training.Penalties.With("activity", "times", "3", &train.PenaltyConfig{})
		},
	} {
		for _, imported := range []bool{false, true} {
			c := train.DefaultConfig()
			c.Network.Units, c.Task.Clusters, c.Network.Coupling = 64, 30, 77
			change(&c)
			folder := Folder{Path: t.TempDir()}
			if err := newRunRecord(c, imported).Write(folder.RunFile()); err != nil {
				t.Fatal(err)
			}
			if got, err := folder.Config(); err != nil || got != c {
				t.Errorf("%s, imported %v: %+v, %v, want %+v", name, imported, got, err, c)
			}
		}
	}
}

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
