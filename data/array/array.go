package array

import (
	"fmt"
	"math"
)

// Array is a dense array in memory, independent of any file format. Exactly one of the element slices is set (not nil; it may be
// empty), and it holds the elements in C order: the last index varies fastest.
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

// Content returns the element type in words ("float32", "float64", "int64", "int32", "uint8", "bool", "text") and the number of
// elements, or an error unless exactly one slice is set.
func (a Array) Content() (kind string, count int, err error) {
	set := 0
	note := func(isSet bool, name string, length int) {
		if isSet {
			set, kind, count = set+1, name, length
		}
	}
	note(a.Float32 != nil, "float32", len(a.Float32))
	note(a.Float64 != nil, "float64", len(a.Float64))
	note(a.Int64 != nil, "int64", len(a.Int64))
	note(a.Int32 != nil, "int32", len(a.Int32))
	note(a.Uint8 != nil, "uint8", len(a.Uint8))
	note(a.Bool != nil, "bool", len(a.Bool))
	note(a.Text != nil, "text", len(a.Text))
	if set != 1 {
		return "", 0, fmt.Errorf("%d element slices of the array are set; set exactly one", set)
	}
	return kind, count, nil
}

// Type returns the element type in words, as [Array.Content] does; "invalid" unless exactly one slice is set.
func (a Array) Type() string {
	kind, _, err := a.Content()
	if err != nil {
		return "invalid"
	}
	return kind
}

// Validate returns an error unless exactly one element slice is set and its length is the product of the shape.
func (a Array) Validate() error {
	_, count, err := a.Content()
	if err != nil {
		return err
	}
	wanted, ok := Count(a.Shape, math.MaxInt/8)
	switch {
	case !ok:
		return fmt.Errorf("no array has shape %v; make all axes 0 or more and their product one that memory holds", a.Shape)
	case wanted != count:
		return fmt.Errorf("array of shape %v has %d elements; it needs %d, the product of the shape", a.Shape, count, wanted)
	}
	return nil
}

// Count returns the product of a shape, 1 for a single number; not ok if an axis is negative or the product exceeds limit.
func Count(shape []int, limit int) (count int, ok bool) {
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

// Float64s returns the elements as float64 in C order, bools as 0 and 1: the slice of the array itself if it is float64, otherwise
// a copy; nil for text. int64 values beyond 2^53 are rounded.
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
