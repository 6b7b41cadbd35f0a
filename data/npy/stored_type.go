package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// storedType is an element type in a file: kind and width from NumPy's description, and the byte order.
type storedType struct {
	elementType
	kind  byte // f, i, u, b, U or S
	order binary.ByteOrder
}

// storedTypeOf parses a description such as "<f8", ">i2", "|b1" or "<U12".
func storedTypeOf(description string) (storedType, error) {
	fail := func(fix string) (storedType, error) {
		return storedType{}, fmt.Errorf("%w %q; %s", ErrType, description, fix)
	}
	const convert = "convert the array first: array.astype('<f8') or astype('<i8')"
	if description == "|O" {
		return fail("the array holds Python objects: convert it first: array.astype(str) for names, astype('<f8') for numbers")
	}
	if len(description) > 1 {
		switch description[1] {
		case 'M':
			return fail("these are dates: convert them to a number, such as days: array.astype('<M8[D]').astype('<i8')")
		case 'm':
			return fail("these are time spans: convert them to a number, such as seconds: array / numpy.timedelta64(1, 's')")
		case 'c':
			return fail("these are complex numbers: save array.real and array.imag, side by side if they are inputs")
		}
	}
	if len(description) < 3 || !strings.ContainsRune("<>|=", rune(description[0])) {
		return fail(convert)
	}
	size, err := strconv.ParseUint(description[2:], 10, 16)
	if err != nil || size == 0 {
		return fail(convert)
	}
	stored := storedType{elementType{description, int(size)}, description[1], binary.LittleEndian}
	if description[0] == '>' {
		stored.order = binary.BigEndian
	}
	// NumPy writes "|" for single bytes; other writers use "<".
	switch name := description[1:]; {
	case stored.kind == 'U':
		stored.width *= 4 // UTF-32
	case stored.kind == 'S':
	case name == "f2", name == "f4", name == "f8", name == "i2", name == "i4", name == "i8", name == "u2", name == "u4", name == "u8":
		if description[0] == '|' {
			return fail(convert)
		}
	case name == "i1", name == "u1", name == "b1":
	default:
		return fail(convert)
	}
	return stored, nil
}

// read fills the slice of into that holds this type with count elements of body, the k-th of them from position order(k).
//
// Errors: [ErrType] for a uint64 that does not fit into an int64.
func (s storedType) read(into *array.Array, body []byte, count int, order func(int) int) error {
	at := func(i int) []byte { return body[i*s.width:] }
	switch name := s.description[1:]; {
	case s.kind == 'U':
		into.Text = elements(count, order, func(i int) string { return s.unicode(at(i)[:s.width]) })
	case s.kind == 'S':
		into.Text = elements(count, order, func(i int) string { return strings.TrimRight(string(at(i)[:s.width]), "\x00") })
	case name == "f2":
		into.Float32 = elements(count, order, func(i int) float32 { return array.Half(s.order.Uint16(at(i))) })
	case name == "f4":
		into.Float32 = elements(count, order, func(i int) float32 { return math.Float32frombits(s.order.Uint32(at(i))) })
	case name == "f8":
		into.Float64 = elements(count, order, func(i int) float64 { return math.Float64frombits(s.order.Uint64(at(i))) })
	case name == "i8":
		into.Int64 = elements(count, order, func(i int) int64 { return int64(s.order.Uint64(at(i))) })
	case name == "u4":
		into.Int64 = elements(count, order, func(i int) int64 { return int64(s.order.Uint32(at(i))) })
	case name == "u8":
		for k := range count {
			if value := s.order.Uint64(at(k)); value > math.MaxInt64 {
				return fmt.Errorf("%w: a uint64 is %d, above the largest int64; number from 0, or convert the array with astype('<f8')", ErrType, value)
			}
		}
		into.Int64 = elements(count, order, func(i int) int64 { return int64(s.order.Uint64(at(i))) })
	case name == "i4":
		into.Int32 = elements(count, order, func(i int) int32 { return int32(s.order.Uint32(at(i))) })
	case name == "i2":
		into.Int32 = elements(count, order, func(i int) int32 { return int32(int16(s.order.Uint16(at(i)))) })
	case name == "u2":
		into.Int32 = elements(count, order, func(i int) int32 { return int32(s.order.Uint16(at(i))) })
	case name == "i1":
		into.Int32 = elements(count, order, func(i int) int32 { return int32(int8(at(i)[0])) })
	case name == "u1":
		into.Uint8 = elements(count, order, func(i int) uint8 { return at(i)[0] })
	case name == "b1":
		into.Bool = elements(count, order, func(i int) bool { return at(i)[0] != 0 })
	}
	return nil
}

// unicode returns UTF-32 text without the padding zeros; invalid characters become U+FFFD.
func (s storedType) unicode(body []byte) string {
	var text strings.Builder
	zeros := 0 // not yet written: they may be padding
	for ; len(body) >= 4; body = body[4:] {
		code := s.order.Uint32(body)
		if code == 0 {
			zeros++
			continue
		}
		for ; zeros > 0; zeros-- {
			text.WriteByte(0)
		}
		if code > utf8.MaxRune {
			code = utf8.RuneError
		}
		text.WriteRune(rune(code))
	}
	return text.String()
}
