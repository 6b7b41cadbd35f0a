package sweep

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// Value is one number that was measured on a run.
type Value struct {
	Measure string // ed, accuracy, ...
	Stage   string // before, after or during
	Step    int    // t, or the epoch
	Value   float64
}

var valueColumns = []string{"measure", "stage", "step", "value"}

// valuesName is the table of all values in a run's folder.
const valuesName = "values.csv"

// number formats a value with the fewest digits that identify it.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (v Value) record() []string {
	return []string{v.Measure, v.Stage, strconv.Itoa(v.Step), number(v.Value)}
}

func writeValues(folder run.Folder, values []Value) error {
	return files.WriteFile(filepath.Join(folder.Path, valuesName), func(w io.Writer) error {
		table := csv.NewWriter(w)
		table.Write(valueColumns)
		for _, value := range values {
			table.Write(value.record())
		}
		table.Flush()
		return table.Error()
	})
}

// Values returns what was measured on a finished run, in the order of measurement.
//
// Errors: a run that is not finished or is damaged.
func (f Folder) Values(id string) ([]Value, error) {
	values, _, err := f.values(id)
	return values, err
}

// values returns the values of a finished run, and whether there is no list to check them against.
func (f Folder) values(id string) (values []Value, unlisted bool, err error) {
	run := os.DirFS(f.Run(id).Path)
	var text []byte
	listed, err := readResult(run)
	if err == nil {
		text, err = listed.read(run, valuesName)
	}
	if err == nil {
		values, err = decodeValues(text)
	}
	if err == nil && len(values) != listed.Values {
		err = damage(fmt.Sprintf("%s has %d rows, wanted %d", valuesName, len(values), listed.Values))
	}
	if err != nil {
		return nil, false, fmt.Errorf("sweep: run %s: %w", id, err)
	}
	return values, listed.unlisted, nil
}

func decodeValues(text []byte) ([]Value, error) {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, damage(fmt.Sprintf("%s: %v", valuesName, err))
	}
	var values []Value
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if len(row) != len(valueColumns) {
			return nil, damage(fmt.Sprintf("%s: row %d has %d columns, wanted %d", valuesName, i+1, len(row), len(valueColumns)))
		}
		step, err := strconv.Atoi(row[2])
		number, other := strconv.ParseFloat(row[3], 64)
		if err = errors.Join(err, other); err != nil {
			return nil, damage(fmt.Sprintf("%s: row %d: %v", valuesName, i+1, err))
		}
		values = append(values, Value{Measure: row[0], Stage: row[1], Step: step, Value: number})
	}
	return values, nil
}
