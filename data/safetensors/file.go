package safetensors

import (
	"errors"
	"fmt"
	"math"
)

// Faults of a file. Errors of [Decode] wrap exactly one of them.
var (
	// ErrTruncated: the file ends before its header or data do.
	ErrTruncated = errors.New("safetensors: truncated")
	// ErrHeader: the header is not the JSON that the format prescribes.
	ErrHeader = errors.New("safetensors: bad header")
	// ErrType: an element type other than F16, BF16, F32, F64 and I64.
	ErrType = errors.New("safetensors: unsupported element type")
	// ErrSize: shape, element type and data offsets of an array disagree, or bytes are left over.
	ErrSize = errors.New("safetensors: wrong size")
	// ErrOverlap: two arrays share bytes, or bytes between two arrays belong to none.
	ErrOverlap = errors.New("safetensors: arrays overlap or leave a gap")
)

// Tensor is a dense array. Exactly one of the element slices is set (not nil; it may be empty), and it holds the
// elements in C order: the last index runs fastest.
type Tensor struct {
	Shape []int // length of each axis; empty for a single number

	Float32 []float32
	Float64 []float64
	Int64   []int64
}

// File is the content of a file.
type File struct {
	Metadata map[string]string // free text; nil and empty are the same
	Tensors  map[string]Tensor // by name; "__metadata__" is reserved
}

// content returns the element type, its width in bytes and the number of elements, or an error unless exactly one
// element slice is set.
func (t Tensor) content() (kind string, width, count int, err error) {
	set := 0
	if t.Float32 != nil {
		set, kind, width, count = set+1, "F32", 4, len(t.Float32)
	}
	if t.Float64 != nil {
		set, kind, width, count = set+1, "F64", 8, len(t.Float64)
	}
	if t.Int64 != nil {
		set, kind, width, count = set+1, "I64", 8, len(t.Int64)
	}
	if set != 1 {
		return "", 0, 0, fmt.Errorf("safetensors: %d element slices of the array are set; set exactly one", set)
	}
	return kind, width, count, nil
}

// Validate returns an error unless exactly one element slice is set and its length is the product of the shape.
func (t Tensor) Validate() error {
	_, width, count, err := t.content()
	if err != nil {
		return err
	}
	wanted, ok := elementCount(t.Shape, math.MaxInt/width)
	if !ok || wanted != count {
		return fmt.Errorf("safetensors: array of shape %v has %d elements; make their number the product of the shape", t.Shape, count)
	}
	return nil
}

// elementCount returns the product of shape; not ok if an axis is negative or the product exceeds limit.
func elementCount(shape []int, limit int) (count int, ok bool) {
	empty := false
	for _, length := range shape {
		if length < 0 {
			return 0, false
		}
		empty = empty || length == 0
	}
	if empty {
		return 0, true
	}
	count = 1
	for _, length := range shape {
		if count > limit/length {
			return 0, false
		}
		count *= length
	}
	return count, true
}
