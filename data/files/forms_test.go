package files_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
	"github.com/unfurl-rnn/unfurl/data/files"
)

// forms are tables as written by different programs, with the points (1.5, -2), (0.25, 3), (7, 1000) of the classes b, a, b.
var forms = map[string]string{
	"pandas.csv":           "x,y,label\n1.5,-2.0,b\n0.25,3.0,a\n7.0,1000.0,b\n",
	"pandas_quoted.csv":    "\"x\",\"y\",\"label\"\n\"1.5\",\"-2.0\",\"b\"\n\"0.25\",\"3.0\",\"a\"\n\"7.0\",\"1000.0\",\"b\"\n",
	"r_write_csv2.csv":     "\"x\";\"y\";\"label\"\n1,5;-2;\"b\"\n0,25;3;\"a\"\n7;1000;\"b\"\n",
	"excel_german.csv":     "\ufeffx;y;label\r\n1,5;-2;b\r\n0,25;3;a\r\n7;1000;b\r\n",
	"excel_swiss.csv":      "\ufeffx;y;label\r\n1.5;-2;b\r\n0.25;3;a\r\n7;1000;b\r\n",
	"excel_text.tsv":       "x\ty\tlabel\r\n1.5\t-2\tb\r\n0.25\t3\ta\r\n7\t1000\tb\r\n",
	"tabs.csv":             "x\ty\tlabel\n1,5\t-2\tb\n0,25\t3\ta\n7\t1000\tb\n",
	"r_quoted_decimal.tsv": "\"x\"\t\"y\"\t\"label\"\n\"1,5\"\t\"-2\"\t\"b\"\n\"0,25\"\t\"3\"\t\"a\"\n7\t1000\tb\n",
	"label_first.csv":      "label,x,y\nb,1.5,-2\na,0.25,3\nb,7,1e3\n",
	"spaces.csv":           "x, y, label\n 1.5, -2, b\n 0.25, 3, a \n 7, +1000, b\n",
	"savetxt.csv":          "# x,y,label\n1.500000000000000000e+00,-2.0,b\n2.5e-01,3e0,a\n7e0,1e3,b\n",
	"blank_lines.csv":      "\nx,y,label\n1.5,-2,b\n\n0.25,3,a\n7,1000,b\n\n",
	"semicolon_name.csv":   "\"x;raw\",y,label\n1.5,-2,b\n0.25,3,a\n7,1000,b\n",
}

func TestReadTablesAsProgramsWriteThem(t *testing.T) {
	for name, text := range forms {
		for _, path := range []string{write(t, name, []byte(text)), write(t, name+".gz", compressed(t, text))} {
			points, err := files.ReadPoints(path)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got := points.Inputs.RawMatrix().Data; !slices.Equal(got, []float64{1.5, -2, 0.25, 3, 7, 1000}) {
				t.Errorf("%s: inputs %v", name, got)
			}
			if !slices.Equal(points.Labels, []int{1, 0, 1}) || points.ClassName(0) != "a" || points.ClassName(1) != "b" {
				t.Errorf("%s: labels %v of classes %q", name, points.Labels, points.Origin.Classes)
			}
		}
	}
}

// TestReadDecimals: readr's issue 1445 is about read_csv2, which treats the points in "a;b\n1.0;2.0" as thousands separators and
// reads 10 and 20. Here the numbers themselves determine the decimal mark, and an ambiguous file is an error.
func TestReadDecimals(t *testing.T) {
	points, err := files.ReadPoints(write(t, "points.csv", []byte("a;b;label\n1.0;2.0;0\n3.5;4;1\n")))
	if err != nil || !slices.Equal(points.Inputs.RawMatrix().Data, []float64{1, 2, 3.5, 4}) || points.Origin.Layout != "separated by semicolons" {
		t.Errorf("%+v, %v", points, err)
	}
	points, err = files.ReadPoints(write(t, "points.csv", []byte("a;b;label\n1,0;2,0;0\n3,5;4;1\n")))
	if err != nil || !slices.Equal(points.Inputs.RawMatrix().Data, []float64{1, 2, 3.5, 4}) || points.Origin.Layout != "separated by semicolons, decimal commas" {
		t.Errorf("%+v, %v", points, err)
	}
}

