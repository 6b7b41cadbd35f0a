package report_test

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/internal/small"
	"github.com/unfurl-rnn/unfurl/analysis/measure"
	"github.com/unfurl-rnn/unfurl/analysis/report"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// made returns a network with given measurements in place of measured ones.
func made(run string, ed float64, change func(*train.Config)) *measure.Measurements {
	c := small.Config()
	change(&c)
	return &measure.Measurements{
		Config: c, Run: run, Before: measure.Representation{ED: []float64{3, 3, 3, 3, 3}}, After: measure.Representation{ED: []float64{3, 2, ed, 2, 2}},
		History:  []train.EpochMetrics{{Epoch: 0, Accuracy: 0.5, ValidationLoss: 0.7}, {Epoch: 1, Accuracy: 0.9, ValidationLoss: 0.1}},
		Dynamics: []measure.Dynamics{{Stage: measure.After, Exponents: []float64{-0.1, -0.2}, Errors: []float64{0.01, 0.01}}},
	}
}

// table reads a CSV file as maps from column to cell.
func table(t *testing.T, path string) (header []string, rows []map[string]string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return records[0], rows
}

// TestOnlySeedAndRealisationArePooled: whatever else differs makes its own group, in every table, and no two rows of
// curves.csv are the same but for their value.
func TestOnlySeedAndRealisationArePooled(t *testing.T) {
	result := &measure.Table{}
	for _, m := range []*measure.Measurements{
		made("a", 2.0, func(*train.Config) {}),
		made("b", 2.2, func(c *train.Config) { c.Realisation = 1 }),
		made("c", 2.4, func(c *train.Config) { c.Seed = 7 }),
		made("rate, fast", 4, func(c *train.Config) { c.Training.Optimiser.LearningRate = 0.01 }),
		made("bent", 5, func(c *train.Config) { c.Network.Activation = graph.ReLU }),
		made("checkpoints", 2.6, func(c *train.Config) { c.Realisation, c.Training.Checkpoint.Every = 2, 3 }), // changes no number
		made("mine", 6, func(c *train.Config) { c.Task.Points = "mine.csv" }),
	} {
		result.Add(m)
	}
	imported := made("elsewhere", 7, func(*train.Config) {})
	imported.Imported = true
	result.Add(imported)

	folder := t.TempDir()
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	header, bands := table(t, filepath.Join(folder, "bands.csv"))
	want := []string{"measure", "d", "g", "stage", "step", "n", "median", "lo", "hi", "run",
		"task.points", "network.activation", "training.optimiser.learning_rate", "imported", "seed"}
	if !slices.Equal(header, want) {
		t.Errorf("columns of bands.csv are %q, want %q", header, want)
	}
	sizes := map[string]string{}
	for _, row := range bands {
		if row["measure"] == "ed" && row["stage"] == "after" && row["step"] == "2" {
			sizes[row["run"]+"|"+row["g"]+"|"+row["task.points"]+"|"+row["network.activation"]+"|"+row["training.optimiser.learning_rate"]] = row["n"]
		}
	}
	if want := map[string]string{"|20||tanh|0.001": "4", "rate, fast|20||tanh|0.01": "1", "bent|20||relu|0.001": "1", "mine|20|mine.csv|tanh|0.001": "1",
		"elsewhere|||tanh|": "1"}; !maps.Equal(sizes, want) {
		t.Errorf("bands pool %v, want %v", sizes, want)
	}
	header, curves := table(t, filepath.Join(folder, "curves.csv"))
	if want := []string{"measure", "d", "g", "stage", "step", "realisation", "value", "run"}; !slices.Equal(header[:8], want) {
		t.Errorf("columns of curves.csv begin with %q, want %q", header, want)
	}
	seen := map[string]bool{}
	for _, row := range curves {
		row["value"], row["run"] = "", ""
		if key := fmt.Sprint(row); seen[key] { // in order of the columns' names
			t.Fatalf("two rows of curves.csv are %v", row)
		} else {
			seen[key] = true
		}
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"learning_rate = 0.01", "activation = relu", "points = mine.csv", "imported", "pooled: 5 groups here"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the report has no %q", want)
		}
	}
}

