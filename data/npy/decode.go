package npy

import (
	"fmt"
	"math"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// checkSize returns an error unless the header at the start of a file of size bytes describes an array of that size.
// Checks that need more bytes than start are left to [Decode].
func checkSize(start []byte, size uint64) error {
	text, body, err := splitFile(start)
	if err != nil {
		return nil
	}
	parsed, err := parseHeader(text)
	if err != nil {
		return nil
	}
	room := size - uint64(len(start)-len(body)) // after the header
	count, err := elementCount(parsed.shape, int(min(room, math.MaxInt))/parsed.kind.width)
	if err == nil && uint64(count*parsed.kind.width) != room {
		err = fmt.Errorf("%w: shape %v of %s needs %d bytes but there are %d", ErrSize, parsed.shape, parsed.kind.description,
			count*parsed.kind.width, room)
	}
	return err
}

// Decode returns the array in the bytes of a .npy file, in C order whatever the order in the file. It copies: the
// array does not refer to file.
//
// Errors wrap [ErrFormat], [ErrHeader], [ErrType] or [ErrSize]. No more memory is allocated than a small multiple of
// len(file).
func Decode(file []byte) (array.Array, error) {
	text, body, err := splitFile(file)
	if err != nil {
		return array.Array{}, err
	}
	parsed, err := parseHeader(text)
	if err != nil {
		return array.Array{}, err
	}
	count, err := elementCount(parsed.shape, len(body)/parsed.kind.width)
	if err != nil {
		return array.Array{}, err
	}
	if wanted := count * parsed.kind.width; wanted != len(body) {
		return array.Array{}, fmt.Errorf("%w: shape %v of %s needs %d bytes but the file has %d; copy it again",
			ErrSize, parsed.shape, parsed.kind.description, wanted, len(body))
	}
	decoded := array.Array{Shape: parsed.shape}
	order := identity
	if parsed.fortran && len(parsed.shape) > 1 && count > 0 {
		order = fortranOrder(parsed.shape)
	}
	if err := parsed.kind.read(&decoded, body, count, order); err != nil {
		return array.Array{}, err
	}
	return decoded, nil
}

// elements returns count elements, the k-th of them read from position order(k) of the file. order is called with 0, 1, 2, ... once each.
func elements[T any](count int, order func(int) int, read func(int) T) []T {
	result := make([]T, count)
	for k := range result {
		result[k] = read(order(k))
	}
	return result
}

func identity(k int) int { return k }

// fortranOrder returns a function that, called with 0, 1, 2, ... in turn, returns the position in Fortran order (first index
// fastest) of the element with that position in C order.
func fortranOrder(shape []int) func(int) int {
	index := make([]int, len(shape))
	strides := make([]int, len(shape))
	stride := 1
	for axis, length := range shape {
		strides[axis] = stride
		stride *= length
	}
	place := 0
	return func(int) int {
		current := place
		for axis := len(shape) - 1; axis >= 0; axis-- {
			index[axis]++
			place += strides[axis]
			if index[axis] < shape[axis] {
				break
			}
			place -= strides[axis] * shape[axis]
			index[axis] = 0
		}
		return current
	}
}