// TestReadLabels: labels of any kind become 0..C-1, in order, and their names are kept if they differ.
func TestReadLabels(t *testing.T) {
	for name, test := range map[string]struct {
		labels []string
		want   []int
		names  []string
	}{
		"from 0":         {[]string{"0", "1", "2"}, []int{0, 1, 2}, nil},
		"from 1":         {[]string{"1", "2", "3"}, []int{0, 1, 2}, []string{"1", "2", "3"}},
		"signs":          {[]string{"1", "-1", "+1"}, []int{1, 0, 1}, []string{"-1", "1"}},
		"with a gap":     {[]string{"2", "0", "10"}, []int{1, 0, 2}, []string{"0", "2", "10"}},
		"whole floats":   {[]string{"1.0", "0", "1"}, []int{1, 0, 1}, nil},
		"exponents":      {[]string{"1e0", "0.0", "20e-1"}, []int{1, 0, 2}, nil},
		"large":          {[]string{"9007199254740993", "9007199254740992", "9007199254740993"}, []int{1, 0, 1}, []string{"9007199254740992", "9007199254740993"}},
		"booleans":       {[]string{"True", "False", "True"}, []int{1, 0, 1}, []string{"False", "True"}},
		"text":           {[]string{"虹", "Müller", "cat 2"}, []int{2, 1, 0}, []string{"Müller", "cat 2", "虹"}},
		"text like":      {[]string{"10", "9", "x"}, []int{0, 1, 2}, []string{"10", "9", "x"}},
		"not a quantity": {[]string{"0.5", "b", "0.5"}, []int{0, 1, 0}, []string{"0.5", "b"}},
	} {
		if name == "text" {
			slices.Sort(test.names)
			for i, label := range test.labels {
				test.want[i] = slices.Index(test.names, label)
			}
		}
		var text strings.Builder
		text.WriteString("x,label\n")
		for i, label := range test.labels {
			fmt.Fprintf(&text, "%d,%s\n", i*i, label)
		}
		points, err := files.ReadPoints(write(t, "points.csv", []byte(text.String())))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(points.Labels, test.want) || !slices.Equal(points.Origin.Classes, test.names) || points.HasClusters() {
			t.Errorf("%s: %v of %q, want %v of %q", name, points.Labels, points.Origin.Classes, test.want, test.names)
		}
	}
}

// TestReadLabelArrays: arrays of labels in every integer and text type.
func TestReadLabelArrays(t *testing.T) {
	inputs := array.Array{Shape: []int{3, 1}, Float32: []float32{0.5, 1, 4}}
	for name, labels := range map[string]array.Array{
		"int64":   {Shape: []int{3}, Int64: []int64{2, 1, 2}},
		"int32":   {Shape: []int{3}, Int32: []int32{2, 1, 2}},
		"uint8":   {Shape: []int{3}, Uint8: []uint8{2, 1, 2}},
		"float32": {Shape: []int{3}, Float32: []float32{2, 1, 2}},
		"float64": {Shape: []int{3}, Float64: []float64{2, 1, 2}},
		"text":    {Shape: []int{3}, Text: []string{"2", "1", "2"}},
		"column":  {Shape: []int{3, 1}, Int64: []int64{2, 1, 2}},
	} {
		points, err := files.ReadPoints(write(t, "points.npz", archive(t, map[string]array.Array{"inputs": inputs, "labels": labels, "notes": inputs})))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(points.Labels, []int{1, 0, 1}) || !slices.Equal(points.Origin.Classes, []string{"1", "2"}) || !slices.Equal(points.Origin.Ignored, []string{"notes"}) {
			t.Errorf("%s: %v, %+v", name, points.Labels, points.Origin)
		}
	}
}

