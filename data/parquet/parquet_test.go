package parquet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	library "github.com/parquet-go/parquet-go"

	"github.com/unfurl-rnn/unfurl/data/parquet"
)

// sampleTable has a column of every type; names are not in alphabetical order.
func sampleTable(rows int) parquet.Table {
	table := parquet.Table{
		{Name: "stage", Text: make([]string, rows)}, {Name: "h2", Float32: make([]float32, rows)},
		{Name: "h10", Float64: make([]float64, rows)}, {Name: "sample", Int32: make([]int32, rows)},
		{Name: "big", Int64: make([]int64, rows)}, {Name: "alive", Bool: make([]bool, rows)},
	}
	for i := range rows {
		table[0].Text[i] = fmt.Sprint("stage ", i%3)
		table[1].Float32[i] = float32(math.Sin(float64(i)))
		table[2].Float64[i] = 1 / float64(i) // +Inf first
		table[3].Int32[i] = int32(i - 7)
		table[4].Int64[i] = math.MaxInt64 - int64(i)
		table[5].Bool[i] = i%2 == 0
	}
	return table
}

var metadata = map[string]string{"d": "2", "a": "1", "c": "é"}

func encode(t *testing.T, table parquet.Table) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := parquet.Encode(&file, table, metadata); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestEncodeRoundTrip(t *testing.T) {
	for _, rows := range []int{0, 1, 4095, 4097, 1<<17 + 1} {
		t.Run(fmt.Sprintf("rows=%d", rows), func(t *testing.T) {
			table := sampleTable(rows)
			content := encode(t, table)
			file, err := library.OpenFile(bytes.NewReader(content), int64(len(content)))
			if err != nil {
				t.Fatal(err)
			}
			for i, field := range file.Schema().Fields() {
				if field.Name() != table[i].Name {
					t.Errorf("column %d is %q, want %q", i, field.Name(), table[i].Name)
				}
			}
			if text, _ := file.Lookup("c"); text != "é" {
				t.Errorf("metadata c is %q", text)
			}
			reader := library.NewReader(file)
			row, read := make([]library.Row, 1), 0
			for ; ; read++ {
				n, err := reader.ReadRows(row)
				if n == 0 && errors.Is(err, io.EOF) {
					break
				}
				got := row[0]
				if got[0].String() != table[0].Text[read] || got[1].Float() != table[1].Float32[read] || got[2].Double() != table[2].Float64[read] ||
					got[3].Int32() != table[3].Int32[read] || got[4].Int64() != table[4].Int64[read] || got[5].Boolean() != table[5].Bool[read] {
					t.Fatalf("row %d is %v", read, got)
				}
			}
			if read != rows {
				t.Errorf("%d rows, want %d", read, rows)
			}
		})
	}
}

func TestEncodeIsDeterministic(t *testing.T) {
	first := encode(t, sampleTable(5000))
	for range 5 {
		if !bytes.Equal(first, encode(t, sampleTable(5000))) {
			t.Fatal("the same table gave other bytes")
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	one := parquet.Column{Name: "a", Int32: []int32{1}}
	for _, c := range []struct {
		table parquet.Table
		want  string
	}{
		{nil, "no columns"},
		{parquet.Table{{Int32: []int32{1}}}, "cannot name a column"},
		{parquet.Table{one, one}, `two columns are called "a"`},
		{parquet.Table{{Name: "a"}}, "0 value slices"},
		{parquet.Table{{Name: "a", Int32: []int32{1}, Bool: []bool{true}}}, "2 value slices"},
		{parquet.Table{one, {Name: "b", Int32: []int32{1, 2}}}, `column "b" has 2 values, column "a" 1`},
		{parquet.Table{{Name: "a", Text: []string{"\xff"}}}, "not UTF-8"},
	} {
		err := parquet.Encode(io.Discard, c.table, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one with %q", c.table, err, c.want)
		}
	}
}

// failing is a disk that fills up.
type failing struct{ room int }

func (f *failing) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestEncodeReportsFailingWrites(t *testing.T) {
	size := len(encode(t, sampleTable(1000)))
	for room := 0; room < size; room += size / 10 {
		if err := parquet.Encode(&failing{room}, sampleTable(1000), metadata); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("room for %d of %d bytes: %v", room, size, err)
		}
	}
}
