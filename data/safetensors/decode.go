package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// Decode returns the content of a file. It copies: the result does not refer to content. Metadata is nil if the file
// has none. Arrays of F16 and BF16 become Float32, which holds all their values.
//
// Errors wrap [ErrTruncated], [ErrHeader], [ErrType], [ErrSize] or [ErrOverlap], with the array's name if there is one. No more
// memory is allocated than a small multiple of len(content).
func Decode(content []byte) (*File, error) {
	if len(content) < 8 {
		return nil, fmt.Errorf("%w: %d bytes are too few for the length of the header; copy the file again", ErrTruncated, len(content))
	}
	length := binary.LittleEndian.Uint64(content)
	content = content[8:]
	if length > maximumHeader {
		return nil, fmt.Errorf("%w: length %d is above %d; this is not a safetensors file", ErrHeader, length, maximumHeader)
	}
	if length > uint64(len(content)) {
		return nil, fmt.Errorf("%w: the header has %d bytes but %d are left; copy the file again", ErrTruncated, length, len(content))
	}
	metadata, entries, err := parseHeader(content[:length])
	if err != nil {
		return nil, err
	}
	body := content[length:]
	if err := checkCover(entries, uint64(len(body))); err != nil {
		return nil, err
	}
	file := &File{Metadata: metadata, Tensors: make(map[string]array.Array, len(entries))}
	for _, named := range entries {
		tensor, err := named.decode(body)
		if err != nil {
			return nil, err
		}
		file.Tensors[named.name] = tensor
	}
	return file, nil
}

// namedEntry is an entry of the header with its name.
type namedEntry struct {
	name string
	entry
}

// parseHeader returns the metadata and the entries of the header in the order of the file.
func parseHeader(header []byte) (map[string]string, []namedEntry, error) {
	fail := func(what string) (map[string]string, []namedEntry, error) {
		return nil, nil, fmt.Errorf("%w: %s; the file is damaged or not safetensors", ErrHeader, what)
	}
	// Names are read one by one because a map would silently keep only the last of equal names.
	decoder := json.NewDecoder(bytes.NewReader(header))
	decoder.DisallowUnknownFields()
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return fail("it is no JSON object")
	}
	var metadata map[string]string
	var entries []namedEntry
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return fail("it is no JSON object")
		}
		if seen[name] {
			return fail(fmt.Sprintf("name %q occurs twice", name))
		}
		seen[name] = true
		if name == metadataName {
			if err := decoder.Decode(&metadata); err != nil {
				return fail(fmt.Sprintf("metadata: %v", err))
			}
			continue
		}
		named := namedEntry{name: name}
		if err := decoder.Decode(&named.entry); err != nil {
			return fail(fmt.Sprintf("array %q: %v", name, err))
		}
		if named.Shape == nil {
			return fail(fmt.Sprintf("array %q has no shape", name))
		}
		entries = append(entries, named)
	}
	if _, err := decoder.Token(); err != nil {
		return fail("it has no end")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fail("something follows the JSON object")
	}
	return metadata, entries, nil
}

// checkCover returns an error unless the entries cover size bytes of data without gaps and overlaps.
func checkCover(entries []namedEntry, size uint64) error {
	sorted := slices.Clone(entries)
	// Arrays without elements share their first byte with the next array, so ties are broken by the end.
	slices.SortFunc(sorted, func(a, b namedEntry) int {
		return cmp.Or(cmp.Compare(a.Offsets[0], b.Offsets[0]), cmp.Compare(a.Offsets[1], b.Offsets[1]))
	})
	covered := uint64(0)
	for _, named := range sorted {
		first, end := named.Offsets[0], named.Offsets[1]
		if end < first {
			return fmt.Errorf("%w: array %q ends at byte %d before it starts at %d", ErrSize, named.name, end, first)
		}
		if end > size {
			return fmt.Errorf("%w: array %q ends at byte %d of the data, which has %d; copy the file again", ErrTruncated, named.name, end, size)
		}
		if first != covered {
			return fmt.Errorf("%w: array %q starts at byte %d, the one before ends at %d", ErrOverlap, named.name, first, covered)
		}
		covered = end
	}
	if covered != size {
		return fmt.Errorf("%w: the arrays have %d bytes but the data %d", ErrSize, covered, size)
	}
	return nil
}

// decode returns the array of the entry, whose offsets are inside body.
func (e namedEntry) decode(body []byte) (array.Array, error) {
	width, ok := map[string]int{"F16": 2, "BF16": 2, "F32": 4, "F64": 8, "I64": 8}[e.Type]
	if !ok {
		return array.Array{}, fmt.Errorf("%w %q of array %q; convert it to F16, BF16, F32, F64 or I64", ErrType, e.Type, e.name)
	}
	data := body[e.Offsets[0]:e.Offsets[1]]
	count, ok := array.Count(e.Shape, len(data)/width)
	if !ok || count*width != len(data) {
		return array.Array{}, fmt.Errorf("%w: array %q of shape %v and type %s has %d bytes", ErrSize, e.name, e.Shape, e.Type, len(data))
	}
	tensor := array.Array{Shape: e.Shape}
	switch e.Type {
	case "F16":
		tensor.Float32 = make([]float32, count)
		for i := range tensor.Float32 {
			tensor.Float32[i] = array.Half(binary.LittleEndian.Uint16(data[2*i:]))
		}
	case "BF16": // the upper half of a float32
		tensor.Float32 = make([]float32, count)
		for i := range tensor.Float32 {
			tensor.Float32[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(data[2*i:])) << 16)
		}
	case "F32":
		tensor.Float32 = make([]float32, count)
		for i := range tensor.Float32 {
			tensor.Float32[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	case "F64":
		tensor.Float64 = make([]float64, count)
		for i := range tensor.Float64 {
			tensor.Float64[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
	case "I64":
		tensor.Int64 = make([]int64, count)
		for i := range tensor.Int64 {
			tensor.Int64[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
	}
	return tensor, nil
}
