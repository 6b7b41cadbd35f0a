package train_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
	"github.com/unfurl-rnn/unfurl/train"
	"github.com/unfurl-rnn/unfurl/train/internal/small"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// TestDivergenceSaysWhichWhenAndWhat: a validation loss that is not a number ends the run with the epoch and the keys to
// change, before training or during it, and run.json and metrics.jsonl stay readable.
func TestDivergenceSaysWhichWhenAndWhat(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*train.Config)
		epoch  int
		which  string
		want   string
	}{
		"linear states overflow before training": {func(c *train.Config) {
			c.Network.Activation, c.Network.Coupling, c.Training.EvaluationStep = graph.Linear, 250, 200
		}, 0, train.ValidationLoss, "before training (epoch 0); lower network.coupling or training.evaluation_step"},
		"a large learning rate": {func(c *train.Config) {
			c.Network.Activation, c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate = graph.Linear, "sgd", 1e12
		}, 1, train.TrainingLoss, "at epoch 1, step"},
		"the last step of an epoch": {func(c *train.Config) {
			c.Network.Activation, c.Training.Optimiser.Name, c.Training.Optimiser.LearningRate = graph.Linear, "sgd", 1e30
			c.Training.Samples = c.Training.Batch
		}, 1, train.ValidationLoss, "after epoch 1; lower training.optimiser.learning_rate"},
	} {
		c := small.Config()
		test.change(&c)
		e, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(name, err)
		}
		folder := run.Folder{Path: t.TempDir()}
		_, _, err = folder.Run(t.Context(), e, false, train.Silent{})
		var diverged *train.DivergenceError
		if !errors.As(err, &diverged) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diverged.Epoch != test.epoch || diverged.Which != test.which || !strings.Contains(err.Error(), test.want) || !(math.IsNaN(diverged.Loss) || math.IsInf(diverged.Loss, 0)) {
			t.Errorf("%s: %+v: %v, want %q", name, diverged, err, test.want)
		}
		history, err := folder.History()
		if err != nil || len(history) != test.epoch {
			t.Errorf("%s: %d epochs in metrics.jsonl, want %d: %v", name, len(history), test.epoch, err)
		}
		var record run.Provenance
		text, err := os.ReadFile(folder.RunFile())
		if err == nil {
			err = json.Unmarshal(text, &record)
		}
		if err != nil || record.State != "failed" || !strings.Contains(record.Error, test.want) {
			t.Errorf("%s: run.json says %q, %q: %v", name, record.State, record.Error, err)
		}
	}
}