// TestReadRefusesWhatItWouldMisread: each error names the place and the fix.
func TestReadRefusesWhatItWouldMisread(t *testing.T) {
	var counted, shuffled, headerless, unnamed strings.Builder
	counted.WriteString("id,x,label\n")
	shuffled.WriteString("ID,x,label\n")
	unnamed.WriteString("Unnamed: 0,x,label\n")
	for i := range 12 {
		x := math.Sin(float64(i * i))
		fmt.Fprintf(&counted, "%d,%g,%d\n", i+1, x, i/6)
		fmt.Fprintf(&shuffled, "%d,%g,%d\n", 7*i%12+40, x, i/6)
		fmt.Fprintf(&headerless, "%d,%g,%d\n", i, x, i/6)
		fmt.Fprintf(&unnamed, "%d,%g,%d\n", i, x, i/6)
	}
	for name, test := range map[string]struct{ text, want string }{
		"underscores.csv":   {"x,day,label\n1,2024_01_05,0\n2,2024_01_06,1\n", ` row 2, column "day": "2024_01_05" is text`},
		"hexadecimal.csv":   {"x,y,label\n1,0x1p-2,0\n2,0x1p-3,1\n", ` row 2, column "y": "0x1p-2" is text`},
		"pandas index.csv":  {",a,b,label\n0,1,2,0\n1,3,4,1\n", `: has no name for column 1, which is the index where pandas or R wrote the file; remove it: in pandas df.to_csv(path, index=False), in R write.csv(frame, path, row.names = FALSE); or name it if it is an input`},
		"r row names.csv":   {"\"\",\"a\",\"label\"\n\"1\",1,0\n\"2\",3,1\n", `: has no name for column 1, which is the index`},
		"unnamed.csv":       {unnamed.String(), `: has no name for column 1, which is the index`},
		"write.table.tsv":   {"a\tlabel\n1\t0.5\t0\n2\t1.5\t1\n", `: row 2 has 3 fields, the first row 2; if the first field is the row name that R writes, leave it out`},
		"last comma.csv":    {"a,label,\n1,0,\n2,1,\n", `: has no name for column 3, the last one; name it if it is an input, else remove it: lines may end with a separator too many`},
		"id.csv":            {counted.String(), `: column "id" counts the rows; remove the column, or rename it if it is an input`},
		"shuffled id.csv":   {shuffled.String(), `: column "ID" has another whole number in each of the 12 rows, which identifies them; remove the column`},
		"text column.csv":   {"species,x,label\nsetosa,1,0\nvirginica,2,1\n", ` row 2, column "species": "setosa" is text, as are 2 of 2 fields of this column; remove the column, or name it "label" if it holds the classes`},
		"dates.csv":         {"day,x,label\n2020-01-01,1,0\n2020-01-02,2,1\n", ` row 2, column "day": "2020-01-01" is text`},
		"booleans.csv":      {"on,x,label\nTrue,1,0\nFalse,2,1\n", ` row 2, column "on": "True" is not a number; write 1 and 0`},
		"empty column.csv":  {"x,y,label\n1,,0\n2,,1\n", ` row 2, column "y": an empty field stands here and in all rows, for no value; remove the column`},
		"empty row.csv":     {"x,y,label\n1,2,0\n2,3,1\n,,\n", ` row 4, column "x": an empty field stands for no value`},
		"missing label.csv": {"x,label\n1,a\n2,NA\n", ` row 3, column "label": the label is missing ("NA"); remove the row; a class may not have this name`},
		"no label.csv":      {"x,label\n1,a\n2,\n", ` row 3, column "label": the label is missing (""); remove the row`},
		"quantity.csv":      {"x,label\n1,0.5\n2,1.5\n", ` row 2, column "label": label 0.5 is not a whole number; give classes, not quantities`},
		"mixed.csv":         {"x;y;label\n1,5;2;0\n2;3.5;1\n", ` row 2, column "x": "1,5" has a decimal comma, but "3.5" in row 3, column "y" a decimal point; write all numbers in one way`},
		"thousands.csv":     {"x;y;label\n1.234,5;2;0\n2;3;1\n", ` row 2, column "x": "1.234,5" is not a number; write numbers without separators of thousands`},
		"millions.csv":      {"x,y,label\n\"1,234,500\",2,0\n2,3,1\n", ` row 2, column "x": "1,234,500" is not a number; write numbers without separators of thousands`},
		"quoted comma.csv":  {"x,y,label\n\"1,5\",2,0\n2,3,1\n", ` row 2, column "x": "1,5" has a decimal comma; write decimal points, or separate columns by semicolons or tabs`},
		"bare comma.csv":    {"x,label\n1,5,0\n2,5,1\n", `: row 2 has 3 fields, the first row 2;`},
		"percent.csv":       {"x,label\n1,0\n2,1\n5%,1\n3,0\n", ` row 4, column "x": "5%" is not a number; correct it, or remove the row`},
		"two of a name.csv": {"x,x,label\n1,2,0\n3,4,1\n", `: has two columns "x"; rename or remove one`},
		"latin1.csv":        {"x,label\n1,M\xfcller\n2,b\n", ` row 2, column "label": label "M\xfcller" is not UTF-8; save the file as UTF-8`},
		"latin1 header.csv": {"gr\xf6\xdfe,label\n1,a\n2,b\n", `: has a column "gr\xf6\xdfe", which is not UTF-8; save the file as UTF-8`},
		"utf16.csv":         {"\xff\xfex\x00,\x00l\x00", `: is not UTF-8 but UTF-16 or binary; save it as CSV UTF-8`},
		"workbook.csv":      {"PK\x03\x04rest", `: is a zip archive, perhaps an Excel workbook; save the sheet as CSV UTF-8`},
		"gzip.csv":          {string(compressed(t, "x,label\n1,0\n")), `: is compressed by gzip; name it .csv.gz`},
		"mac.csv":           {"x,label\r1,0\r2,1\r", `: ends its lines with carriage returns only; save it with the line ends of Unix or Windows`},
		"sep.csv":           {"sep=;\nx;label\n1;0\n", `: starts with Excel's line sep=; remove this line`},
		"blanks.csv":        {"x label\n1 0\n2 1\n", `: has one column and no column "label"; separate the columns by commas, tabs or semicolons`},
		"bars.csv":          {"x|label\n1|0\n2|1\n", `: has one column and no column "label"; separate the columns by commas`},
		"species.csv":       {"x,y,species\n1,2,a\n3,4,b\n", `: has no column "label"; rename "species" to "label" if it holds the classes`},
		"no header.csv":     {"5.1,3.5,setosa\n4.9,3.0,virginica\n", `: has no header; name the columns in the first line, one of them "label", or read it as headerless (task.headerless = true)`},
		"book.xlsx":         {"", `: unknown kind of file; save the sheet as CSV UTF-8`},
		"inputs.npy":        {"", `: unknown kind of file; save inputs and labels in one file: numpy.savez(path, inputs=..., labels=...)`},
	} {
		path := write(t, name, []byte(test.text))
		if _, err := files.ReadPoints(path); err == nil || !strings.HasPrefix(err.Error(), "data: "+path+test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got  %v\nwant data: %s%s", name, err, path, test.want)
		}
	}
	for name, test := range map[string]struct{ text, want string }{
		"index.csv":   {headerless.String(), `: column 1 counts the rows; remove the column, in pandas: df.to_csv(path, index=False, header=False); or give the file a header if it is an input`},
		"header.csv":  {"x,y,label\n1,2,0\n3,4,1\n", ` row 1, column 1: "x" is not a number but perhaps the name of a column; read the file with its header (task.headerless = false)`},
		"columns.csv": {"0,1,2\n1.5,2,0\n3,4,1\n", `: starts with the numbers 0 to 2, a header that counts the columns; remove the line`},
		"decimal.csv": {"1,5;2;0\n3,5;4;1\n", ""},
	} {
		path := write(t, name, []byte(test.text))
		points, err := files.ReadPointsWith(path, digitsOptions)
		if test.want == "" {
			if err != nil || !slices.Equal(points.Inputs.RawMatrix().Data, []float64{1.5, 2, 3.5, 4}) {
				t.Errorf("%s: %v, %v", name, points, err)
			}
		} else if err == nil || !strings.HasPrefix(err.Error(), "data: "+path+test.want) {
			t.Errorf("%s: got  %v\nwant data: %s%s", name, err, path, test.want)
		}
	}
}

// TestSummaryNamesWhatIsOdd: a set that is valid for training may still not be what the user intended.
func TestSummaryNamesWhatIsOdd(t *testing.T) {
	var text strings.Builder
	text.WriteString("time,x,offset,label,cluster\n")
	for i := range 20 {
		fmt.Fprintf(&text, "%d,%d,7,%s,%d\n", i, i%5, []string{"no", "yes"}[i/10], i/5)
	}
	points, err := files.ReadPoints(write(t, "points.csv", []byte(text.String())))
	if err != nil {
		t.Fatal(err)
	}
	summary := points.Summary()
	if got := summary.String(); !strings.HasSuffix(got, "points.csv: 20 samples of 3 inputs, 2 classes (no: 10, yes: 10), 4 clusters") {
		t.Errorf("got %s", got)
	}
	warnings := fmt.Sprint(summary.Warnings())
	for _, want := range []string{
		`column "time" counts the samples: if they are sorted by class, it alone tells the class`,
		`1 of 3 inputs is the same in all samples and tells nothing: column "offset"`,
	} {
		if !strings.Contains(warnings, want) {
			t.Errorf("got %s, want %s", warnings, want)
		}
	}
}
