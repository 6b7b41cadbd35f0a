package sweep

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/unfurl-rnn/unfurl/train"
)

// Value is one number that was measured of a run.
type Value struct {
	Measure string // ed, accuracy, ...
	Stage   string // before, after or during
	Step    int    // t, or the epoch
	Value   float64
}

var valueColumns = []string{"measure", "stage", "step", "value"}

// valuesFile is the table of all values in a run's folder.
func valuesFile(folder train.Folder) string { return filepath.Join(folder.Path, "values.csv") }

// number writes a value with as many digits as tell it apart from every other.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (v Value) record() []string {
	return []string{v.Measure, v.Stage, strconv.Itoa(v.Step), number(v.Value)}
}

func writeValues(folder train.Folder, values []Value) error {
	return train.WriteFile(valuesFile(folder), func(w io.Writer) error {
		table := csv.NewWriter(w)
		table.Write(valueColumns)
		for _, value := range values {
			table.Write(value.record())
		}
		table.Flush()
		return table.Error()
	})
}

// Values returns what was measured of a finished run, in the order in which it was measured.
func (f Folder) Values(id string) ([]Value, error) {
	path := valuesFile(f.Run(id))
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("sweep: %s: %w", path, err)
	}
	var values []Value
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if len(row) != len(valueColumns) {
			return nil, fmt.Errorf("sweep: %s: row %d has %d columns, wanted %d", path, i+1, len(row), len(valueColumns))
		}
		value := Value{Measure: row[0], Stage: row[1]}
		if value.Step, err = strconv.Atoi(row[2]); err != nil {
			return nil, fmt.Errorf("sweep: %s: row %d: %w", path, i+1, err)
		}
		if value.Value, err = strconv.ParseFloat(row[3], 64); err != nil {
			return nil, fmt.Errorf("sweep: %s: row %d: %w", path, i+1, err)
		}
		values = append(values, value)
	}
	return values, nil
}
