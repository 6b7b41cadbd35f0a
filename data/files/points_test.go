package files_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/data/npy"
	"gonum.org/v1/gonum/mat"
)

// digitsOptions is the layout of testdata/digits.csv.gz.
var digitsOptions = files.ReadOptions{Headerless: true, LabelColumn: -1}

// digits returns the handwritten digits of testdata, whose README.md says where they come from.
func digits(t testing.TB) *data.UserPoints {
	t.Helper()
	points, err := files.ReadPointsWith(filepath.Join("..", "testdata", "digits.csv.gz"), digitsOptions)
	if err != nil {
		t.Fatal(err)
	}
	set, err := data.NewUserPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// write writes content to a new file and returns its path.
func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func archive(t testing.TB, arrays map[string]array.Array) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := npy.EncodeArchive(&content, arrays); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

func compressed(t testing.TB, content string) []byte {
	t.Helper()
	var result bytes.Buffer
	writer := gzip.NewWriter(&result)
	if _, err := writer.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return result.Bytes()
}

// Counts and sums of scikit-learn 1.2.1's load_digits(): numpy.bincount(target), data.sum(), data.max().
func TestReadDigits(t *testing.T) {
	points := digits(t).Points()
	if samples, dimension := points.Inputs.Dims(); samples != 1797 || dimension != 64 || points.Classes != 10 {
		t.Fatalf("got %d x %d of %d classes", samples, dimension, points.Classes)
	}
	tally := make([]int, 10)
	for row, label := range points.Labels {
		tally[label]++
		if points.Clusters[row] != label {
			t.Fatalf("row %d of label %d is in cluster %d", row, label, points.Clusters[row])
		}
	}
	if want := []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}; !slices.Equal(tally, want) {
		t.Errorf("labels come %v times, want %v", tally, want)
	}
	if sum, largest := mat.Sum(points.Inputs), mat.Max(points.Inputs); sum != 561718 || largest != 16 {
		t.Errorf("pixels sum to %v, largest %v", sum, largest)
	}
}

