package run_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// scaledNetwork is a network of small random weights whose file says how points are standardised.
func scaledNetwork(t *testing.T, c train.Config, change func(map[string]array.Array)) (*train.ImportedNetwork, error) {
	t.Helper()
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	units := c.Network.Units
	file := &safetensors.File{Tensors: map[string]array.Array{
		"embedding": {Shape: []int{units, 2}, Float64: e.Embedding.Matrix.RawMatrix().Data},
		"R":         {Shape: []int{units, units}, Float32: e.Initial.Tensor("R").Data().([]float32)},
		"W":         {Shape: []int{2, units}, Float32: e.Initial.Tensor("W").Data().([]float32)},
		"mean":      {Shape: []int{2}, Float64: []float64{1000, 10}},
		"scale":     {Shape: []int{2}, Float64: []float64{4, 0.3}},
	}}
	if change != nil {
		change(file.Tensors)
	}
	content, err := safetensors.Append(nil, file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "weights.safetensors")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return train.ReadNetwork(path)
}

// TestImportStandardisesAsTheNetworkDid: mean and scale of the file are those of the run, whatever points it is measured
// on, and the run still has them when its folder is opened again.
func TestImportStandardisesAsTheNetworkDid(t *testing.T) {
	c := small.Config()
	c.Task.Points, c.Measures.Splits = small.PointsFile(t, 1000), 0
	network, err := scaledNetwork(t, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range network.Settings() {
		if setting.Key == "task.standardise" && setting.Value != true {
			t.Errorf("task.standardise is %v", setting.Value)
		}
	}
	folder := run.Folder{Path: filepath.Join(t.TempDir(), "run")}
	if _, _, err := folder.Import(context.Background(), c, network, nil); err != nil {
		t.Fatal(err)
	}
	e, err := folder.Experiment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := train.NewExperiment(t.Context(), with(c, func(c *train.Config) { c.Task.Standardise = false }))
	if err != nil {
		t.Fatal(err)
	}
	got, from := e.MeasuringPoints(), raw.MeasuringPoints()
	for sample := range got.Len() {
		for axis, mean := range []float64{1000, 10} {
			want := (from.Inputs.At(sample, axis) - mean) / []float64{4, 0.3}[axis]
			if value := got.Inputs.At(sample, axis); value-want > 1e-12 || want-value > 1e-12 {
				t.Fatalf("sample %d, input %d enters as %v, want %v", sample, axis, value, want)
			}
		}
		if got.FileRows[sample] != from.FileRows[sample] {
			t.Fatalf("sample %d is row %d, want %d", sample, got.FileRows[sample], from.FileRows[sample])
		}
	}
}

func with(c train.Config, change func(*train.Config)) train.Config {
	change(&c)
	return c
}

func TestScalingsThatCannotBeMeant(t *testing.T) {
	c := small.Config()
	c.Task.Points, c.Measures.Splits = small.PointsFile(t, 0), 0
	for want, change := range map[string]func(map[string]array.Array){
		`"mean" but none named "scale"`: func(a map[string]array.Array) { delete(a, "scale") },
		`"scale" but none named "mean"`: func(a map[string]array.Array) { delete(a, "mean") },
		"has shape [3] where the input weights ask for [2]": func(a map[string]array.Array) {
			a["mean"] = array.Array{Shape: []int{3}, Float64: []float64{1, 2, 3}}
		},
		"2 means and 1 scales": func(a map[string]array.Array) {
			a["scale"] = array.Array{Shape: []int{1}, Float64: []float64{1}}
		},
		"input 1 has the mean 10 and the scale 0": func(a map[string]array.Array) {
			a["scale"] = array.Array{Shape: []int{2}, Float64: []float64{1, 0}}
		},
		"have shapes [1 2] and [2]": func(a map[string]array.Array) {
			a["mean"] = array.Array{Shape: []int{1, 2}, Float64: []float64{1, 2}}
		},
	} {
		if _, err := scaledNetwork(t, c, change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// A network of another number of inputs than the file of points has.
	network, err := scaledNetwork(t, c, func(a map[string]array.Array) {
		delete(a, "embedding")
		a["mean"], a["scale"] = array.Array{Shape: []int{1}, Float64: []float64{1}}, array.Array{Shape: []int{1}, Float64: []float64{1}}
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run")
	_, _, err = run.Folder{Path: path}.Import(context.Background(), c, network, nil)
	if err == nil || !strings.Contains(err.Error(), ": 2, in the network's mean and scale: 1; give the points") {
		t.Errorf("got %v", err)
	}
}
