package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// metadataName is the name in the header that has the metadata instead of an array.
const metadataName = "__metadata__"

// maximumHeader is the largest header that the Python package reads, in bytes.
const maximumHeader = 100_000_000

// entry describes one array in the header.
type entry struct {
	Type    string    `json:"dtype"`
	Shape   []int     `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"` // first byte and the one past the last, from the start of the data
}

// Encode writes the file: the same bytes for the same content.
//
// Errors: those of [array.Array.Validate] with the array's name; an array called "__metadata__"; a name or text that is
// not UTF-8, which JSON cannot represent; a header above 100 MB; errors of w.
func Encode(w io.Writer, file *File) error {
	content, err := Append(nil, file)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return fmt.Errorf("safetensors: write: %w", err)
	}
	return nil
}

// Append appends the bytes that [Encode] writes to dst and returns the extended slice, or dst unchanged and an error.
func Append(dst []byte, file *File) ([]byte, error) {
	names, entries, size, err := layOut(file.Tensors)
	if err != nil {
		return dst, err
	}
	header, err := headerJSON(file.Metadata, entries)
	if err != nil {
		return dst, err
	}
	content := slices.Grow(dst, 8+len(header)+size)
	content = binary.LittleEndian.AppendUint64(content, uint64(len(header)))
	content = append(content, header...)
	for _, name := range names {
		content = appendElements(content, file.Tensors[name])
	}
	return content, nil
}

// layOut returns the names in the order of their data (wide elements first, then by name), their positions in it, and the total
// number of bytes of data.
func layOut(tensors map[string]array.Array) (names []string, entries map[string]entry, size int, err error) {
	names = slices.Sorted(maps.Keys(tensors))
	entries = make(map[string]entry, len(tensors))
	widths := make(map[string]int, len(tensors))
	for _, name := range names {
		if name == metadataName || !utf8.ValidString(name) {
			return nil, nil, 0, fmt.Errorf("safetensors: %q cannot name an array; use another name, in UTF-8", name)
		}
		kind, width, _, err := contentOf(tensors[name])
		if err != nil {
			return nil, nil, 0, fmt.Errorf("safetensors: array %q: %w", name, err)
		}
		shape := tensors[name].Shape
		if shape == nil {
			shape = []int{} // JSON null otherwise
		}
		widths[name] = width
		entries[name] = entry{Type: kind, Shape: shape}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(widths[b], widths[a]) })
	for _, name := range names {
		_, width, count, _ := contentOf(tensors[name])
		described := entries[name]
		described.Offsets = [2]uint64{uint64(size), uint64(size + count*width)}
		entries[name] = described
		size += count * width
	}
	return names, entries, size, nil
}

// headerJSON returns the header with its padding: metadata first, then the arrays by name.
func headerJSON(metadata map[string]string, entries map[string]entry) ([]byte, error) {
	var header bytes.Buffer
	encoder := json.NewEncoder(&header)
	encoder.SetEscapeHTML(false)
	separator := byte('{')
	put := func(name string, value any) error {
		header.WriteByte(separator)
		separator = ','
		if err := encoder.Encode(name); err != nil {
			return err
		}
		header.Truncate(header.Len() - 1) // the encoder ends every value with a new line
		header.WriteByte(':')
		if err := encoder.Encode(value); err != nil {
			return err
		}
		header.Truncate(header.Len() - 1)
		return nil
	}
	if len(metadata) > 0 {
		for key, text := range metadata {
			if !utf8.ValidString(key) || !utf8.ValidString(text) {
				return nil, fmt.Errorf("safetensors: metadata %q is not UTF-8; encode it as text first", key)
			}
		}
		if err := put(metadataName, metadata); err != nil {
			return nil, fmt.Errorf("safetensors: metadata: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if err := put(name, entries[name]); err != nil {
			return nil, fmt.Errorf("safetensors: array %q: %w", name, err)
		}
	}
	if separator == '{' {
		header.WriteByte('{')
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}
	if header.Len() > maximumHeader {
		return nil, fmt.Errorf("safetensors: header of %d bytes is above %d, the most that readers take; shorten the metadata",
			header.Len(), maximumHeader)
	}
	return header.Bytes(), nil
}

// appendElements appends the elements of the tensor, little endian.
func appendElements(content []byte, tensor array.Array) []byte {
	for _, value := range tensor.Float32 {
		content = binary.LittleEndian.AppendUint32(content, math.Float32bits(value))
	}
	for _, value := range tensor.Float64 {
		content = binary.LittleEndian.AppendUint64(content, math.Float64bits(value))
	}
	for _, value := range tensor.Int64 {
		content = binary.LittleEndian.AppendUint64(content, uint64(value))
	}
	return content
}