// TestNamesSayWhatANetworkIs: for tasks through time and other cells the paper's d and g have no meaning, appear in no column
// and separate no groups.
func TestNamesSayWhatANetworkIs(t *testing.T) {
	flipFlop := func(c *train.Config) { c.Task.Kind, c.Network.Cell = "flip_flop", graph.GRU }
	result := &measure.Table{}
	for _, m := range []*measure.Measurements{
		made("a", 2, flipFlop),
		made("b", 2, func(c *train.Config) {
			flipFlop(c)
			c.Realisation, c.Task.Dimension, c.Network.Coupling, c.Network.Leak, c.Training.EvaluationStep = 1, 9, 77, 0.5, 2 // unused
			c.Training.Optimiser.Beta1, c.Measures.Steps = 0.5, 9
		}),
		made("c", 2, func(c *train.Config) { c.Task.Kind = "flip_flop" }),
		made("d", 2, func(c *train.Config) { c.Network.Cell = graph.LSTM }),
	} {
		result.Add(m)
	}
	folder := t.TempDir()
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	_, bands := table(t, filepath.Join(folder, "bands.csv"))
	rows := map[string]string{}
	for _, row := range bands {
		if row["measure"] == "ed" && row["stage"] == "after" && row["step"] == "2" {
			rows[row["task.kind"]+", "+row["network.cell"]] = row["d"] + "|" + row["g"] + "|" + row["n"]
		}
	}
	if want := map[string]string{"flip_flop, gru": "||2", "flip_flop, vanilla": "|20|1", "clusters, lstm": "4||1"}; !maps.Equal(rows, want) {
		t.Errorf("rows %v, want %v", rows, want)
	}
	page, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"flip_flop, gru", "flip_flop, vanilla", "clusters, lstm", "pooled: 3 groups here"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the report has no %q", want)
		}
	}
	if name := measure.Name(result.Networks[0].Config); name != "flip_flop, gru" {
		t.Errorf("messages name a GRU on a flip-flop %q", name)
	}
}

// TestNetworksOfOneConfigurationArePooledOnlyOnce: two networks of one configuration, seed and realisation, such as two
// imported ones, are not realisations of each other.
func TestNetworksOfOneConfigurationArePooledOnlyOnce(t *testing.T) {
	result := &measure.Table{}
	for _, run := range []string{"one", "two"} {
		result.Add(made(run, 2, func(*train.Config) {}))
	}
	bands, err := result.Bands(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bands {
		if b.N != 1 {
			t.Fatalf("%d networks in a band of %s", b.N, b.Measure)
		}
	}
	if warnings := report.Warnings(result); len(warnings) != 2 || !strings.Contains(warnings[1], "two has configuration, seed and realisation of another run") {
		t.Errorf("warnings %q", warnings)
	}
}

// TestGroupBy: runs that agree in the keys asked for are pooled whatever else differs, and what differs is named with its
// values; a column whose values were pooled is empty.
func TestGroupBy(t *testing.T) {
	result := &measure.Table{GroupBy: []string{"network.activation"}}
	for _, m := range []*measure.Measurements{
		made("a", 2, func(*train.Config) {}),
		made("b", 3, func(c *train.Config) { c.Network.Coupling = 250 }),
		made("c", 4, func(c *train.Config) { c.Realisation = 1 }),
		made("bent", 5, func(c *train.Config) { c.Network.Activation = graph.ReLU }),
	} {
		result.Add(m)
	}
	folder := t.TempDir()
	if _, err := report.Write(t.Context(), result, folder, run.NewProvenance(nil)); err != nil {
		t.Fatal(err)
	}
	_, bands := table(t, filepath.Join(folder, "bands.csv"))
	sizes := map[string]string{}
	for _, row := range bands {
		if row["measure"] == "ed" && row["stage"] == "after" && row["step"] == "2" {
			sizes[row["network.activation"]+"|"+row["g"]] = row["n"] + " " + row["median"]
		}
	}
	if want := map[string]string{"tanh|": "3 3", "relu|20": "1 5"}; len(sizes) != 2 || sizes["relu|20"] != want["relu|20"] || !strings.HasPrefix(sizes["tanh|"], "3 ") {
		t.Errorf("bands pool %v, want %v", sizes, want)
	}
	said := "activation = tanh pools networks that differ in network.coupling: 20, 250"
	if !slices.Contains(report.Warnings(result), said) {
		t.Errorf("warnings %q, want %q", report.Warnings(result), said)
	}
}

// BenchmarkWriteAnalysis writes tables, charts and report of many realisations of one network.
func BenchmarkWriteAnalysis(b *testing.B) {
	for _, count := range []int{50, 200} {
		b.Run(fmt.Sprintf("networks=%d", count), func(b *testing.B) {
			result := &measure.Table{}
			for i := range count {
				result.Add(made(fmt.Sprint(i), 2, func(c *train.Config) { c.Realisation = i }))
			}
			for b.Loop() {
				if _, err := report.Write(b.Context(), result, b.TempDir(), run.NewProvenance(nil)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
