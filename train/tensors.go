package train

import (
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/array"
	"gorgonia.org/tensor"
)

// toSafetensor returns a view of a float tensor's memory for writing.
func toSafetensor(t *tensor.Dense) array.Array {
	saved := array.Array{Shape: slices.Clone(t.Shape())}
	switch values := t.Data().(type) {
	case []float32:
		saved.Float32 = values
	case []float64:
		saved.Float64 = values
	}
	return saved
}

// fromSafetensor returns a tensor that takes over the memory of a float array.
func fromSafetensor(saved array.Array) *tensor.Dense {
	if saved.Float64 != nil {
		return tensor.New(tensor.WithShape(saved.Shape...), tensor.WithBacking(saved.Float64))
	}
	return tensor.New(tensor.WithShape(saved.Shape...), tensor.WithBacking(saved.Float32))
}

// cutLast splits s around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
