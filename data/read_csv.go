package data

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// byteOrderMark opens the UTF-8 files that spreadsheets write.
const byteOrderMark = "\ufeff"

// inputColumn marks a column of a CSV file as an input, beside LabelColumn and ClusterColumn.
const inputColumn = 0

// csvTable collects the points of a CSV file.
type csvTable struct {
	roles  []int    // of each column of the file: inputColumn, LabelColumn or ClusterColumn
	names  []string // of each input, as errors call it: `column "x3"` or `column 4`
	label  string   // the label column, likewise
	group  string   // the cluster column, likewise; empty if there is none
	values []float64
	labels []int
	ids    []int
	lines  []int // line of each row in the file, from 1
}

// Bounds of what a compressed file may unfold to; gzip reaches 1032 to 1, tables of numbers do not.
const (
	maximumRatio = 100
	allowance    = 1 << 20 // bytes that any file may unfold to
)

var errRatio = errors.New("unfolds to too much")

// counted counts the bytes that pass.
type counted struct {
	io.Reader
	bytes int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.bytes += int64(n)
	return n, err
}

// unfolded passes on what a decompressor gives as long as the bytes that it was given explain it.
type unfolded struct {
	counted
	compressed *counted
}

func (u *unfolded) Read(into []byte) (int, error) {
	n, err := u.counted.Read(into)
	if u.bytes > allowance+maximumRatio*u.compressed.bytes {
		return 0, errRatio
	}
	return n, err
}

// readCompressedCSV reads a CSV file compressed by gzip, which may unfold to 1 MiB and 100 times its size.
func readCompressedCSV(reader io.Reader, options ReadOptions) (*Points, error) {
	compressed := &counted{Reader: reader}
	plain, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, &FileError{Fault: fmt.Sprintf("is not compressed by gzip (%v)", err), Fix: "name it .csv or compress it again", Cause: err}
	}
	return readCSV(&unfolded{counted{Reader: plain}, compressed}, options)
}

// readCSV reads points as [ReadPointsWith] describes.
func readCSV(reader io.Reader, options ReadOptions) (*Points, error) {
	buffered := bufio.NewReader(reader)
	if head, err := buffered.Peek(len(byteOrderMark)); err == nil && string(head) == byteOrderMark {
		// Peeked bytes are in the buffer, so discarding them cannot fail.
		_, _ = buffered.Discard(len(byteOrderMark))
	}
	records := csv.NewReader(buffered)
	records.ReuseRecord = true
	records.TrimLeadingSpace = true

	var table csvTable
	first, err := records.Read()
	if errors.Is(err, io.EOF) {
		return nil, &FileError{Fault: "is empty", Fix: "give a header and one line per point"}
	}
	if err != nil {
		return nil, csvFault(err)
	}
	if options.Headerless {
		if err := table.useColumns(len(first), options.LabelColumn); err != nil {
			return nil, err
		}
		line, _ := records.FieldPos(0)
		if err := table.add(first, line); err != nil {
			return nil, err
		}
	} else if err := table.useHeader(first); err != nil {
		return nil, err
	}
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvFault(err)
		}
		line, _ := records.FieldPos(0)
		if err := table.add(record, line); err != nil {
			return nil, err
		}
	}
	return table.points()
}

// csvFault describes an error of the CSV reader or of the reader below it.
func csvFault(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && errors.Is(err, csv.ErrFieldCount):
		return &FileError{Fault: fmt.Sprintf("row %d has more or fewer fields than the first", parse.Line),
			Fix: "give every row one field per column, separated by commas", Cause: err}
	case errors.As(err, &parse):
		return &FileError{Fault: fmt.Sprintf("row %d: %v", parse.Line, parse.Err), Fix: "correct the quotes there", Cause: err}
	case errors.Is(err, errRatio):
		return &FileError{Fault: fmt.Sprintf("unfolds to more than %d times its size", maximumRatio), Fix: "unpack it with gunzip if it is yours", Cause: err}
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader):
		return &FileError{Fault: fmt.Sprintf("is damaged (%v)", err), Fix: "copy or compress it again", Cause: err}
	}
	return cannotRead(err)
}

