package claims

import (
	"strings"
	"testing"
)

// TestMarkdown: a line for each claim; of many parts, the first of those that do not hold, or of all.
func TestMarkdown(t *testing.T) {
	header := strings.Join(ledgerColumns, ",")
	line := func(id, part, value, verdict, of string) string {
		cells := map[string]string{"id": id, "part": part, "claim": "It is so.", "value": value, "verdict": verdict, "claim_verdict": of}
		var row []string
		for _, column := range ledgerColumns {
			row = append(row, cells[column])
		}
		return strings.Join(row, ",")
	}
	lines := []string{header, line("C1", "a", "0.99512345", "holds", "holds"), line("C1", "b", "7", "reported", "holds")}
	for _, part := range []string{"a", "b", "c", "d"} {
		lines = append(lines, line("C2", part, "1", "holds", "in part"))
	}
	lines = append(lines, line("C2", "e", "2.0000", "does not hold", "in part"))
	for _, part := range []string{"a", "b", "c", "d", "e", "f"} {
		lines = append(lines, line("C3", part, "1", "holds", "holds"))
	}
	got, err := Markdown(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	want := "| | verdict | claim | numbers |\n|---|---|---|---|\n| C1 | holds | It is so. | a: 0.995 |\n| C2 | in part | It is so. | 4 of 5 parts hold; e: 2 |\n" +
		"| C3 | holds | It is so. | all 6 parts hold, among them a: 1; b: 1; c: 1; d: 1; and 2 more |\n"
	if err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	const overview = "| 2: holds | 1: in part | 0: not established | 0: does not hold |\n|---|---|---|---|\n| C1 C3 | C2 |  |  |\n"
	if got, err := MarkdownOverview(strings.NewReader(strings.Join(lines, "\n") + "\n")); err != nil || got != overview {
		t.Errorf("got %s, %v, want %s", got, err, overview)
	}
	if _, err := Markdown(strings.NewReader("a,b\n1,2\n")); err == nil {
		t.Error("other columns: no error")
	}
}
