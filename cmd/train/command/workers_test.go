package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// TestWorkersChangeNothing: the same seed gives the same bytes with one worker and with two.
func TestWorkersChangeNothing(t *testing.T) {
	var curves [2][]byte
	for i, workers := range []string{"1", "2"} {
		output := t.TempDir()
		var stderr bytes.Buffer
		if status := execute(context.Background(), []string{
			"paper", "--quick", "--figures", "3", "--realisations", "2", "--workers", workers, "-o", output,
		}, &bytes.Buffer{}, &stderr); status != 0 {
			t.Fatalf("exit status %d: %s", status, stderr.String())
		}
		var err error
		if curves[i], err = os.ReadFile(filepath.Join(output, "curves.csv")); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"bands.csv", "figure3.svg", "figure3.png", "report.html", "run.json"} {
			if _, err := os.Stat(filepath.Join(output, name)); err != nil {
				t.Error(err)
			}
		}
	}
	if !bytes.Equal(curves[0], curves[1]) {
		t.Error("curves.csv depends on the number of workers")
	}
}
