package npy_test

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

// TestDecodeEveryElementType: the arrays of testdata/types.npz, in both byte orders, keep every value.
func TestDecodeEveryElementType(t *testing.T) {
	file := load(t, "types.npz")
	arrays, err := npy.DecodeArchive(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	base := []float64{0, 1, -2, 3, 100, -128}
	for name, test := range map[string]struct {
		kind string
		of   func(float64) float64
	}{
		"f2": {"float32", func(b float64) float64 { return b / 4 }},
		"f4": {"float32", func(b float64) float64 { return b }},
		"f8": {"float64", func(b float64) float64 { return b }},
		"i1": {"int32", func(b float64) float64 { return b }},
		"i2": {"int32", func(b float64) float64 { return 100 * b }},
		"i4": {"int32", func(b float64) float64 { return b }},
		"i8": {"int64", func(b float64) float64 { return b }},
		"u2": {"int32", func(b float64) float64 { return 500 * math.Abs(b) }},
		"u4": {"int64", func(b float64) float64 { return 3e7 * math.Abs(b) }},
		"u8": {"int64", func(b float64) float64 { return 0x1p55 * math.Abs(b) }},
	} {
		for _, order := range []string{"<", ">"} {
			array, ok := arrays[order+name]
			if !ok && order == "<" {
				continue // the types of other fixtures
			}
			want := make([]float64, len(base))
			for i, value := range base {
				want[i] = test.of(value)
			}
			if got := array.Float64s(); array.Type() != test.kind || !reflect.DeepEqual(array.Shape, []int{2, 3}) || !reflect.DeepEqual(got, want) {
				t.Errorf("%s%s: %s %v of %v, want %s %v", order, name, array.Type(), array.Shape, got, test.kind, want)
			}
		}
	}
	// numpy.float16(1 / 3) is 0.333251953125, the smallest subnormal 2^-24.
	half := arrays["half"].Float32
	if want := []float32{0.333251953125, 65504, 0x1p-24, 0, float32(math.Inf(1))}; !reflect.DeepEqual(half[:5], want) || !math.IsNaN(float64(half[5])) {
		t.Errorf("half precision: %v, want %v and NaN", half, want)
	}
	if !math.Signbit(float64(half[3])) {
		t.Error("half precision: -0 lost its sign")
	}
}

// TestTextEqualsNumPy: the output of numpy.save(f, numpy.array(["ab", "é"])) in NumPy 2.4.6 ends with these bytes.
func TestTextEqualsNumPy(t *testing.T) {
	var written bytes.Buffer
	if err := npy.Encode(&written, array.Array{Shape: []int{2}, Text: []string{"ab", "é"}}); err != nil {
		t.Fatal(err)
	}
	if want := "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }"; !bytes.Contains(written.Bytes(), []byte(want)) || written.Len() != 128+16 {
		t.Errorf("%d bytes %q", written.Len(), written.Bytes())
	}
	if want := "a\x00\x00\x00b\x00\x00\x00\xe9\x00\x00\x00\x00\x00\x00\x00"; string(written.Bytes()[128:]) != want {
		t.Errorf("%q, want %q", written.Bytes()[128:], want)
	}
}

func TestDecodeText(t *testing.T) {
	file := load(t, "types.npz")
	arrays, err := npy.DecodeArchive(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"setosa", "", "Müller", "a\x00b", " x ", "虹"}
	for name, want := range map[string][]string{"<U": names, ">U": names, "F": names, "S": {"cat", "doggy"}} {
		array := arrays[name]
		if !reflect.DeepEqual(array.Text, want) || array.Type() != "text" || array.Float64s() != nil || array.Validate() != nil {
			t.Errorf("%s: %s %q, want %q", name, array.Type(), array.Text, want)
		}
		var written bytes.Buffer
		if err := npy.Encode(&written, array); err != nil {
			t.Fatal(err)
		}
		again, err := npy.Decode(written.Bytes())
		if err != nil || !reflect.DeepEqual(again, array) {
			t.Errorf("%s: %+v, %v after writing, want %+v", name, again, err, array)
		}
	}
}
