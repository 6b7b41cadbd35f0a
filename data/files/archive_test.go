package files_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
)

// withRaw returns an archive of arrays and one more array of a NumPy type that data/npy does not read.
func withRaw(t testing.TB, arrays map[string]array.Array, name, description string, elements, width int) []byte {
	t.Helper()
	var content bytes.Buffer
	file := zip.NewWriter(&content)
	add := func(name string, array []byte) {
		entry, err := file.Create(name + ".npy")
		if err == nil {
			_, err = entry.Write(array)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, array := range arrays {
		var encoded bytes.Buffer
		if err := npy.Encode(&encoded, array); err != nil {
			t.Fatal(err)
		}
		add(name, encoded.Bytes())
	}
	header := fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': (%d,), }\n", description, elements)
	raw := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), 0)
	add(name, append(append(raw, header...), make([]byte, elements*width)...))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// TestArchivesWithOtherTypes: an array that is not needed may be of any type; the error for one that is needed names it and the fix.
func TestArchivesWithOtherTypes(t *testing.T) {
	inputs := array.Array{Shape: []int{4, 1}, Float64: []float64{1.5, 2, 3, 4}}
	labels := array.Array{Shape: []int{4}, Int64: []int64{0, 1, 0, 1}}
	for _, description := range []string{"'|O'", "'<M8[ns]'", "'<m8[s]'", "'<c16'", "'<f16'", "[('a', '<f8')]"} {
		content := withRaw(t, map[string]array.Array{"inputs": inputs, "labels": labels}, "notes", description, 4, 16)
		points, err := files.ReadPoints(write(t, "points.npz", content))
		if err != nil {
			t.Errorf("an unused array of %s: %v", description, err)
			continue
		}
		if warnings := fmt.Sprint(points.Summary().Warnings()); !strings.Contains(warnings, "1 array of the file is not used: notes") {
			t.Errorf("an unused array of %s: %s", description, warnings)
		}
	}
	for want, description := range map[string]string{
		"array.astype(str) for names":                               "'|O'",
		"these are dates: convert them to a number, such as days":   "'<M8[ns]'",
		"these are time spans: convert them to a number":            "'<m8[s]'",
		"these are complex numbers: save array.real and array.imag": "'<c16'",
		"convert the array first: array.astype('<f8')":              "'<f16'",
		"save one plain array per column":                           "[('a', '<f8')]",
	} {
		content := withRaw(t, map[string]array.Array{"labels": labels}, "inputs", description, 4, 16)
		_, err := files.ReadPoints(write(t, "points.npz", content))
		if err == nil || !strings.Contains(err.Error(), `array "inputs"`) || !strings.Contains(err.Error(), want) {
			t.Errorf("inputs of %s: %v, want %q", description, err, want)
		}
	}
}

// TestArchivesOfOtherNames: X and y, as scikit-learn calls them, are recognised in the advice.
func TestArchivesOfOtherNames(t *testing.T) {
	content := archive(t, map[string]array.Array{
		"X": {Shape: []int{4, 1}, Float64: []float64{1.5, 2, 3, 4}}, "y": {Shape: []int{4}, Int64: []int64{0, 1, 0, 1}},
	})
	_, err := files.ReadPoints(write(t, "points.npz", content))
	if err == nil || !strings.HasSuffix(err.Error(), `save it with numpy.savez(path, inputs=file["X"], labels=file["y"])`) {
		t.Errorf("got %v", err)
	}
}

// TestInputsThatNumberRowsOrNameClasses: such a column makes any task trivial, whatever its name.
func TestInputsThatNumberRowsOrNameClasses(t *testing.T) {
	table := func(column func(i int) any) []error {
		text := "subject,x,label,cluster\n"
		for i := range 24 {
			text += fmt.Sprintf("%v,%g,%s,%d\n", column(i), 0.5+float64(i*7%11), []string{"no", "yes"}[i%2], i%6)
		}
		points, err := files.ReadPoints(write(t, "points.csv", []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		return points.Summary().Warnings()
	}
	const numbered, telling = `column "subject" holds 24 whole numbers in a row, each once, as row numbers that were shuffled do`, `column "subject" has one value for each class or cluster`
	for name, test := range map[string]struct {
		column func(i int) any
		want   string
	}{
		"permutation":          {func(i int) any { return i * 7 % 24 }, numbered},
		"permutation from 1":   {func(i int) any { return 1 + i*5%24 }, numbered},
		"backwards":            {func(i int) any { return 123 - i }, numbered},
		"a gap":                {func(i int) any { return i*7%24 + i*7%24/23 }, ""},
		"halves":               {func(i int) any { return float64(i*7%24) / 2 }, ""},
		"repeated":             {func(i int) any { return i * 7 % 23 }, ""},
		"the label":            {func(i int) any { return i % 2 }, telling},
		"the label, renamed":   {func(i int) any { return 7.5 - 3*float64(i%2) }, telling},
		"the cluster, renamed": {func(i int) any { return 5 - i%6 }, telling},
		"the label but once":   {func(i int) any { return i % 2 * (i - i%23) }, ""},
		"coarser than label":   {func(i int) any { return i % 3 }, ""},
	} {
		got := fmt.Sprint(table(test.column))
		if test.want == "" && strings.Contains(got, `"subject"`) || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %q", name, got, test.want)
		}
	}
}

// TestEmptyColumnsOfIDs: advice for an empty column.
func TestEmptyColumnsOfIDs(t *testing.T) {
	for text, want := range map[string]string{
		"x,label,cluster\n1,0,\n2,1,\n":     `row 2, column "cluster": no row has a cluster id (""); remove it: without clusters every class is one`,
		"x,label,cluster\n1,0,NA\n2,1,NA\n": `row 2, column "cluster": no row has a cluster id ("NA"); remove it: without clusters every class is one`,
		"x,label\n1,\n2,\n":                 `row 2, column "label": no row has a label (""); give the classes in the column "label"`,
	} {
		_, err := files.ReadPoints(write(t, "points.csv", []byte(text)))
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	points, err := files.ReadPoints(write(t, "points.csv", []byte("x,label\n1,a\n2,b\n3,a\n")))
	if err != nil || !strings.HasSuffix(points.Summary().String(), "3 samples of 1 input, 2 classes (a: 2, b: 1), no clusters") {
		t.Errorf("%v, %v", points.Summary(), err)
	}
	if !slices.Equal(points.FileRows, []int{0, 1, 2}) {
		t.Errorf("rows %v", points.FileRows)
	}
}
