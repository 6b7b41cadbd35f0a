package sweep

import (
	"fmt"
	"io"
	"reflect"

	"github.com/unfurl-rnn/unfurl/data/parquet"
	"github.com/unfurl-rnn/unfurl/train"
)

// writeParquet writes the table with the type of each key: whole numbers, numbers, booleans or texts. It
// holds the whole table in memory.
func writeParquet(w io.Writer, plan *Plan, rows func(func(Run, Value) error) error) error {
	table := parquet.Table{{Name: "run", Text: []string{}}}
	for i, value := range plan.Values(Run{Config: train.DefaultConfig()}) {
		column, err := emptyColumn(plan.Keys[i], value)
		if err != nil {
			return err
		}
		table = append(table, column)
	}
	last := len(table)
	table = append(table, parquet.Column{Name: "measure", Text: []string{}}, parquet.Column{Name: "stage", Text: []string{}},
		parquet.Column{Name: "step", Int64: []int64{}}, parquet.Column{Name: "value", Float64: []float64{}})
	keys := table[1:last]
	err := rows(func(run Run, value Value) error {
		table[0].Text = append(table[0].Text, run.ID)
		for i, v := range plan.Values(run) {
			appendValue(&keys[i], reflect.ValueOf(v))
		}
		table[last].Text = append(table[last].Text, value.Measure)
		table[last+1].Text = append(table[last+1].Text, value.Stage)
		table[last+2].Int64 = append(table[last+2].Int64, int64(value.Step))
		table[last+3].Float64 = append(table[last+3].Float64, value.Value)
		return nil
	})
	if err != nil {
		return err
	}
	return parquet.Encode(w, table, nil)
}

// emptyColumn returns a column for values of the type of one.
func emptyColumn(name string, value any) (parquet.Column, error) {
	column := parquet.Column{Name: name}
	switch reflect.ValueOf(value).Kind() {
	case reflect.String:
		column.Text = []string{}
	case reflect.Int, reflect.Uint64: // a seed of 2^63 or more is shown as its two's complement
		column.Int64 = []int64{}
	case reflect.Float64:
		column.Float64 = []float64{}
	case reflect.Bool:
		column.Bool = []bool{}
	default:
		return column, fmt.Errorf("sweep: the key %q has a value of type %T, which no column can hold", name, value)
	}
	return column, nil
}

func appendValue(column *parquet.Column, value reflect.Value) {
	switch {
	case column.Text != nil:
		column.Text = append(column.Text, value.String())
	case column.Float64 != nil:
		column.Float64 = append(column.Float64, value.Float())
	case column.Bool != nil:
		column.Bool = append(column.Bool, value.Bool())
	case value.CanUint():
		column.Int64 = append(column.Int64, int64(value.Uint()))
	default:
		column.Int64 = append(column.Int64, value.Int())
	}
}
