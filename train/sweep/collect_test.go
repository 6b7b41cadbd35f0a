package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/unfurl-rnn/unfurl/train/run"
	"github.com/unfurl-rnn/unfurl/train/sweep"
)

func TestCollect(t *testing.T) {
	folder, plan := newSweep(t, 3)
	if err := folder.Work(t.Context(), plan.Runs[:2], options(1), new(counter).execute, quiet{}); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(t.TempDir(), "table.csv")
	if done, _, err := folder.Collect(t.Context(), table); err != nil || done != 2 {
		t.Fatalf("%d runs, %v", done, err)
	}
	text, _ := os.ReadFile(table)
	wanted := "run,realisation,measure,stage,step,value\n" +
		plan.Runs[0].ID + ",0,ed,after,3,1.5\n" + plan.Runs[1].ID + ",1,ed,after,3,2.5\n"
	if string(text) != wanted {
		t.Errorf("table\n%s\nwant\n%s", text, wanted)
	}
	var format *sweep.FormatError
	if _, _, err := folder.Collect(t.Context(), "table.xlsx"); !errors.As(err, &format) {
		t.Errorf("another format: %v", err)
	}
}

// TestCollectParquet reads the table back with the columns' types.
func TestCollectParquet(t *testing.T) {
	plan, err := sweep.Decode([]byte(full), presets)
	if err != nil {
		t.Fatal(err)
	}
	folder := sweep.Folder{Path: t.TempDir()}
	if plan, err = folder.Create(plan, nil, false); err != nil {
		t.Fatal(err)
	}
	if err := folder.Work(t.Context(), plan.Runs, options(2), new(counter).execute, quiet{}); err != nil {
		t.Fatal(err)
	}
	var encoded [2][]byte
	for i := range encoded {
		path := filepath.Join(t.TempDir(), "table.parquet")
		if _, _, err := folder.Collect(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		encoded[i], _ = os.ReadFile(path)
	}
	if !bytes.Equal(encoded[0], encoded[1]) {
		t.Error("the same runs gave other bytes")
	}
	type row struct {
		Run         string  `parquet:"run"`
		Coupling    float64 `parquet:"network.coupling"`
		Realisation int64   `parquet:"realisation"`
		Clusters    int64   `parquet:"task.clusters"`
		Activation  string  `parquet:"network.activation"`
		Measure     string  `parquet:"measure"`
		Step        int64   `parquet:"step"`
		Value       float64 `parquet:"value"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(encoded[0]), int64(len(encoded[0])))
	if err != nil || len(rows) != len(plan.Runs) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, run := range plan.Runs {
		c := run.Config
		wanted := row{run.ID, c.Network.Coupling, int64(c.Realisation), int64(c.Task.Clusters), string(c.Network.Activation), "ed", 3, 1.5 + float64(c.Realisation)}
		if rows[i] != wanted {
			t.Errorf("row %d is %+v, want %+v", i, rows[i], wanted)
		}
	}
}

// TestValuesKeepTheirBits, of numbers that have no short form too.
func TestValuesKeepTheirBits(t *testing.T) {
	folder, plan := newSweep(t, 1)
	wanted := []float64{0, math.Pi, 1e-300, math.Nextafter(1, 2), math.Inf(1)}
	err := folder.Work(t.Context(), plan.Runs, options(1), func(_ context.Context, _ run.Folder, _ sweep.Run, _ bool) ([]sweep.Value, error) {
		var values []sweep.Value
		for step, v := range wanted {
			values = append(values, sweep.Value{Measure: "loss", Stage: "during", Step: step, Value: v})
		}
		return values, nil
	}, quiet{})
	if err != nil {
		t.Fatal(err)
	}
	values, err := folder.Values(plan.Runs[0].ID)
	if err != nil || len(values) != len(wanted) {
		t.Fatalf("%v, %v", values, err)
	}
	for i, v := range values {
		if v.Value != wanted[i] || v.Step != i {
			t.Errorf("value %d is %+v, want %g", i, v, wanted[i])
		}
	}
}
