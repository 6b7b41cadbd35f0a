package npy

import (
	"fmt"
	"math"
)

// Array is a dense array. Exactly one of the element slices is set (not nil; it may be empty), and it holds the
// elements in C order: the last index runs fastest.
//
// Files hold more element types than these; [Decode] widens theirs without loss: float16 to Float32, int8, int16 and
// uint16 to Int32, uint32 to Int64, uint64 to Int64 if all values fit. Text ('<U' and '|S') becomes Text.
type Array struct {
	Shape []int // length of each axis; empty for a single number

	Float32 []float32
	Float64 []float64
	Int64   []int64
	Int32   []int32
	Uint8   []uint8
	Bool    []bool
	Text    []string // each without trailing NUL
}

// elementType is one of the supported types, as the header of a file names it.
type elementType struct {
	description string // e.g. "<f8"
	width       int    // bytes
}

// textDescription stands for text of any width.
const textDescription = "<U"

// elementTypes are those of [Array]; [Encode] writes them as they are named here.
var elementTypes = []elementType{
	{"<f4", 4}, {"<f8", 8}, {"<i8", 8}, {"<i4", 4}, {"|u1", 1}, {"|b1", 1},
}

// content returns the type and the number of elements of the slice that is set, or an error unless exactly one is.
func (a Array) content() (elementType, int, error) {
	set, found, count := 0, elementType{}, 0
	note := func(isSet bool, index, length int) {
		if isSet {
			set, found, count = set+1, elementTypes[index], length
		}
	}
	note(a.Float32 != nil, 0, len(a.Float32))
	note(a.Float64 != nil, 1, len(a.Float64))
	note(a.Int64 != nil, 2, len(a.Int64))
	note(a.Int32 != nil, 3, len(a.Int32))
	note(a.Uint8 != nil, 4, len(a.Uint8))
	note(a.Bool != nil, 5, len(a.Bool))
	if a.Text != nil {
		set, found, count = set+1, elementType{description: textDescription}, len(a.Text)
	}
	if set != 1 {
		return elementType{}, 0, fmt.Errorf("npy: %d element slices of the array are set; set exactly one", set)
	}
	return found, count, nil
}

// Validate returns an error unless exactly one element slice is set and its length is the product of the shape.
func (a Array) Validate() error {
	_, count, err := a.content()
	if err != nil {
		return err
	}
	wanted, err := elementCount(a.Shape, math.MaxInt)
	if err != nil {
		return err
	}
	if wanted != count {
		return fmt.Errorf("npy: array of shape %v has %d elements; it needs %d", a.Shape, count, wanted)
	}
	return nil
}

// elementCount returns the product of shape, or an error if an axis is negative or the product exceeds limit.
func elementCount(shape []int, limit int) (int, error) {
	empty := false
	for _, length := range shape {
		if length < 0 {
			return 0, fmt.Errorf("%w: shape %v has a negative axis", ErrHeader, shape)
		}
		empty = empty || length == 0
	}
	if empty {
		return 0, nil
	}
	count := 1
	for _, length := range shape {
		if count > limit/length {
			return 0, fmt.Errorf("%w: shape %v has more elements than there is room for", ErrSize, shape)
		}
		count *= length
	}
	return count, nil
}

// Type returns the element type in words: "float64", "int64" and so on; "invalid" if not exactly one slice is set.
func (a Array) Type() string {
	found, _, err := a.content()
	if err != nil {
		return "invalid"
	}
	names := map[string]string{
		"<f4": "float32", "<f8": "float64", "<i8": "int64", "<i4": "int32", "|u1": "uint8", "|b1": "bool", textDescription: "text",
	}
	return names[found.description]
}

// Float64s returns the elements as float64 in C order, bools as 0 and 1: the slice of the array itself if it is
// float64, else a copy; nil for text. int64 beyond 2^53 is rounded.
func (a Array) Float64s() []float64 {
	switch {
	case a.Float64 != nil:
		return a.Float64
	case a.Float32 != nil:
		return convert(a.Float32)
	case a.Int64 != nil:
		return convert(a.Int64)
	case a.Int32 != nil:
		return convert(a.Int32)
	case a.Uint8 != nil:
		return convert(a.Uint8)
	case a.Text != nil:
		return nil
	}
	values := make([]float64, len(a.Bool))
	for i, value := range a.Bool {
		if value {
			values[i] = 1
		}
	}
	return values
}

func convert[T float32 | int64 | int32 | uint8](elements []T) []float64 {
	values := make([]float64, len(elements))
	for i, element := range elements {
		values[i] = float64(element)
	}
	return values
}