// The same points in every form in which they may be stored.
func TestReadEveryForm(t *testing.T) {
	plain := "x1,label,x2,cluster\n0.5,0,-1,0\n1e2, 1 ,3,1\n\"7\",0.0,.25,2\n"
	inputs := array.Array{Shape: []int{3, 2}, Float64: []float64{0.5, -1, 100, 3, 7, 0.25}}
	for name, content := range map[string][]byte{
		"plain.csv":         []byte(plain),
		"windows.CSV":       []byte("\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n")),
		"no_last_line.csv":  []byte(strings.TrimSuffix(plain, "\n")),
		"compressed.csv.gz": compressed(t, plain),
		"doubles.npz": archive(t, map[string]array.Array{"inputs": inputs,
			"labels": {Shape: []int{3}, Int64: []int64{0, 1, 0}}, "clusters": {Shape: []int{3}, Int32: []int32{0, 1, 2}}}),
		"singles.npz": archive(t, map[string]array.Array{
			"inputs": {Shape: []int{3, 2}, Float32: []float32{0.5, -1, 100, 3, 7, 0.25}}, "unrelated": inputs,
			"labels": {Shape: []int{3}, Bool: []bool{false, true, false}}, "clusters": {Shape: []int{3}, Float64: []float64{0, 1, 2}}}),
	} {
		points, err := files.ReadPoints(write(t, name, content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(points.Inputs.RawMatrix().Data, inputs.Float64) || points.Classes != 2 ||
			!slices.Equal(points.Labels, []int{0, 1, 0}) || !slices.Equal(points.Clusters, []int{0, 1, 2}) {
			t.Errorf("%s: got %+v", name, points)
		}
	}
	first, err := files.ReadPointsWith(write(t, "first.csv", []byte("0,5,6\n1,7,8\n")), files.ReadOptions{Headerless: true, LabelColumn: 0})
	if err != nil || !slices.Equal(first.Inputs.RawMatrix().Data, []float64{5, 6, 7, 8}) || !slices.Equal(first.Clusters, []int{0, 1}) {
		t.Errorf("label in front: got %+v, %v", first, err)
	}
}

// Every fault is one line that names the file, the place and the fix.
func TestReadFaults(t *testing.T) {
	inputs := array.Array{Shape: []int{2, 2}, Float64: []float64{1, 2, 3, 4}}
	labels := array.Array{Shape: []int{2}, Int64: []int64{0, 1}}
	for name, test := range map[string]struct {
		content string
		want    string // after "data: PATH"
	}{
		"nan.csv":             {"x1,x3,label\n1,2,0\n1,nan,1\n", ` row 3, column "x3": "nan" stands for no value, as in 1 of 2 rows of this column; remove these rows or impute them`},
		"missing.csv":         {"x1,x3,label\n1,2,0\n,2,1\n", ` row 3, column "x1": an empty field stands for no value, as in 1 of 2 rows of this column; remove these rows or impute them`},
		"text.csv":            {"x1,x3,label\n1,2,0\n1,abc,1\n", ` row 3, column "x3": "abc" is not a number; correct it, or remove the row`},
		"huge.csv":            {"x1,label\n1e999,0\n1,1\n", ` row 2, column "x1": "1e999" is not a finite number; remove or impute the row`},
		"label half.csv":      {"x1,label\n1,0.5\n", ` row 2, column "label": label 0.5 is not a whole number; give classes, not quantities, in the column "label"; bin a quantity first`},
		"two labels.csv":      {"x1,label,cluster\n1,0,0\n\n2,1,0\n", ` row 4, column "label": label 1, but cluster 0 has label 0 before; give all points of a cluster one label, or split the cluster`},
		"one class.csv":       {"x1,label\n1,0\n", `: all 1 points are of one class (0); give points of at least two classes`},
		"empty.csv":           {"", `: is empty; give a header and one line per point`},
		"header.csv":          {"x1,label\n", `: has a header but no points; give one line per point`},
		"headerless.csv":      {"1,2,0\n", `: has no header; name the columns in the first line, one of them "label", or read it as headerless (task.headerless = true)`},
		"no label.csv":        {"x1,class\n1,0\n", `: has no column "label"; rename "class" to "label" if it holds the classes`},
		"no label at all.csv": {"x1,x2\n1,0\n", `: has no column "label" among its 2 columns; name the column of class labels "label"`},
		"case.csv":            {"x1,Labels\n1,0\n", `: has a column "Labels" but none named "label"; rename it to "label"`},
		"misspelt.csv":        {"x1,label,clusters\n1,0,0\n", `: has a column "clusters" but none named "cluster"; rename it to "cluster"`},
		"twice.csv":           {"x1,label,label\n1,0,0\n", `: has two columns "label"; rename or remove one`},
		"two groups.csv":      {"x1,label,cluster,cluster\n1,0,0,0\n", `: has two columns "cluster"; rename or remove one`},
		"no inputs.csv":       {"label,cluster\n1,0\n", `: has no input columns; give at least one column beside the labels`},
		"ragged.csv":          {"x1,label\n1,0\n1\n", `: row 3 has 1 of the first row's 2 fields; give every row one field per column`},
		"quotes.csv":          {"x1,label\n\"1,0\n", `: row 2: extraneous or missing " in quoted-field; correct the quotes there`},
		"not gzip.csv.gz":     {"x1,label\n1,0\n1,1\n", `: is not compressed by gzip (gzip: invalid header); name it .csv or compress it again`},
		"cut.csv.gz":          {string(compressed(t, "x1,label\n1,0\n1,1\n")[:25]), `: is damaged (unexpected EOF); copy or compress it again`},
		"points.txt":          {"", `: unknown kind of file; give points as .npz, .csv or .tsv (the tables also as .csv.gz, .tsv.gz)`},
		"not zip.npz":         {"x1,label\n", `: bad archive: zip: not a valid zip file; write it with numpy.savez`},
		"no inputs.npz":       {string(archive(t, map[string]array.Array{"x": inputs})), `: has no array "inputs" (but ["x"]); save it with numpy.savez(path, inputs=file["x"], labels=...)`},
		"misspelt.npz":        {string(archive(t, map[string]array.Array{"inputs": inputs, "label": labels})), `: has an array "label" but none named "labels"; rename it to "labels"`},
		"cluster.npz": {string(archive(t, map[string]array.Array{"inputs": inputs, "labels": labels, "cluster": labels})),
			`: has an array "cluster" but none named "clusters"; rename it to "clusters"`},
		"images.npz": {string(archive(t, map[string]array.Array{"inputs": {Shape: []int{2, 1, 2}, Float64: inputs.Float64}, "labels": labels})),
			`: array "inputs" has 3 axes, not 2; reshape it with inputs.reshape(len(inputs), -1)`},
		"empty.npz": {string(archive(t, map[string]array.Array{"inputs": {Shape: []int{0, 2}, Float64: []float64{}}, "labels": labels})),
			`: array "inputs" is empty (0 x 2); give at least one row and one input column`},
		"short.npz": {string(archive(t, map[string]array.Array{"inputs": inputs, "labels": {Shape: []int{1}, Int64: []int64{0}}})),
			`: array "labels" has shape [1], but there are 2 rows of inputs; give it one axis with one entry per row`},
		"nan.npz": {string(archive(t, map[string]array.Array{"inputs": {Shape: []int{2, 2}, Float64: []float64{1, 2, math.NaN(), 4}}, "labels": labels})),
			` inputs[1, 0]: not a finite number; remove or impute the row`},
		"half.npz": {string(archive(t, map[string]array.Array{"inputs": inputs, "labels": {Shape: []int{2}, Float64: []float64{0, 0.5}}})),
			` labels[1]: label 0.5 is not a whole number; give classes, not quantities, in the column "label"; bin a quantity first`},
	} {
		path := write(t, name, []byte(test.content))
		_, err := files.ReadPoints(path)
		if err == nil || err.Error() != "data: "+path+test.want {
			t.Errorf("%s: got  %v\nwant data: %s%s", name, err, path, test.want)
		}
	}
}

func TestReadErrorsCarryTheirEvidence(t *testing.T) {
	path := write(t, "points.csv", []byte("x1,label\n1,0\nNA,1\n"))
	_, err := files.ReadPoints(path)
	var point *data.PointError
	if !errors.As(err, &point) || point.Row != 1 || point.Column != 0 || point.File != path {
		t.Errorf("got %#v", err)
	}
	missing := filepath.Join(t.TempDir(), "none.csv")
	_, err = files.ReadPoints(missing)
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "data: "+missing+": cannot be read: no such file or directory; check the path" {
		t.Errorf("got %v", err)
	}
	damaged := write(t, "points.npz", []byte("text"))
	if _, err := files.ReadPoints(damaged); !errors.Is(err, npy.ErrArchive) {
		t.Errorf("got %v", err)
	}
	folder := filepath.Join(t.TempDir(), "folder.csv")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := files.ReadPoints(folder); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("got %v", err)
	}
	digitsPath := filepath.Join("..", "testdata", "digits.csv.gz")
	for _, column := range []int{65, -66} {
		_, err = files.ReadPointsWith(digitsPath, files.ReadOptions{Headerless: true, LabelColumn: column})
		if err == nil || !strings.Contains(err.Error(), "but the file has 65 columns; give a column between -65 and 64") {
			t.Errorf("got %v", err)
		}
	}
}