// useColumns lays a headerless table out.
func (t *csvTable) useColumns(columns, label int) error {
	column := label
	if column < 0 {
		column += columns
	}
	if column < 0 || column >= columns {
		return &FileError{Fault: fmt.Sprintf("label_column = %d, but the file has %d columns", label, columns),
			Fix: fmt.Sprintf("give a column between %d and %d; -1 is the last", -columns, columns-1)}
	}
	t.roles = make([]int, columns)
	for i := range t.roles {
		name := fmt.Sprintf("column %d", i+1)
		if i == column {
			t.roles[i], t.label = LabelColumn, name
		} else {
			t.names = append(t.names, name)
		}
	}
	return t.needInputs()
}

// useHeader lays a table out by the names of its columns.
func (t *csvTable) useHeader(header []string) error {
	t.roles = make([]int, len(header))
	numbers := 0
	for i, field := range header {
		name := strings.TrimSpace(field)
		place := fmt.Sprintf("column %q", name)
		if !math.IsNaN(number(name)) {
			numbers++
		}
		switch name {
		case "label":
			if t.label != "" {
				return &FileError{Fault: `has two columns "label"`, Fix: "rename one"}
			}
			t.roles[i], t.label = LabelColumn, place
		case "cluster":
			if t.group != "" {
				return &FileError{Fault: `has two columns "cluster"`, Fix: "rename one"}
			}
			t.roles[i], t.group = ClusterColumn, place
		default:
			t.names = append(t.names, place)
		}
	}
	if numbers == len(header) {
		return &FileError{Fault: "has no header", Fix: `name the columns in the first line, one of them "label", or read it as headerless`}
	}
	for _, missing := range []struct{ have, name string }{{t.label, "label"}, {t.group, "cluster"}} {
		if missing.have != "" {
			continue
		}
		// A misspelt cluster column would pass as an input without a word.
		if similar := similarName(header, missing.name); similar != "" {
			return &FileError{Fault: fmt.Sprintf("has a column %q but none named %q", similar, missing.name),
				Fix: fmt.Sprintf("rename it to %q", missing.name)}
		}
	}
	if t.label == "" {
		fix := `name the column of class labels "label"`
		if len(header) == 1 && strings.ContainsAny(header[0], ";\t ") {
			fix = "separate the columns by commas"
		}
		return &FileError{Fault: `has no column "label"`, Fix: fix}
	}
	return t.needInputs()
}

func (t *csvTable) needInputs() error {
	if len(t.names) == 0 {
		return &FileError{Fault: "has no input columns", Fix: "give at least one column beside the labels"}
	}
	return nil
}

// similarName returns the first of names that differs from wanted by case, plural or surrounding blanks, or "".
func similarName(names []string, wanted string) string {
	for _, name := range names {
		if strings.EqualFold(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "s"), strings.TrimSuffix(wanted, "s")) {
			return name
		}
	}
	return ""
}

// add appends one record of the file.
func (t *csvTable) add(record []string, line int) error {
	row := len(t.lines)
	t.lines = append(t.lines, line)
	column := 0
	for i, field := range record {
		value := number(field)
		if t.roles[i] == inputColumn {
			// Values that are not finite are reported by the validation, which names the first of them.
			t.values = append(t.values, value)
			column++
			continue
		}
		id, ok := integer(value)
		if !ok {
			fault, fix := idFault(t.roles[i], fmt.Sprintf("%q", field))
			return &PointError{Row: row, Column: t.roles[i], Place: t.place(row, t.roles[i]), Fault: fault, Fix: fix}
		}
		if t.roles[i] == LabelColumn {
			t.labels = append(t.labels, id)
		} else {
			t.ids = append(t.ids, id)
		}
	}
	return nil
}

// place names a value by its line and column in the file.
func (t *csvTable) place(row, column int) string {
	name := t.label
	switch {
	case column == ClusterColumn:
		name = t.group
	case column >= 0:
		name = t.names[column]
	}
	return fmt.Sprintf("row %d, %s", t.lines[row], name)
}

// points returns the table as checked points.
func (t *csvTable) points() (*Points, error) {
	if len(t.lines) == 0 {
		return nil, &FileError{Fault: "has a header but no points", Fix: "give one line per point"}
	}
	points, err := finish(&Points{
		Inputs: mat.NewDense(len(t.lines), len(t.names), t.values), // S x D
		Labels: t.labels, Clusters: t.ids,
	})
	var point *PointError
	if errors.As(err, &point) {
		point.Place = t.place(point.Row, point.Column)
	}
	return points, err
}
