package npy_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

// load returns the content of a fixture made by testdata/make.py with NumPy 1.24.2.
func load(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// counting returns 0, 1, ..., 23, the elements of most fixtures.
func counting() []float64 {
	values := make([]float64, 24)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}

func TestDecodeNumPyFiles(t *testing.T) {
	for _, name := range []string{"float32", "float64", "int64", "int32", "uint8", "fortran", "version2"} {
		array, err := npy.Decode(load(t, name+".npy"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(array.Shape, []int{2, 3, 4}) || !reflect.DeepEqual(array.Float64s(), counting()) {
			t.Errorf("%s: got %v %v", name, array.Shape, array.Float64s())
		}
		if want := name; name != "fortran" && name != "version2" && array.Type() != want {
			t.Errorf("%s: type %s", name, array.Type())
		}
	}
	array, err := npy.Decode(load(t, "bool.npy"))
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range array.Float64s() {
		if (value == 1) != (i%3 == 0) {
			t.Errorf("bool element %d is %v", i, value)
		}
	}
}

func TestDecodeUnusualShapes(t *testing.T) {
	vector, err := npy.Decode(load(t, "vector.npy"))
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{0.5, -1.25, 1e-300, math.Inf(1)}
	if !reflect.DeepEqual(vector.Float64[:4], want) || !math.IsNaN(vector.Float64[4]) {
		t.Errorf("vector: got %v", vector.Float64)
	}
	scalar, err := npy.Decode(load(t, "scalar.npy"))
	if err != nil || len(scalar.Shape) != 0 || scalar.Float64[0] != 7.5 {
		t.Errorf("scalar: got %v, %v", scalar, err)
	}
	empty, err := npy.Decode(load(t, "empty.npy"))
	if err != nil || !reflect.DeepEqual(empty.Shape, []int{0, 3}) || empty.Float64 == nil || len(empty.Float64) != 0 {
		t.Errorf("empty: got %v, %v", empty, err)
	}
}

// The output of this package equals that of numpy.save of NumPy 1.24.2 byte for byte.
func TestEncodeEqualsNumPy(t *testing.T) {
	for _, name := range []string{"float32", "float64", "int64", "int32", "uint8", "bool", "vector", "scalar", "empty"} {
		original := load(t, name+".npy")
		array, err := npy.Decode(original)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var written bytes.Buffer
		if err := npy.Encode(&written, array); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(written.Bytes(), original) {
			t.Errorf("%s: wrote %q, NumPy writes %q", name, written.Bytes(), original)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	sound := load(t, "float64.npy")
	change := func(from, to string) []byte { return bytes.Replace(sound, []byte(from), []byte(to), 1) }
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":          {nil, npy.ErrFormat},
		"text":             {[]byte("inputs,label\n1,2\n"), npy.ErrFormat},
		"version 9":        {append([]byte("\x93NUMPY\x09\x00"), sound[8:]...), npy.ErrFormat},
		"cut in header":    {sound[:40], npy.ErrSize},
		"cut before it":    {sound[:9], npy.ErrSize},
		"cut in data":      {sound[:len(sound)-1], npy.ErrSize},
		"too long":         {append(bytes.Clone(sound), 0), npy.ErrSize},
		"huge shape":       {change("(2, 3, 4)", "(9999999999999, 9999999999999, 9)"), npy.ErrSize},
		"axis overflows":   {change("(2, 3, 4)", "(99999999999999999999,)"), npy.ErrHeader},
		"negative axis":    {change("(2, 3, 4)", "(-2,3,-4)"), npy.ErrHeader},
		"no tuple":         {change("(2, 3, 4)", "[2, 3, 4]"), npy.ErrHeader},
		"no dictionary":    {change("{", " "), npy.ErrHeader},
		"key twice":        {change("'fortran_order'", "'descr'        "), npy.ErrHeader},
		"key missing":      {change("'shape': (2, 3, 4), ", "                    "), npy.ErrHeader},
		"unknown key":      {change("'shape'", "'shapo'"), npy.ErrHeader},
		"no comma":         {change("False,", "False "), npy.ErrHeader},
		"neither True nor": {change("False", "false"), npy.ErrHeader},
		"objects":          {load(t, "objects.npy"), npy.ErrType},
		"above int64":      {load(t, "above_int64.npy"), npy.ErrType},
		"long double":      {change("<f8", "<f16"), npy.ErrType},
		"complex":          {change("<f8", "<c8"), npy.ErrType},
		"dates":            {change("'<f8'", "'<M8[ns]'"), npy.ErrType},
		"text of no width": {change("<f8", "<U0"), npy.ErrType},
		"wide text":        {change("<f8", "<U99999999"), npy.ErrType},
		"no text":          {change("<f8", "<U5"), npy.ErrSize},
		"structured":       {load(t, "structured.npy"), npy.ErrType},
		"half precision":   {change("<f8", "<f2"), npy.ErrSize},
	} {
		if _, err := npy.Decode(test.file); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

func TestEncodeFaults(t *testing.T) {
	for name, array := range map[string]array.Array{
		"nothing set":    {Shape: []int{1}},
		"two set":        {Shape: []int{1}, Float32: []float32{1}, Float64: []float64{1}},
		"wrong length":   {Shape: []int{2, 2}, Float64: []float64{1, 2, 3}},
		"negative axis":  {Shape: []int{-1, -1}, Float64: []float64{1}},
		"overflow":       {Shape: []int{math.MaxInt, 2}, Float64: []float64{1}},
		"very many axes": {Shape: ones(30000), Float64: []float64{1}},
	} {
		if err := npy.Encode(&bytes.Buffer{}, array); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func ones(count int) []int {
	shape := make([]int, count)
	for i := range shape {
		shape[i] = 1
	}
	return shape
}

func TestArchiveOfNumPy(t *testing.T) {
	for name, rows := range map[string]int{"plain.npz": 3, "compressed.npz": 100} {
		content := load(t, name)
		arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(arrays) != 2 || arrays["inputs"].Shape[0] != rows || len(arrays["labels"].Int64) != rows {
			t.Errorf("%s: got %v", name, arrays)
		}
	}
}

func TestArchiveIsDeterministicAndReadsBack(t *testing.T) {
	arrays := map[string]array.Array{
		"R":      {Shape: []int{2, 2}, Float32: []float32{1, 2, 3, 4}},
		"labels": {Shape: []int{3}, Int64: []int64{-1, 0, math.MaxInt64}},
		"größe":  {Shape: []int{}, Float64: []float64{math.Pi}},
	}
	var first, second bytes.Buffer
	for _, target := range []*bytes.Buffer{&first, &second} {
		if err := npy.EncodeArchive(target, arrays); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two archives of the same arrays differ")
	}
	back, err := npy.DecodeArchive(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, arrays) {
		t.Errorf("got %v, want %v", back, arrays)
	}
	if err := npy.EncodeArchive(&bytes.Buffer{}, map[string]array.Array{"../x": arrays["R"]}); err == nil {
		t.Error("a name with a slash is no error")
	}
}

func TestArchiveFaults(t *testing.T) {
	sound := load(t, "plain.npz")
	flipped := bytes.Clone(sound)
	flipped[bytes.Index(flipped, []byte(" \n"))+10] ^= 1 // in the data: the entry's CRC-32 disagrees
	// The stream of a compressed entry ends early; both reading and closing report it.
	starved := load(t, "compressed.npz")
	clear(starved[60:120])
	for name, content := range map[string][]byte{
		"starved": starved, "nothing": nil, "cut": sound[:len(sound)-30], "flipped bit": flipped, "not zip": load(t, "float64.npy"),
	} {
		_, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
		if !errors.Is(err, npy.ErrArchive) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// arrays draws arrays of every type and of shapes with zero to three axes.
func arrays() *rapid.Generator[array.Array] {
	return rapid.Custom(func(t *rapid.T) array.Array {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 3).Draw(t, "shape")
		count := 1
		for _, length := range shape {
			count *= length
		}
		array := array.Array{Shape: shape}
		switch rapid.IntRange(0, 5).Draw(t, "type") {
		case 0:
			array.Float32 = rapid.SliceOfN(rapid.Float32(), count, count).Draw(t, "elements")
		case 1:
			array.Float64 = rapid.SliceOfN(rapid.Float64(), count, count).Draw(t, "elements")
		case 2:
			array.Int64 = rapid.SliceOfN(rapid.Int64(), count, count).Draw(t, "elements")
		case 3:
			array.Int32 = rapid.SliceOfN(rapid.Int32(), count, count).Draw(t, "elements")
		case 4:
			array.Uint8 = rapid.SliceOfN(rapid.Uint8(), count, count).Draw(t, "elements")
		case 5:
			array.Bool = rapid.SliceOfN(rapid.Bool(), count, count).Draw(t, "elements")
		}
		return array
	})
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		array := arrays().Draw(t, "array")
		var file bytes.Buffer
		if err := npy.Encode(&file, array); err != nil {
			t.Fatal(err)
		}
		back, err := npy.Decode(file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, array) {
			t.Fatalf("got %#v, want %#v", back, array)
		}
		if start := bytes.IndexByte(file.Bytes(), '\n') + 1; start%64 != 0 {
			t.Fatalf("data starts at byte %d, not at a multiple of 64", start)
		}
	})
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.npy")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(load(f, filepath.Base(file)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		array, err := npy.Decode(file)
		if err != nil {
			return
		}
		if err := array.Validate(); err != nil {
			t.Fatalf("decoded an invalid array: %v", err)
		}
	})
}

func FuzzDecodeArchive(f *testing.F) {
	f.Add(load(f, "plain.npz"))
	f.Add(load(f, "compressed.npz"))
	f.Fuzz(func(t *testing.T, content []byte) {
		arrays, err := npy.DecodeArchive(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		for name, array := range arrays {
			if err := array.Validate(); err != nil {
				t.Fatalf("decoded an invalid array %q: %v", name, err)
			}
		}
	})
}
