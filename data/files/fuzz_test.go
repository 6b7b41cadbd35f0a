package files

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/unfurl-rnn/unfurl/data"
)

// checkRead fails unless points are valid or err is a one-line error.
func checkRead(t *testing.T, points *data.Points, err error) {
	t.Helper()
	if err != nil {
		if bytes.ContainsRune([]byte(err.Error()), '\n') {
			t.Fatalf("error of several lines: %q", err)
		}
		return
	}
	if err := points.Validate(); err != nil {
		t.Fatalf("read unsound points: %v", err)
	}
	summary := points.Summary()
	if line := summary.String(); len(summary.Classes) != points.Classes || bytes.ContainsRune([]byte(line), '\n') {
		t.Fatalf("summary of %d classes: %q", points.Classes, line)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("x1,label\n1,0\n2,1\n", false, -1)
	f.Add("x1,x2,label,cluster\n1,nan,0,0\n2,1e999,1,1\n", false, 0)
	f.Add("1,2,0\n3,4,1\n", true, -1)
	f.Add("a;b;label\n1,5;2.5;x\n,NA;y\n", false, -1)
	f.Add("# a\tlabel\n1,5\t1.0\n2\t1\n", false, -1)
	f.Add("\ufeffx1;label\r\n\"1\";0\r\n", false, -1)
	f.Fuzz(func(t *testing.T, content string, headerless bool, labelColumn int) {
		points, err := readCSV(bytes.NewReader([]byte(content)), ReadOptions{Headerless: headerless, LabelColumn: labelColumn})
		checkRead(t, points, err)
	})
}

func FuzzReadCompressedCSV(f *testing.F) {
	// Only a few points, because the fuzzer reads them often.
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		points, err := readCompressedCSV(bytes.NewReader(content), DefaultReadOptions())
		checkRead(t, points, err)
	})
}

func FuzzReadArchive(f *testing.F) {
	for _, name := range []string{"plain.npz", "compressed.npz"} {
		content, err := os.ReadFile(filepath.Join("..", "npy", "testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		points, err := readArchive(bytes.NewReader(content), int64(len(content)))
		checkRead(t, points, err)
	})
}
