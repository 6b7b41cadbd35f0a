package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Faults of a file. Errors of [Decode] and [DecodeArchive] wrap one of them.
var (
	// ErrFormat means that the file is not an .npy file, or of an unknown version.
	ErrFormat = errors.New("npy: not a NumPy file")
	// ErrHeader means that the header is not the dictionary that the format prescribes.
	ErrHeader = errors.New("npy: bad header")
	// ErrType means that this package does not read the element type.
	ErrType = errors.New("npy: unsupported element type")
	// ErrSize means that the file has fewer or more bytes than its header says.
	ErrSize = errors.New("npy: wrong size")
)

// header is the content of the dictionary at the start of a file.
type header struct {
	kind    storedType
	fortran bool
	shape   []int
}

// maximumHeader is far above what an array without fields needs; NumPy itself reads 10 000 bytes unless told otherwise.
const maximumHeader = 1 << 14

// maximumAxes is NumPy's limit.
const maximumAxes = 64

// splitFile returns the text of the header and the bytes after it.
func splitFile(file []byte) (text string, body []byte, err error) {
	if len(file) < len(magic)+2 || string(file[:len(magic)]) != magic {
		return "", nil, fmt.Errorf("%w: it does not start with \\x93NUMPY; write it with numpy.save", ErrFormat)
	}
	major, rest := file[len(magic)], file[len(magic)+2:]
	var length uint64
	switch {
	case major == 1 && len(rest) >= 2:
		length, rest = uint64(binary.LittleEndian.Uint16(rest)), rest[2:]
	case (major == 2 || major == 3) && len(rest) >= 4:
		length, rest = uint64(binary.LittleEndian.Uint32(rest)), rest[4:]
	case major < 1 || major > 3:
		return "", nil, fmt.Errorf("%w: version %d is unknown; write it with numpy.save", ErrFormat, major)
	default:
		return "", nil, fmt.Errorf("%w: the file ends in its header; copy it again", ErrSize)
	}
	if length > maximumHeader {
		return "", nil, fmt.Errorf("%w: it claims %d bytes; write the file with numpy.save", ErrHeader, length)
	}
	if length > uint64(len(rest)) {
		return "", nil, fmt.Errorf("%w: the header claims %d bytes but %d are left; copy the file again", ErrSize, length, len(rest))
	}
	return string(rest[:length]), rest[length:], nil
}

// parseHeader reads the dictionary {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } with its keys in any
// order, each exactly once.
func parseHeader(text string) (header, error) {
	var parsed header
	fail := func(what string) (header, error) {
		return header{}, fmt.Errorf("%w: %s; write the file with numpy.save", ErrHeader, what)
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "{")
	if !ok {
		return fail("no dictionary")
	}
	rest, ok = strings.CutSuffix(rest, "}")
	if !ok {
		return fail("dictionary without end")
	}
	seen := map[string]bool{}
	for rest = strings.TrimSpace(rest); rest != ""; {
		var key string
		if key, rest, ok = cutQuoted(rest); !ok || seen[key] {
			return fail("missing or repeated key")
		}
		seen[key] = true
		if rest, ok = strings.CutPrefix(strings.TrimSpace(rest), ":"); !ok {
			return fail(fmt.Sprintf("no value for key %q", key))
		}
		rest = strings.TrimSpace(rest)
		var err error
		switch key {
		case "descr":
			var description string
			if description, rest, ok = cutQuoted(rest); !ok {
				return header{}, fmt.Errorf("%w: a structured array; save one plain array per column", ErrType)
			}
			parsed.kind, err = storedTypeOf(description)
		case "fortran_order":
			parsed.fortran, rest, ok = cutBool(rest)
		case "shape":
			parsed.shape, rest, ok = cutTuple(rest)
		default:
			return fail(fmt.Sprintf("unknown key %q", key))
		}
		if err != nil {
			return header{}, err
		}
		if !ok {
			return fail(fmt.Sprintf("bad value of key %q", key))
		}
		rest = strings.TrimSpace(rest)
		if rest == "" {
			break
		}
		if rest, ok = strings.CutPrefix(rest, ","); !ok {
			return fail("no comma between entries")
		}
		rest = strings.TrimSpace(rest)
	}
	if len(seen) != 3 {
		return fail("it needs the keys descr, fortran_order and shape")
	}
	return parsed, nil
}

// cutQuoted splits a quoted string without escapes from the start of text.
func cutQuoted(text string) (content, rest string, ok bool) {
	if text == "" || (text[0] != '\'' && text[0] != '"') {
		return "", text, false
	}
	end := strings.IndexByte(text[1:], text[0])
	if end < 0 {
		return "", text, false
	}
	return text[1 : 1+end], text[2+end:], true
}

func cutBool(text string) (value bool, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, "False"); ok {
		return false, rest, true
	}
	rest, ok = strings.CutPrefix(text, "True")
	return true, rest, ok
}

// cutTuple splits a tuple of at most 64 non-negative integers from the start of text. Python 2 wrote long integers with an L.
func cutTuple(text string) (values []int, rest string, ok bool) {
	inner, rest, ok := strings.Cut(text, ")")
	if !ok || inner == "" || inner[0] != '(' {
		return nil, text, false
	}
	inner = strings.TrimSpace(inner[1:])
	values = []int{}
	if inner == "" {
		return values, rest, true
	}
	if strings.Count(inner, ",") > maximumAxes {
		return nil, text, false
	}
	fields := strings.Split(strings.TrimSuffix(inner, ","), ",")
	for _, field := range fields {
		value, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(field), "L"), 10, strconv.IntSize-1)
		if err != nil {
			return nil, text, false
		}
		values = append(values, int(value))
	}
	return values, rest, true
}
