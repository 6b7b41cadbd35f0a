package files

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
	"gonum.org/v1/gonum/mat"
)

// csvTable collects the points of a table.
type csvTable struct {
	layout     layout
	headerless bool
	roles      []int         // of each column of the file: 0 for an input, LabelColumn or ClusterColumn
	names      []string      // of each input, as errors call it: `column "x3"` or `column 4`
	inputs     []columnState // of each input
	label      string        // the label column, likewise
	group      string        // the cluster column, likewise; empty if there is none
	values     []float64
	labels     *ids
	clusters   *ids  // nil if there are none
	lines      []int // line number of each row in the file, from 1

	comma, point oddField // the first numbers with a decimal comma and with a decimal point
}

// oddField is an unusual field and its position.
type oddField struct {
	count       int // in the column, or in the table
	row, column int // of the first
	text        string
}

func (f *oddField) note(row, column int, text string) {
	if f.count++; f.count == 1 {
		f.row, f.column, f.text = row, column, strings.Clone(text)
	}
}

// columnState records unusual fields of an input column.
type columnState struct {
	numbersRows              bool // by its name
	text, missing, unbounded oddField
}

// add appends one record of the file. It is checked by points, which has the whole column.
func (t *csvTable) add(record []string, line int) {
	row := len(t.lines)
	t.lines = append(t.lines, line)
	input := 0
	for i, field := range record {
		switch t.roles[i] {
		case data.LabelColumn:
			t.labels.add(field)
		case data.ClusterColumn:
			t.clusters.add(field)
		default:
			t.values = append(t.values, t.number(row, input, strings.TrimSpace(field)))
			input++
		}
	}
}

// number returns the value of an input, or NaN if it records the field as unusual.
func (t *csvTable) number(row, input int, field string) float64 {
	state := &t.inputs[input]
	value, err := parseNumber(field)
	if err != nil && strings.Count(field, ",") == 1 && !strings.Contains(field, ".") && t.layout.separator != ',' {
		if value, err = parseNumber(strings.Replace(field, ",", ".", 1)); err == nil {
			t.comma.note(row, input, field)
		}
	} else if err == nil && strings.Contains(field, ".") {
		t.point.note(row, input, field)
	}
	switch {
	case isMissing(field) || err == nil && math.IsNaN(value):
		state.missing.note(row, input, field)
	case errors.Is(err, strconv.ErrRange) || math.IsInf(value, 0):
		state.unbounded.note(row, input, field)
	case err != nil:
		state.text.note(row, input, field)
	default:
		return value
	}
	return math.NaN()
}

// place returns the line and column of a value in the file.
func (t *csvTable) place(row, column int) string {
	name := t.label
	switch {
	case column == data.ClusterColumn:
		name = t.group
	case column >= 0:
		name = t.names[column]
	}
	return fmt.Sprintf("row %d, %s", t.lines[row], name)
}

// points returns the table as checked points.
func (t *csvTable) points() (*data.Points, error) {
	if len(t.lines) == 0 {
		return nil, &data.FileError{Fault: "has a header but no points", Fix: "give one line per point"}
	}
	if err := t.firstFault(); err != nil {
		return nil, err
	}
	points, err := finish(&data.Points{
		Inputs: mat.NewDense(len(t.lines), len(t.names), t.values), // S x D
		Origin: &data.Origin{Layout: t.layout.describe(t.comma.count > 0), Inputs: t.names},
	}, t.labels, t.clusters)
	var point *data.PointError
	if errors.As(err, &point) {
		point.Place = t.place(point.Row, point.Column)
	}
	return points, err
}

