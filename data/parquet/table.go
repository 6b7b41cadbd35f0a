package parquet

import (
	"fmt"
	"unicode/utf8"
)

// Column is one column of a table. Exactly one of the value slices is set (not nil; it may be empty).
type Column struct {
	Name string

	Float32 []float32
	Float64 []float64
	Int32   []int32
	Int64   []int64
	Bool    []bool
	Text    []string // UTF-8
}

// Table is a list of columns of the same length, in the order of the file.
type Table []Column

// length returns the number of values of the slice that is set, or an error unless exactly one is.
func (c Column) length() (int, error) {
	set, length := 0, 0
	note := func(isSet bool, values int) {
		if isSet {
			set, length = set+1, values
		}
	}
	note(c.Float32 != nil, len(c.Float32))
	note(c.Float64 != nil, len(c.Float64))
	note(c.Int32 != nil, len(c.Int32))
	note(c.Int64 != nil, len(c.Int64))
	note(c.Bool != nil, len(c.Bool))
	note(c.Text != nil, len(c.Text))
	if set != 1 {
		return 0, fmt.Errorf("parquet: %d value slices of column %q are set; set exactly one", set, c.Name)
	}
	return length, nil
}

// Rows returns the number of rows, 0 for a table without columns.
func (t Table) Rows() int {
	if len(t) == 0 {
		return 0
	}
	rows, _ := t[0].length()
	return rows
}

// Validate returns an error unless there is a column, every column has a name of its own in UTF-8 and values of one
// type, and all columns have the same number of values. Texts have to be UTF-8.
func (t Table) Validate() error {
	if len(t) == 0 {
		return fmt.Errorf("parquet: the table has no columns; give at least one")
	}
	seen := make(map[string]bool, len(t))
	for _, column := range t {
		if column.Name == "" || !utf8.ValidString(column.Name) {
			return fmt.Errorf("parquet: %q cannot name a column; use another name, in UTF-8", column.Name)
		}
		if seen[column.Name] {
			return fmt.Errorf("parquet: two columns are called %q; rename one", column.Name)
		}
		seen[column.Name] = true
		rows, err := column.length()
		if err != nil {
			return err
		}
		if rows != t.Rows() {
			return fmt.Errorf("parquet: column %q has %d values, column %q %d; give one value a row", column.Name, rows, t[0].Name, t.Rows())
		}
		for row, text := range column.Text {
			if !utf8.ValidString(text) {
				return fmt.Errorf("parquet: column %q holds %q in row %d, which is not UTF-8; encode it as text first", column.Name, text, row)
			}
		}
	}
	return nil
}
