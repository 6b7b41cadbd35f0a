package run_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
	"gonum.org/v1/gonum/mat"
)

// A network that was trained here and is then imported has the same accuracy and states.
func TestImportedNetworkIsTheTrainedOne(t *testing.T) {
	c := small.Config()
	trained := run.Folder{Path: t.TempDir()}
	small.Run(t, trained.Path, c, false)
	network, err := train.ReadNetwork(trained.WeightsFile())
	if err != nil {
		t.Fatal(err)
	}
	original, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	network.Embedding = original.Embedding.Matrix
	history, err := trained.History()
	if err != nil {
		t.Fatal(err)
	}
	for _, initial := range []*train.ImportedNetwork{nil, {Parameters: original.Initial}} {
		folder := run.Folder{Path: filepath.Join(t.TempDir(), "new")}
		other := c
		other.Network.Units, other.Network.Precision = 50, graph.Float64 // the file decides
		config, metrics, err := folder.Import(context.Background(), other, network, initial)
		if err != nil {
			t.Fatal(err)
		}
		if config.Network.Units != 16 || config.Network.Precision != graph.Float32 || config.Training.Epochs != 0 {
			t.Errorf("the configuration is %v", config)
		}
		if last := history[len(history)-1].Accuracy; metrics.Accuracy < last-0.2 || metrics.Epoch != 0 {
			t.Errorf("accuracy %v at epoch %d, the run had %v", metrics.Accuracy, metrics.Epoch, last)
		}
		experiment, err := folder.Experiment(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if (experiment.Initial == nil) != (initial == nil) {
			t.Errorf("initial weights %v", experiment.Initial)
		}
		weights, err := folder.Weights()
		if err != nil {
			t.Fatal(err)
		}
		got, err := experiment.Record(weights)
		if err != nil {
			t.Fatal(err)
		}
		want, err := original.Record(network.Parameters)
		if err != nil {
			t.Fatal(err)
		}
		for step := range want.H {
			for i, value := range want.H[step].RawMatrix().Data {
				if got.H[step].RawMatrix().Data[i] != value {
					t.Fatalf("t = %d: state %d is %v, want %v", step, i, got.H[step].RawMatrix().Data[i], value)
				}
			}
		}
		if known, err := folder.History(); err != nil || len(known) != 1 {
			t.Errorf("history %v, %v", known, err)
		}
		if _, _, err := folder.Run(context.Background(), experiment, true, train.Silent{}); !errors.Is(err, run.ErrImported) {
			t.Errorf("resumed: %v", err)
		}
		if _, _, err := folder.Import(context.Background(), other, network, initial); !errors.Is(err, run.ErrFolderInUse) {
			t.Errorf("imported twice: %v", err)
		}
	}
}

func TestImportRefusesANetworkOfAnotherTask(t *testing.T) {
	c := small.Config()
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	network := &train.ImportedNetwork{Parameters: e.Initial, Embedding: e.Embedding.Matrix}
	c.Network.Units = 8
	smaller, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(c *train.Config, initial **train.ImportedNetwork){
		"--set task.classes=2":   func(c *train.Config, _ **train.ImportedNetwork) { c.Task.Classes = 3 },
		"--set task.dimension=5": func(c *train.Config, _ **train.ImportedNetwork) { c.Task.Dimension = 4 },
		"give the same network before": func(_ *train.Config, i **train.ImportedNetwork) {
			*i = &train.ImportedNetwork{Parameters: smaller.Initial}
		},
		"task.dimension = 40":                 func(c *train.Config, _ **train.ImportedNetwork) { c.Task.Dimension = 40 },
		"measures.samples":                    func(c *train.Config, _ **train.ImportedNetwork) { c.Measures.Samples = 0 },
		"training.evaluation_step = -1: must": func(c *train.Config, _ **train.ImportedNetwork) { c.Training.EvaluationStep = -1 },
	} {
		c, initial := small.Config(), (*train.ImportedNetwork)(nil)
		change(&c, &initial)
		path := filepath.Join(t.TempDir(), "run")
		_, _, err := run.Folder{Path: path}.Import(context.Background(), c, network, initial)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a folder is left behind", want)
		}
	}
}

// TestImportRefusesAnotherNetwork: a configuration that does not fit the weights is refused, and so is a task with inputs that
// they lack.
func TestImportRefusesAnotherNetwork(t *testing.T) {
	weights := func(inputs, outputs int, cell string) *train.ImportedNetwork {
		c := small.Config().Network
		c.Cell, c.Units = cell, 4
		p, err := graph.NewParameters(c, graph.Shape{Inputs: inputs, Outputs: outputs}, small.Config().WeightStream)
		if err != nil {
			t.Fatal(err)
		}
		if cell != graph.Vanilla {
			return &train.ImportedNetwork{Parameters: p}
		}
		embedded, err := graph.NewParameters(c, graph.Shape{Inputs: 4, Outputs: outputs, Embedded: true}, small.Config().WeightStream)
		if err != nil {
			t.Fatal(err)
		}
		return &train.ImportedNetwork{Parameters: embedded, Embedding: mat.NewDense(4, inputs, graph.Values(p.Tensor("Win")))}
	}
	bare := weights(3, 3, graph.Vanilla)
	bare.Embedding = nil
	flipFlop := []string{"task.kind", "flip_flop", "training.loss", "mse"}
	for _, of := range []struct {
		want     string
		network  *train.ImportedNetwork
		settings []string
	}{
		{"give them one for each class", weights(5, 1, graph.Vanilla), nil},
		{"reduce the inputs", weights(5, 2, graph.Vanilla), nil},
		{"network.cell = leaky: must be gru, the cell of the network", weights(5, 2, graph.GRU), []string{"network.cell", "leaky"}},
		{"network.density = 0.5: must be 1, since imported weights", weights(5, 2, graph.GRU), []string{"network.cell", "gru", "network.density", "0.5"}},
		{"task.dimension=3", weights(3, 2, graph.LSTM), []string{"network.cell", "lstm"}},
		{"a task with the 2 inputs and 3 outputs of the network; this one has 3 and 3", weights(2, 3, graph.Vanilla), flipFlop},
		{"holds no input weights", bare, flipFlop},
	} {
		path := filepath.Join(t.TempDir(), "run")
		_, _, err := run.Folder{Path: path}.Import(t.Context(), small.Set(t, small.Config(), of.settings...), of.network, nil)
		if err == nil || !strings.Contains(err.Error(), of.want) {
			t.Errorf("error %v, want one with %q", err, of.want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a folder is left behind", of.want)
		}
	}
}

// TestMoreInputsThanUnits: only an embedding keeps inputs apart in the space of the units; other networks take any number.
func TestMoreInputsThanUnits(t *testing.T) {
	for _, cell := range graph.CellNames() {
		c := small.Set(t, small.Config(), "network.cell", cell, "task.dimension", "20", "network.input", "trained")
		if shape := small.Experiment(t, c).Initial.Shape; shape.Inputs != 20 || shape.Embedded {
			t.Errorf("%s: %+v", cell, shape)
		}
	}
}
