package report_test

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestChoicesByContext: choices of the context-dependent decision are separated by context, in the table and in a chart for each;
// samples and choices of the contexts add up to those of all.
func TestChoicesByContext(t *testing.T) {
	m, err := measure.Run(t.Context(), small.Run(t, func(c *train.Config) {
		c.Task.Kind, c.Network.Cell, c.Network.Input, c.Network.Units = "context_decision", graph.GRU, graph.TrainedInput, 12
		c.Training.Epochs, c.Measures.Samples = 1, 300
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	result, folder := &measure.Table{}, t.TempDir()
	result.Add(m)
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"psychometric_motion_in_context_motion.svg": true, "psychometric_motion_in_context_colour.svg": true,
		"psychometric_colour_in_context_motion.svg": true, "psychometric_colour_in_context_colour.svg": true, "psychometric_motion.svg": false,
	} {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != want {
			t.Errorf("%s: %v, want it to be there: %t", name, err, want)
		}
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil || !strings.Contains(string(page), "Choices by colour in context motion") {
		t.Errorf("the report does not name the context (%v)", err)
	}
	type of struct{ variable, value, choice, stage string }
	pooled, summed := map[of]float64{}, map[of]float64{}
	_, rows := table(t, filepath.Join(folder, "choices.csv"))
	for _, row := range rows {
		samples, err := strconv.ParseFloat(row["samples"], 64)
		share, wrong := strconv.ParseFloat(row["share"], 64)
		if err != nil || wrong != nil {
			t.Fatal(row)
		}
		key := of{row["variable"], row["value"], row["choice"], row["stage"]}
		if row["variable"] == "context" && row["context"] != "" {
			t.Errorf("the context is told apart by itself: %v", row)
		}
		if row["context"] == "" {
			pooled[key] = samples * share
		} else {
			summed[key] += samples * share
		}
	}
	if len(summed) != 2*2*(6+6+2) { // stages, choices, and the kinds of motion, colour and choice
		t.Errorf("%d kinds are told apart by context", len(summed))
	}
	for key, chosen := range summed {
		if math.Abs(chosen-pooled[key]) > 1e-9 {
			t.Errorf("%v: the contexts add up to %g choices, pooled are %g", key, chosen, pooled[key])
		}
	}
}
