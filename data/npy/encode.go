package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// magic opens every .npy file; version 1.0 follows, whose header length has two bytes.
const magic = "\x93NUMPY"

// alignment is what NumPy rounds the start of the data up to, so that files can be mapped into memory.
const alignment = 64

// Encode writes the array as a .npy file of version 1.0 in C order, the same bytes that numpy.save writes.
//
// Errors: those of [Array.Validate]; [ErrType] for text; a shape of so many axes that version 1.0 cannot hold it; errors of w.
func Encode(w io.Writer, array Array) error {
	if err := array.Validate(); err != nil {
		return err
	}
	kind, count, err := array.content()
	if err != nil {
		return err
	}
	if array.Text != nil {
		return fmt.Errorf("%w: text cannot be written; write the numbers of the classes", ErrType)
	}
	header := headerText(kind, array.Shape)
	unpadded := len(magic) + 4 + len(header) + 1
	padding := (alignment - unpadded%alignment) % alignment
	length := len(header) + padding + 1
	if length > math.MaxUint16 {
		return fmt.Errorf("npy: a shape of %d axes does not fit into the header; use fewer axes", len(array.Shape))
	}
	file := make([]byte, 0, unpadded+padding+count*kind.width)
	file = append(file, magic...)
	file = append(file, 1, 0)
	file = binary.LittleEndian.AppendUint16(file, uint16(length))
	file = append(file, header...)
	file = append(file, strings.Repeat(" ", padding)...)
	file = append(file, '\n')
	file = appendElements(file, array)
	if _, err := w.Write(file); err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	return nil
}

// headerText returns the Python dictionary that describes the array, as NumPy prints it.
func headerText(kind elementType, shape []int) string {
	axes := make([]string, len(shape))
	for i, length := range shape {
		axes[i] = strconv.Itoa(length)
	}
	tuple := strings.Join(axes, ", ")
	if len(shape) == 1 {
		tuple += "," // Python's mark of a tuple of one
	}
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", kind.description, tuple)
}

// appendElements appends the elements of the array, little endian.
func appendElements(file []byte, array Array) []byte {
	for _, value := range array.Float32 {
		file = binary.LittleEndian.AppendUint32(file, math.Float32bits(value))
	}
	for _, value := range array.Float64 {
		file = binary.LittleEndian.AppendUint64(file, math.Float64bits(value))
	}
	for _, value := range array.Int64 {
		file = binary.LittleEndian.AppendUint64(file, uint64(value))
	}
	for _, value := range array.Int32 {
		file = binary.LittleEndian.AppendUint32(file, uint32(value))
	}
	file = append(file, array.Uint8...)
	for _, value := range array.Bool {
		if value {
			file = append(file, 1)
		} else {
			file = append(file, 0)
		}
	}
	return file
}