// TestWeightsThatOverflowAreRefused: a number that float32 cannot hold is reported as a fault of its key, not of the training.
func TestWeightsThatOverflowAreRefused(t *testing.T) {
	for _, key := range []string{"network.coupling", "network.readout_scale"} {
		c := small.Config()
		if err := c.Set(key, "1e300"); err != nil {
			t.Fatal(err)
		}
		if _, err := train.NewExperiment(t.Context(), c); err == nil || !strings.Contains(err.Error(), key+" = 1e+300: must be small enough") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestNoSettingIsInfinite: neither JSON nor an optimiser can handle infinity or NaN.
func TestNoSettingIsInfinite(t *testing.T) {
	for _, setting := range train.DefaultConfig().Settings() {
		if _, ok := setting.Value.(float64); !ok {
			continue
		}
		for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := train.DefaultConfig()
			if err := c.Set(setting.Key, value); err != nil {
				t.Fatal(err)
			}
			if faults := data.FieldErrors(c.Validate()); len(faults) == 0 || faults[0].Field != setting.Key {
				t.Errorf("%s = %g: %v", setting.Key, value, c.Validate())
			}
		}
	}
}

// TestRefusedBeforeTraining: a configuration that cannot be trained, or trained but not measured, is refused with its key.
func TestRefusedBeforeTraining(t *testing.T) {
	for want, change := range map[string]func(*train.Config){
		"training.evaluation_step = 0: must be 1 or more":                       func(c *train.Config) { c.Training.EvaluationStep = 0 },
		"network.units = 1: must be 2 or more":                                  func(c *train.Config) { c.Network.Units, c.Task.Dimension = 1, 1 },
		"network.coupling = 0: must be above 0 where network.mixing is 1":       func(c *train.Config) { c.Network.Coupling, c.Network.Mixing = 0, 1 },
		"task.max_tries = 1000000000000: must be 1 to 10000000":                 func(c *train.Config) { c.Task.MaxTries = 1e12 },
		"training.optimiser.learning_rate = +Inf: must be a finite number":      func(c *train.Config) { c.Training.Optimiser.LearningRate = math.Inf(1) },
		"training.samples = 105: must be a multiple of training.batch (10)":     func(c *train.Config) { c.Training.Samples = 105 },
		"training.samples = 1000000000000: must be lower: the configuration ne": func(c *train.Config) { c.Training.Samples = 1e12 },
	} {
		c := small.Config()
		c.Training.Batch = 10
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestMemoryIsEstimated: the estimate is not below what a trainer and its recording keep, nor above three times as much.
func TestMemoryIsEstimated(t *testing.T) {
	c := train.DefaultConfig()
	c.Training.Batch, c.Training.Samples, c.Training.ValidationSamples, c.Training.Epochs = 2000, 20_000, 2000, 1
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e, err := train.NewExperiment(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	trainer, err := train.NewTrainer(e)
	if err != nil {
		t.Fatal(err)
	}
	defer trainer.Close()
	if err := trainer.Run(t.Context(), train.Silent{}, nil); err != nil {
		t.Fatal(err)
	}
	states, err := e.Record(trainer.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / 1e6
	runtime.KeepAlive(states)

	low, high := uint64(0), uint64(1<<40)
	for high-low > 1<<16 { // the least memory that is enough
		middle := (low + high) / 2
		if c.CheckMemory(train.Memory{Bytes: middle}) == nil {
			high = middle
		} else {
			low = middle
		}
	}
	estimate := float64(high) / 1e6
	t.Logf("estimated %.0f MB, kept %.0f MB", estimate, kept)
	if estimate < kept || estimate > 3*kept {
		t.Errorf("estimated %.0f MB where %.0f MB are kept", estimate, kept)
	}
}

// TestMemoryErrorHasNumbers: which key, how much is needed, whose limit it is.
func TestMemoryErrorHasNumbers(t *testing.T) {
	c := train.DefaultConfig()
	c.Training.Samples = 1_000_000_000
	err := c.CheckMemory(train.Memory{Bytes: 8 << 30, Source: "the memory of this machine"})
	for _, want := range []string{"training.samples = 1000000000: must be lower", "needs about 2.18 TiB", "the memory of this machine is 8 GiB"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := c.CheckMemory(train.Memory{}); err != nil {
		t.Errorf("an unknown limit refuses: %v", err)
	}
	if err := train.DefaultConfig().CheckMemory(train.Memory{Bytes: 100 << 20}); err != nil {
		t.Errorf("the paper's network does not fit into 100 MiB: %v", err)
	}
	if memory := train.ReadMemory(); runtime.GOOS == "linux" && (memory.Bytes < 64<<20 || memory.Source == "") {
		t.Errorf("this machine has %+v", memory)
	}
	// Nothing is written where there is no room.
	if memory := train.ReadMemory(); memory.Bytes > 0 && memory.Bytes < 1<<38 {
		c := small.Config()
		c.Measures.Splits = int(memory.Bytes)/8/c.Measures.Samples + 1
		if _, err := train.NewExperiment(t.Context(), c); err == nil || !strings.Contains(err.Error(), "measures.splits") {
			t.Errorf("splits that do not fit into memory: %v", err)
		}
		c = small.Config()
		c.Training.Samples = int(memory.Bytes) / 100 * c.Training.Batch
		e, err := train.NewExperiment(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		folder := run.Folder{Path: filepath.Join(t.TempDir(), "run")}
		if _, _, err := folder.Run(t.Context(), e, false, train.Silent{}); err == nil || !strings.Contains(err.Error(), "training.samples") {
			t.Errorf("got %v", err)
		}
		if _, err := os.Stat(folder.Path); !os.IsNotExist(err) {
			t.Errorf("the folder was made: %v", err)
		}
	}
}

func TestMaxTriesBoundsTheSearch(t *testing.T) {
	c := small.Config()
	c.Task.Dimension, c.Task.Noise, c.Task.MaxTries = 2, 0.17, 2
	if _, err := train.NewExperiment(t.Context(), c); err == nil {
		t.Error("two tries were enough for crowded clusters")
	}
	c.Task.MaxTries = 1_000_000
	if _, err := train.NewExperiment(t.Context(), c); err != nil {
		t.Errorf("a million tries were not enough: %v", err)
	}
}
