package npy

import (
	"fmt"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// elementType is one of the supported types, as the header of a file names it.
type elementType struct {
	description string // e.g. "<f8"
	width       int    // bytes
}

// textDescription stands for text of any width.
const textDescription = "<U"

// elementTypes are those of [array.Array] except text; [Encode] writes them with these names.
var elementTypes = map[string]elementType{
	"float32": {"<f4", 4}, "float64": {"<f8", 8}, "int64": {"<i8", 8}, "int32": {"<i4", 4}, "uint8": {"|u1", 1}, "bool": {"|b1", 1},
}

// elementCount returns the product of shape, or an error if an axis is negative or the product exceeds limit.
func elementCount(shape []int, limit int) (int, error) {
	if slices.ContainsFunc(shape, func(length int) bool { return length < 0 }) {
		return 0, fmt.Errorf("%w: shape %v has a negative axis", ErrHeader, shape)
	}
	count, ok := array.Count(shape, limit)
	if !ok {
		return 0, fmt.Errorf("%w: shape %v has more elements than there is room for", ErrSize, shape)
	}
	return count, nil
}
