package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/analysis/farrell2019/claims"
)

//go:generate go test -run ^TestPaperLedger$ . -update

// TestPaperLedger: the table of claims in paper.md is that of .github/claims.csv, which `train claims --realisations 30` wrote.
func TestPaperLedger(t *testing.T) {
	github := filepath.Join("..", "..", "..", ".github")
	ledger, err := os.Open(filepath.Join(github, "claims.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	table, err := claims.Markdown(ledger)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(github, "paper.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- claims.csv -->\n", "<!-- end -->\n"
	before, rest, found := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("paper.md has no %s ... %s", begin, end)
	}
	want := before + begin + table + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Error("the table in paper.md is not that of claims.csv; run go generate ./cmd/train/command")
	}
}