// firstFault returns the first fault of the inputs in the file, or nil.
func (t *csvTable) firstFault() error {
	var first oddField
	var describe func(columnState) (fault, fix string)
	consider := func(odd oddField, what func(columnState) (fault, fix string)) {
		if odd.count > 0 && (first.count == 0 || odd.row < first.row) {
			first, describe = odd, what
		}
	}
	for _, state := range t.inputs {
		consider(state.text, t.describeText)
		consider(state.missing, t.describeMissing)
		consider(state.unbounded, func(of columnState) (fault, fix string) {
			return fmt.Sprintf("%q is not a finite number", of.unbounded.text), "remove or impute the row"
		})
	}
	if first.count == 0 && t.comma.count > 0 && t.point.count > 0 {
		first = t.comma
		describe = func(columnState) (fault, fix string) {
			return fmt.Sprintf("%q has a decimal comma, but %q in %s a decimal point", t.comma.text, t.point.text, t.place(t.point.row, t.point.column)),
				"write all numbers in one way, without separators of thousands"
		}
	}
	if first.count > 0 {
		fault, fix := describe(t.inputs[first.column])
		return &data.PointError{Row: first.row, Column: first.column, Place: t.place(first.row, first.column), Fault: fault, Fix: fix}
	}
	for input, state := range t.inputs {
		if err := t.checkCounter(input, state.numbersRows); err != nil {
			return err
		}
	}
	return nil
}

// describeText describes the fault of text among the inputs.
func (t *csvTable) describeText(of columnState) (fault, fix string) {
	text := of.text.text
	switch {
	case t.headerless && of.text.row == 0 && of.text.count == 1:
		return fmt.Sprintf("%q is not a number but perhaps the name of a column", text), "read the file with its header (task.headerless = false)"
	case strings.Contains(text, ",") && (strings.Contains(text, ".") || strings.Count(text, ",") > 1):
		return fmt.Sprintf("%q is not a number", text), "write numbers without separators of thousands"
	case strings.Contains(text, ",") && looksDecimal(text):
		return fmt.Sprintf("%q has a decimal comma", text), "write decimal points, or separate columns by semicolons or tabs"
	case strings.EqualFold(text, "true") || strings.EqualFold(text, "false"):
		return fmt.Sprintf("%q is not a number", text), "write 1 and 0, in pandas: frame.astype({name: int})"
	case 2*of.text.count > len(t.lines):
		return fmt.Sprintf("%q is text, as are %d of %d fields of this column", text, of.text.count, len(t.lines)),
			`remove the column, or name it "label" if it holds the classes`
	}
	return fmt.Sprintf("%q is not a number", text), "correct it, or remove the row"
}

// looksDecimal reports whether a text with one comma is a number if the comma is replaced by a point.
func looksDecimal(text string) bool {
	_, err := parseNumber(strings.Replace(text, ",", ".", 1))
	return err == nil
}

// describeMissing describes the fault of missing values among the inputs.
func (t *csvTable) describeMissing(of columnState) (fault, fix string) {
	name := fmt.Sprintf("%q", of.missing.text)
	if of.missing.text == "" {
		name = "an empty field"
	}
	if of.missing.count == len(t.lines) {
		return name + " stands here and in all rows, for no value", "remove the column"
	}
	return fmt.Sprintf("%s stands for no value, as in %d of %d rows of this column", name, of.missing.count, len(t.lines)),
		"remove these rows or impute them"
}

// checkCounter returns an error for an input that only counts or identifies the rows: one with such a name, or any in a headerless
// table, which has no names.
func (t *csvTable) checkCounter(input int, named bool) error {
	if !named && !t.headerless || len(t.lines) < data.LeastCounted {
		return nil
	}
	columns := len(t.names)
	value := func(row int) float64 { return t.values[row*columns+input] }
	counts, distinct := value(0) == 0 || value(0) == 1, map[float64]bool{}
	for row := range t.lines {
		counts = counts && value(row) == value(0)+float64(row)
		if named && value(row) == math.Trunc(value(row)) {
			distinct[value(row)] = true
		}
	}
	switch {
	case counts && !named:
		return &data.FileError{Fault: fmt.Sprintf("%s counts the rows", t.names[input]),
			Fix: "remove the column, in pandas: df.to_csv(path, index=False, header=False); or give the file a header if it is an input"}
	case counts:
		return &data.FileError{Fault: fmt.Sprintf("%s counts the rows", t.names[input]), Fix: "remove the column, or rename it if it is an input"}
	case named && len(distinct) == len(t.lines):
		return &data.FileError{Fault: fmt.Sprintf("%s has another whole number in each of the %d rows, which identifies them", t.names[input], len(t.lines)),
			Fix: "remove the column, or rename it if it is an input"}
	}
	return nil
}

func (t *csvTable) needInputs() error {
	if len(t.names) == 0 {
		return &data.FileError{Fault: "has no input columns", Fix: "give at least one column beside the labels"}
	}
	return nil
}
