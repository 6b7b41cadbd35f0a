package parquet

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

const (
	// rowsOfGroup bounds a row group, which readers take into memory whole.
	rowsOfGroup = 1 << 17
	// valuesAtOnce bounds the values that wait in the library's form, which takes 24 bytes for each.
	valuesAtOnce = 1 << 12
)

// Encode writes the table: the same bytes for the same table. metadata is stored in the file as pairs of texts; it may
// be nil.
//
// Errors: those of [Table.Validate], errors of w.
func Encode(w io.Writer, table Table, metadata map[string]string) error {
	if err := table.Validate(); err != nil {
		return err
	}
	options := []parquet.WriterOption{
		parquet.NewSchema("table", newGroup(table)), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("unfurl", "1", "unfurl"),
	}
	for key, text := range metadata { // the library sorts them
		options = append(options, parquet.KeyValueMetadata(key, text))
	}
	writer := parquet.NewGenericWriter[any](w, options...)
	columns := writer.ColumnWriters()
	buffer := make([]parquet.Value, 0, valuesAtOnce)
	for first := 0; first < table.Rows(); first += rowsOfGroup {
		last := min(first+rowsOfGroup, table.Rows())
		for i, column := range table {
			for start := first; start < last; start += valuesAtOnce {
				buffer = column.appendValues(buffer[:0], start, min(start+valuesAtOnce, last))
				if _, err := columns[i].WriteRowValues(buffer); err != nil {
					return fmt.Errorf("parquet: column %q: %w", column.Name, err)
				}
			}
		}
		if err := writer.Flush(); err != nil {
			return fmt.Errorf("parquet: write: %w", err)
		}
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("parquet: write: %w", err)
	}
	return nil
}

// appendValues appends the values of the rows from start to before end in the library's form.
func (c Column) appendValues(values []parquet.Value, start, end int) []parquet.Value {
	switch {
	case c.Float32 != nil:
		return convert(values, c.Float32[start:end], parquet.FloatValue)
	case c.Float64 != nil:
		return convert(values, c.Float64[start:end], parquet.DoubleValue)
	case c.Int32 != nil:
		return convert(values, c.Int32[start:end], parquet.Int32Value)
	case c.Int64 != nil:
		return convert(values, c.Int64[start:end], parquet.Int64Value)
	case c.Bool != nil:
		return convert(values, c.Bool[start:end], parquet.BooleanValue)
	}
	return convert(values, c.Text[start:end], func(text string) parquet.Value { return parquet.ByteArrayValue([]byte(text)) })
}

func convert[T any](values []parquet.Value, elements []T, value func(T) parquet.Value) []parquet.Value {
	for _, element := range elements {
		values = append(values, value(element))
	}
	return values
}

// leaf returns the type and the encoding of the column.
func (c Column) leaf() parquet.Node {
	switch {
	case c.Float32 != nil:
		return parquet.Encoded(parquet.Leaf(parquet.FloatType), &parquet.ByteStreamSplit)
	case c.Float64 != nil:
		return parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.ByteStreamSplit)
	case c.Int32 != nil:
		return parquet.Encoded(parquet.Leaf(parquet.Int32Type), &parquet.DeltaBinaryPacked)
	case c.Int64 != nil:
		return parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.DeltaBinaryPacked)
	case c.Bool != nil:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
}

// group is the root of the schema with its fields in the order of the table: parquet.Group sorts them by name.
type group struct {
	parquet.Group
	ordered []parquet.Field
}

func newGroup(table Table) group {
	root := group{Group: parquet.Group{}}
	for _, column := range table {
		root.Group[column.Name] = column.leaf()
	}
	byName := make(map[string]parquet.Field, len(table))
	for _, field := range root.Group.Fields() {
		byName[field.Name()] = field
	}
	for _, column := range table {
		root.ordered = append(root.ordered, byName[column.Name])
	}
	return root
}

func (g group) Fields() []parquet.Field { return g.ordered }
