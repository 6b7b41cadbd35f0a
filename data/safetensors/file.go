package safetensors

import (
	"errors"
	"fmt"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// Faults of a file. Errors of [Decode] wrap exactly one of them.
var (
	// ErrTruncated means that the file ends before its header or data do.
	ErrTruncated = errors.New("safetensors: truncated")
	// ErrHeader means that the header is not the JSON that the format prescribes.
	ErrHeader = errors.New("safetensors: bad header")
	// ErrType means an element type other than F16, BF16, F32, F64 and I64.
	ErrType = errors.New("safetensors: unsupported element type")
	// ErrSize means that shape, element type and data offsets of an array disagree, or bytes are left over.
	ErrSize = errors.New("safetensors: wrong size")
	// ErrOverlap means that two arrays share bytes, or that bytes between two arrays belong to none.
	ErrOverlap = errors.New("safetensors: arrays overlap or leave a gap")
)

// File is the content of a file: arrays of float32, float64 and int64.
type File struct {
	Metadata map[string]string      // free text; nil and empty are the same
	Tensors  map[string]array.Array // by name; "__metadata__" is reserved
}

// elementTypes maps the names of types in memory to those in files.
var elementTypes = map[string]struct {
	kind  string
	width int // bytes
}{"float32": {"F32", 4}, "float64": {"F64", 8}, "int64": {"I64", 8}}

// contentOf returns the element type, its width in bytes and the number of elements, or an error if the format does not support the array.
func contentOf(a array.Array) (kind string, width, count int, err error) {
	if err := a.Validate(); err != nil {
		return "", 0, 0, err
	}
	name, count, _ := a.Content()
	of, ok := elementTypes[name]
	if !ok {
		return "", 0, 0, fmt.Errorf("elements are of type %s; convert them to float32, float64 or int64", name)
	}
	return of.kind, of.width, count, nil
}
