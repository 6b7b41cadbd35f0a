package run

import (
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
