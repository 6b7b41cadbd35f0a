package files

import (
	"bytes"
	"compress/gzip"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
)

// TestHostileTablesAllocateLittle: memory is proportional to the bytes of a table, about 300 bytes per byte if every field is
// empty, or to its compressed bytes.
func TestHostileTablesAllocateLittle(t *testing.T) {
	pack := func(text string) []byte {
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		writer.Write([]byte(text))
		writer.Close()
		return packed.Bytes()
	}
	plain := func(content []byte) (*data.Points, error) {
		return readCSV(bytes.NewReader(content), DefaultReadOptions())
	}
	compressed := func(content []byte) (*data.Points, error) {
		return readCompressedCSV(bytes.NewReader(content), DefaultReadOptions())
	}
	bomb := pack("a,label\n" + strings.Repeat("0,0\n", 8<<20))
	for name, test := range map[string]struct {
		read    func([]byte) (*data.Points, error)
		content []byte
		most    uint64 // bytes
		want    string
	}{
		"a table's bomb":  {compressed, bomb, 2000 * uint64(len(bomb)), "unfolds to more than 100 times its size"},
		"one long field":  {compressed, pack(`label,"` + strings.Repeat("x", 32<<20)), 32 << 20, "unfolds to more than 100 times its size"},
		"many columns":    {plain, []byte(strings.Repeat(",", 1<<16) + "label\n"), 400 << 16, "has no name for column 1"},
		"many fields":     {plain, []byte("a,label\n" + strings.Repeat(",", 1<<20)), 200 << 20, "row 2 has 1048577 fields, the first row 2"},
		"many short rows": {plain, []byte("a,label\n" + strings.Repeat("1,0\n", 1<<18)), 100 << 20, "of one class"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := test.read(test.content)
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > test.most {
			t.Errorf("%s: %d bytes allocated for a file of %d", name, spent, len(test.content))
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
