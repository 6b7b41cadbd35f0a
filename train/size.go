package train

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/graph"
)

// maximalMemory exceeds the memory of any machine we train on, in bytes.
const maximalMemory = 1 << 40

// reserved is memory that a configuration needs, and the keys that it grows with.
type reserved struct {
	keys  []string
	bytes float64
}

// experimentArrays lists what [NewExperiment] allocates: clusters, weights and embedding.
func (c Config) experimentArrays() []reserved {
	n, word := float64(c.Network.Units), c.wordSize()
	d := n // at most as many inputs as units can be embedded
	if c.Task.drawsClusters() {
		d = float64(c.Task.Dimension)
	}
	return []reserved{
		{[]string{"network.units"}, n * n * (3*8 + word)}, // the QR decomposition behind the embedding
		{[]string{"task.classes", "network.units"}, n * float64(c.Task.Classes) * (8 + word)},
		{[]string{"task.clusters", "task.dimension"}, 8 * float64(c.Task.Clusters) * d},
	}
}

// recordingArrays lists the states of a recording with their copy in float64, and what its splits hold.
func (c Config) recordingArrays() []reserved {
	n, word, samples := float64(c.Network.Units), c.wordSize(), float64(c.Measures.Samples)
	last := c.Measures.Steps
	if c.Task.isThroughTime() {
		last = c.lastTime()
	}
	return []reserved{
		{[]string{"measures.samples", "measures.steps", "network.units"}, samples * n * (float64(last) + 1) * (2*word + 8)},
		{[]string{"measures.splits", "measures.samples"}, 8 * samples * float64(c.Measures.Splits)},
	}
}

// trainingArrays lists what [NewTrainer] and its steps allocate beside the experiment: the samples of an epoch and of a
// validation with their embedding, the weights with gradients and the optimiser's slots, the states of a batch with their
// gradients, and the history.
func (c Config) trainingArrays() []reserved {
	n, word, t := float64(c.Network.Units), c.wordSize(), c.Training
	d := n
	if c.Task.drawsClusters() {
		d = float64(c.Task.Dimension)
	}
	if task, err := c.Task.throughTime(); err == nil && task != nil {
		plan := task.Plan()
		d = float64(len(plan.Times())*plan.Inputs + len(plan.Asked())*(plan.Outputs+1))
	}
	steps := float64(c.lastTime()) + 1
	validation := float64(validationBatch(max(t.ValidationSamples, 1)))
	return []reserved{
		{[]string{"training.samples", "network.units"}, float64(t.Samples) * (8*d + n*word)},
		{[]string{"training.validation_samples", "network.units"}, float64(t.ValidationSamples) * (8*d + n*word)},
		{[]string{"training.evaluation_step", "network.units"}, validation * n * steps * word},
		{[]string{"network.units"}, 6 * n * n * word * c.matrices()},
		{[]string{"training.batch", "training.evaluation_step", "network.units"}, 4 * float64(t.Batch) * n * steps * word},
		{[]string{"training.epochs"}, float64(t.Epochs) * float64(reflect.TypeFor[EpochMetrics]().Size())},
	}
}

// matrices returns the number of matrices of weights between units in a network of layers, 1 for others.
func (c Config) matrices() float64 {
	layers, _, _ := c.Network.Layers()
	return float64(max(1, layers))
}

func (c Config) wordSize() float64 {
	if c.Network.Precision == graph.Float64 {
		return 8
	}
	return 4
}

// validateSize refuses configurations that fit no machine: a number with a few zeros too many would crash the program
// instead of failing the run.
func (c Config) validateSize() error {
	return c.CheckMemory(Memory{Bytes: maximalMemory, Source: "the most memory that a configuration may need"})
}

// CheckMemory returns the error of a configuration that needs more memory to train and measure than is available, so that it
// is refused before it starts.
//
// Errors: [data.FieldError] with the key that accounts for most of it.
func (c Config) CheckMemory(available Memory) error {
	return c.checkMemory(slices.Concat(c.experimentArrays(), c.recordingArrays(), c.trainingArrays()), available)
}

func (c Config) checkMemory(arrays []reserved, available Memory) error {
	total := 0.0
	var largest reserved
	for _, a := range arrays {
		total += a.bytes
		if a.bytes > largest.bytes {
			largest = a
		}
	}
	if available.Bytes == 0 || total <= float64(available.Bytes) {
		return nil
	}
	key, value := c.mostUnusual(largest.keys)
	return &data.FieldError{Field: key, Value: value,
		Allowed: fmt.Sprintf("lower: the configuration needs about %s of memory, %s of it for %s; %s is %s", bytesInWords(total),
			bytesInWords(largest.bytes), strings.Join(largest.keys, " x "), available.Source, bytesInWords(float64(available.Bytes)))}
}

// mostUnusual returns the key whose value is the largest multiple of its default, and the value.
func (c Config) mostUnusual(keys []string) (key string, value any) {
	number := func(value any) float64 { v, _ := value.(int); return float64(v) }
	defaults, most := DefaultConfig().Settings(), 0.0
	for _, setting := range c.Settings() {
		for _, candidate := range keys {
			if setting.Key != candidate {
				continue
			}
			if times := number(setting.Value) / number(valueOf(defaults, setting.Key)); times > most {
				key, value, most = setting.Key, setting.Value, times
			}
		}
	}
	return key, value
}

// bytesInWords writes a size with a binary unit and three digits.
func bytesInWords(bytes float64) string {
	for _, unit := range []string{"bytes", "KiB", "MiB", "GiB", "TiB"} {
		if bytes < 1024 {
			return fmt.Sprintf("%.3g %s", bytes, unit)
		}
		bytes /= 1024
	}
	return fmt.Sprintf("%.3g PiB", bytes)
}
