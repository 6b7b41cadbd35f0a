package train

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/data"
)

// maximalMemory is more than the computers have that networks are trained on, in bytes.
const maximalMemory = 1 << 40

// validateSize refuses configurations whose arrays cannot be: a number with some zeros too many would end the program
// instead of the run. It counts the largest arrays, in float64.
func (c Config) validateSize() error {
	n, t := float64(c.Network.Units), c.Training
	var largest struct {
		field string
		bytes float64
	}
	for _, array := range []struct {
		field    string
		elements float64
	}{
		{"network.units x network.units", n * n},
		{"network.units x task.classes", n * float64(c.Task.Classes)},
		{"task.clusters x task.dimension", float64(c.Task.Clusters) * float64(c.Task.Dimension)},
		{"training.batch x network.units x training.evaluation_step", float64(t.Batch) * n * (float64(t.EvaluationStep) + 1)},
		{"training.samples x network.units", float64(t.Samples) * n},
		{"training.validation_samples x network.units", float64(t.ValidationSamples) * n},
		{"training.epochs", float64(t.Epochs)},
		{"measures.samples x network.units x measures.steps", float64(c.Measures.Samples) * n * (float64(c.Measures.Steps) + 1)},
		{"measures.splits x measures.samples", float64(c.Measures.Splits) * float64(c.Measures.Samples)},
	} {
		if bytes := 8 * array.elements; bytes > largest.bytes {
			largest.field, largest.bytes = array.field, bytes
		}
	}
	if largest.bytes <= maximalMemory {
		return nil
	}
	return &data.FieldError{Field: largest.field, Value: fmt.Sprintf("%.3g bytes", largest.bytes), Allowed: "at most 1 TiB"}
}
