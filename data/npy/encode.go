package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// magic starts every .npy file; version 1.0 follows, whose header length has two bytes.
const magic = "\x93NUMPY"

// alignment is the alignment of the data in NumPy's files, so that files can be mapped into memory.
const alignment = 64

// Encode writes the array as a .npy file of version 1.0 in C order, the same bytes that numpy.save writes.
//
// Errors: those of [array.Array.Validate]; a shape with too many axes for version 1.0; errors of w.
func Encode(w io.Writer, content array.Array) error {
	if err := content.Validate(); err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	name, count, _ := content.Content()
	kind := elementTypes[name]
	if content.Text != nil {
		kind = textType(content.Text)
	}
	header := headerText(kind, content.Shape)
	unpadded := len(magic) + 4 + len(header) + 1
	padding := (alignment - unpadded%alignment) % alignment
	length := len(header) + padding + 1
	if length > math.MaxUint16 {
		return fmt.Errorf("npy: a shape of %d axes does not fit into the header; use fewer axes", len(content.Shape))
	}
	file := make([]byte, 0, unpadded+padding+count*kind.width)
	file = append(file, magic...)
	file = append(file, 1, 0)
	file = binary.LittleEndian.AppendUint16(file, uint16(length))
	file = append(file, header...)
	file = append(file, strings.Repeat(" ", padding)...)
	file = append(file, '\n')
	file = appendElements(file, content)
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
		tuple += "," // Python's notation for a tuple of one element
	}
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", kind.description, tuple)
}

// appendElements appends the elements of the array, little endian.
func appendElements(file []byte, content array.Array) []byte {
	for _, value := range content.Float32 {
		file = binary.LittleEndian.AppendUint32(file, math.Float32bits(value))
	}
	for _, value := range content.Float64 {
		file = binary.LittleEndian.AppendUint64(file, math.Float64bits(value))
	}
	for _, value := range content.Int64 {
		file = binary.LittleEndian.AppendUint64(file, uint64(value))
	}
	for _, value := range content.Int32 {
		file = binary.LittleEndian.AppendUint32(file, uint32(value))
	}
	file = append(file, content.Uint8...)
	for _, value := range content.Bool {
		if value {
			file = append(file, 1)
		} else {
			file = append(file, 0)
		}
	}
	if content.Text != nil {
		file = appendText(file, content.Text, textType(content.Text).width)
	}
	return file
}

// textType returns the type that holds the longest text, as NumPy chooses it.
func textType(texts []string) elementType {
	longest := 1
	for _, text := range texts {
		longest = max(longest, utf8.RuneCountInString(text))
	}
	return elementType{textDescription + strconv.Itoa(longest), 4 * longest}
}

// appendText appends texts in UTF-32, each padded with zeros to width bytes.
func appendText(file []byte, texts []string, width int) []byte {
	for _, text := range texts {
		end := len(file) + width
		for _, character := range text {
			file = binary.LittleEndian.AppendUint32(file, uint32(character))
		}
		file = append(file, make([]byte, end-len(file))...)
	}
	return file
}
