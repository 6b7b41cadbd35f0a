package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/safetensors"
)

// load returns the content of a fixture made by testdata/make.py with the Python package safetensors 0.8.0.
func load(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// sample is the content of python.safetensors.
func sample() *safetensors.File {
	return &safetensors.File{
		Metadata: map[string]string{"format": "1", "note": `größe "x" <&>`},
		Tensors: map[string]array.Array{
			"R":     {Shape: []int{2, 3}, Float32: []float32{0, 0.25, 0.5, 0.75, 1, 1.25}},
			"cache": {Shape: []int{3}, Float64: []float64{1e-300, -2.5, math.Inf(1)}},
			"step":  {Shape: []int{}, Int64: []int64{12345678901}},
			"none":  {Shape: []int{0, 4}, Float32: []float32{}},
		},
	}
}

func encode(t testing.TB, file *safetensors.File) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := safetensors.Encode(&content, file); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

func TestDecodePythonFile(t *testing.T) {
	file, err := safetensors.Decode(load(t, "python.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(file, sample()) {
		t.Errorf("got %v, want %v", file, sample())
	}
}

// The layout that doc.go promises, byte for byte.
func TestEncodeLayout(t *testing.T) {
	content := encode(t, sample())
	length := binary.LittleEndian.Uint64(content)
	header := string(content[8 : 8+length])
	want := `{"__metadata__":{"format":"1","note":"größe \"x\" <&>"},` +
		`"R":{"dtype":"F32","shape":[2,3],"data_offsets":[32,56]},` +
		`"cache":{"dtype":"F64","shape":[3],"data_offsets":[0,24]},` +
		`"none":{"dtype":"F32","shape":[0,4],"data_offsets":[56,56]},` +
		`"step":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}`
	if strings.TrimRight(header, " ") != want || length%8 != 0 {
		t.Errorf("header is %q (%d bytes), want %q", header, length, want)
	}
	if len(content) != 8+int(length)+56 {
		t.Errorf("file has %d bytes, want %d", len(content), 8+int(length)+56)
	}
	if got := encode(t, &safetensors.File{}); string(got) != "\x08\x00\x00\x00\x00\x00\x00\x00{}      " {
		t.Errorf("empty file is %q", got)
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	content, err := safetensors.Append([]byte("before"), sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(content, append([]byte("before"), encode(t, sample())...)) {
		t.Error("appended bytes differ from the encoded file")
	}
}

func TestEncodeFaults(t *testing.T) {
	one := array.Array{Shape: []int{1}, Float32: []float32{1}}
	for name, file := range map[string]*safetensors.File{
		"nothing set":   {Tensors: map[string]array.Array{"x": {Shape: []int{1}}}},
		"two set":       {Tensors: map[string]array.Array{"x": {Float32: []float32{1}, Int64: []int64{1}}}},
		"wrong length":  {Tensors: map[string]array.Array{"x": {Shape: []int{3}, Float32: []float32{1}}}},
		"negative axis": {Tensors: map[string]array.Array{"x": {Shape: []int{-1, -1}, Float32: []float32{1}}}},
		"reserved name": {Tensors: map[string]array.Array{"__metadata__": one}},
		"name not text": {Tensors: map[string]array.Array{"\xff": one}},
		"text not text": {Metadata: map[string]string{"a": "\xff"}},
	} {
		if err := safetensors.Encode(&bytes.Buffer{}, file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// raw returns a file of the given header and data.
func raw(header string, data int) []byte {
	content := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(content, header...), make([]byte, data)...)
}

func TestDecodeFaults(t *testing.T) {
	sound := encode(t, sample())
	for name, test := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":          {nil, safetensors.ErrTruncated},
		"cut in length":    {sound[:7], safetensors.ErrTruncated},
		"cut in header":    {sound[:50], safetensors.ErrTruncated},
		"cut in data":      {sound[:len(sound)-1], safetensors.ErrTruncated},
		"huge header":      {bytes.Repeat([]byte{0xff}, 16), safetensors.ErrHeader},
		"left over":        {append(bytes.Clone(sound), 0), safetensors.ErrSize},
		"no object":        {raw(`[]`, 0), safetensors.ErrHeader},
		"no end":           {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}`, 4), safetensors.ErrHeader},
		"second object":    {raw(`{}{}`, 0), safetensors.ErrHeader},
		"name twice":       {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}`, 8), safetensors.ErrHeader},
		"unknown key":      {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}`, 4), safetensors.ErrHeader},
		"no shape":         {raw(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), safetensors.ErrHeader},
		"metadata numbers": {raw(`{"__metadata__":{"a":1}}`, 0), safetensors.ErrHeader},
		"negative offset":  {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[-4,0]}}`, 4), safetensors.ErrHeader},
		"ends before":      {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[4,0]}}`, 4), safetensors.ErrSize},
		"beyond the data":  {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,18446744073709551615]}}`, 4), safetensors.ErrTruncated},
		"shape too large":  {raw(`{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,4]}}`, 4), safetensors.ErrSize},
		"shape too small":  {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}`, 8), safetensors.ErrSize},
		"negative axis":    {raw(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4), safetensors.ErrSize},
		"not whole":        {raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}`, 5), safetensors.ErrSize},
		"overlap": {raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12),
			safetensors.ErrOverlap},
		"gap":        {raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}`, 8), safetensors.ErrOverlap},
		"other type": {load(t, "uint16.safetensors"), safetensors.ErrType},
	} {
		if _, err := safetensors.Decode(test.content); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

// A truncated file is an error, wherever it is cut.
func TestEveryCutIsNoticed(t *testing.T) {
	sound := encode(t, sample())
	for length := range sound {
		if _, err := safetensors.Decode(sound[:length]); err == nil {
			t.Errorf("no error when cut to %d of %d bytes", length, len(sound))
		}
	}
}

// tensors draws arrays of every type and of shapes with zero to three axes.
func tensors() *rapid.Generator[array.Array] {
	return rapid.Custom(func(t *rapid.T) array.Array {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3).Draw(t, "shape")
		count := 1
		for _, length := range shape {
			count *= length
		}
		tensor := array.Array{Shape: shape}
		switch rapid.IntRange(0, 2).Draw(t, "type") {
		case 0:
			tensor.Float32 = rapid.SliceOfN(rapid.Float32(), count, count).Draw(t, "elements")
		case 1:
			tensor.Float64 = rapid.SliceOfN(rapid.Float64(), count, count).Draw(t, "elements")
		case 2:
			tensor.Int64 = rapid.SliceOfN(rapid.Int64(), count, count).Draw(t, "elements")
		}
		return tensor
	})
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.String().Filter(func(name string) bool {
			return name != "__metadata__" && name == strings.ToValidUTF8(name, "")
		})
		file := &safetensors.File{Tensors: rapid.MapOf(names, tensors()).Draw(t, "tensors")}
		if metadata := rapid.MapOf(names, names).Draw(t, "metadata"); len(metadata) > 0 {
			file.Metadata = metadata
		}
		content, err := safetensors.Append(nil, file)
		if err != nil {
			t.Fatal(err)
		}
		back, err := safetensors.Decode(content)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, file) {
			t.Fatalf("got %v, want %v", back, file)
		}
		again, err := safetensors.Append(nil, back)
		if err != nil || !bytes.Equal(again, content) {
			t.Fatalf("encoding again gives other bytes (%v)", err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(load(f, "python.safetensors"))
	f.Add(load(f, "uint16.safetensors"))
	f.Add(encode(f, sample()))
	f.Add(raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := safetensors.Decode(content)
		if err != nil {
			return
		}
		// Whatever is read can be written and read again. NaN differs from itself, so bytes are compared.
		first, err := safetensors.Append(nil, file)
		if err != nil {
			t.Fatalf("decoded what cannot be encoded: %v", err)
		}
		back, err := safetensors.Decode(first)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := safetensors.Append(nil, back); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("encoding again gives other bytes (%v)", err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	file := &safetensors.File{Tensors: map[string]array.Array{
		"R": {Shape: []int{200, 200}, Float32: make([]float32, 40000)},
	}}
	var content []byte
	b.ReportAllocs()
	b.SetBytes(160000)
	for b.Loop() {
		content, _ = safetensors.Append(content[:0], file)
	}
}

// TestDecodeHalfPrecision: F16 and BF16 as the Python package writes them. The values are those that NumPy 2.4.6 and
// ml_dtypes 0.6.0 print for half.astype("f8") and brain.astype("f8"), see testdata/make.py.
func TestDecodeHalfPrecision(t *testing.T) {
	file, err := safetensors.Decode(load(t, "half.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	infinity := math.Inf(1)
	for name, want := range map[string][]float64{
		"half":  {0.333251953125, -0.0999755859375, 65504, 0x1p-24, math.Copysign(0, -1), infinity, -infinity, math.NaN()},
		"brain": {0.333984375, -0.10009765625, 65536, 0x1p-24, math.Copysign(0, -1), infinity, -infinity, math.NaN(), 3.3895313892515355e38, 0x1p-133},
	} {
		got := file.Tensors[name].Float32
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", name, got, want)
		}
		for i, value := range want {
			same := float64(got[i]) == value && math.Signbit(float64(got[i])) == math.Signbit(value)
			if !same && !(math.IsNaN(value) && math.IsNaN(float64(got[i]))) {
				t.Errorf("%s[%d] = %g, want %g", name, i, got[i], value)
			}
		}
	}
	if shape := file.Tensors["half"].Shape; !reflect.DeepEqual(shape, []int{2, 4}) {
		t.Errorf("shape %v", shape)
	}
}
