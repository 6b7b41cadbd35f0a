package claims

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// shownParts is the number of parts that a line of [Markdown] shows in full.
const shownParts = 4

// Markdown returns a table of the claims in a claims.csv: a line for each, with its verdict and the numbers of its parts. Of claims with
// many parts it counts those that hold and shows the first of the others, or of all if all hold.
//
// Errors: those of r, and a file with other columns.
func Markdown(r io.Reader) (string, error) {
	rows, column, err := readLedger(r)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString("| | verdict | claim | numbers |\n|---|---|---|---|\n")
	for start := 0; start < len(rows); {
		end := start
		for end < len(rows) && rows[end][column["id"]] == rows[start][column["id"]] {
			end++
		}
		first := rows[start]
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", first[column["id"]], first[column["claim_verdict"]], first[column["claim"]], partsText(rows[start:end], column))
		start = end
	}
	return out.String(), nil
}

// MarkdownOverview returns a table of the claims in a claims.csv with a column for each verdict, which names its claims. Errors: as [Markdown].
func MarkdownOverview(r io.Reader) (string, error) {
	rows, column, err := readLedger(r)
	if err != nil {
		return "", err
	}
	verdicts := []Verdict{Holds, InPart, NotEstablished, DoesNotHold}
	ids := make([][]string, len(verdicts))
	for i, row := range rows {
		if at := slices.Index(verdicts, Verdict(row[column["claim_verdict"]])); at >= 0 && (i == 0 || rows[i-1][column["id"]] != row[column["id"]]) {
			ids[at] = append(ids[at], row[column["id"]])
		}
	}
	header, line := "|", "|"
	for i, verdict := range verdicts {
		header += fmt.Sprintf(" %d: %s |", len(ids[i]), verdict)
		line += fmt.Sprintf(" %s |", strings.Join(ids[i], " "))
	}
	return header + "\n|" + strings.Repeat("---|", len(verdicts)) + "\n" + line + "\n", nil
}

// readLedger returns the rows of a claims.csv without the header, and the places of its columns.
func readLedger(r io.Reader) (rows [][]string, column map[string]int, err error) {
	rows, err = csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("claims: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], ledgerColumns) {
		return nil, nil, fmt.Errorf("claims: this is no claims.csv of this version; its columns are %s", strings.Join(ledgerColumns, ","))
	}
	column = map[string]int{}
	for i, name := range ledgerColumns {
		column[name] = i
	}
	return rows[1:], column, nil
}

// partsText returns the numbers of the parts of one claim.
func partsText(parts [][]string, column map[string]int) string {
	judged := slices.DeleteFunc(slices.Clone(parts), func(row []string) bool { return row[column["verdict"]] == string(Reported) })
	shown, lead, rest := judged, "", 0
	if len(judged) > shownParts {
		shown = slices.DeleteFunc(slices.Clone(judged), func(row []string) bool { return row[column["verdict"]] == string(Holds) })
		lead = fmt.Sprintf("%d of %d parts hold; ", len(judged)-len(shown), len(judged))
		if len(shown) == 0 {
			shown, lead = judged, fmt.Sprintf("all %d parts hold, among them ", len(judged))
		}
		rest = max(0, len(shown)-shownParts)
		shown = shown[:len(shown)-rest]
	}
	var texts []string
	for _, row := range shown {
		text := rounded(row[column["value"]])
		if name := row[column["part"]]; name != "" {
			text = name + ": " + text
		}
		if verdict := row[column["verdict"]]; verdict != row[column["claim_verdict"]] && len(judged) <= shownParts {
			text += " (" + verdict + ")"
		}
		texts = append(texts, text)
	}
	if rest > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", rest))
	}
	return lead + strings.Join(texts, "; ")
}

// rounded returns a number with three significant digits, other text as it is.
func rounded(text string) string {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return fmt.Sprintf("%.3g", value)
}
