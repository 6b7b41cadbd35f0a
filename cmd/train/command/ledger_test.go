package command

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
)

//go:generate go test -run ^TestPaperLedger$ . -update

// TestPaperLedger: the tables of claims in paper.md and README.md are those of .github/claims.csv, which `train claims --all
// --realisations 30` wrote.
func TestPaperLedger(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	for _, table := range []struct {
		file string
		of   func(io.Reader) (string, error)
	}{{filepath.Join(root, ".github", "paper.md"), claims.Markdown}, {filepath.Join(root, "README.md"), claims.MarkdownOverview}} {
		ledger, err := os.ReadFile(filepath.Join(root, ".github", "claims.csv"))
		if err != nil {
			t.Fatal(err)
		}
		made, err := table.of(bytes.NewReader(ledger))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(table.file)
		if err != nil {
			t.Fatal(err)
		}
		const begin, end = "<!-- claims.csv -->\n", "<!-- end -->\n"
		before, rest, found := strings.Cut(string(text), begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			t.Fatalf("%s has no %s ... %s", table.file, begin, end)
		}
		want := before + begin + made + end + after
		if *update {
			if err := os.WriteFile(table.file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if string(text) != want {
			t.Errorf("the table in %s is not that of claims.csv; run go generate ./cmd/train/command", table.file)
		}
	}
}
