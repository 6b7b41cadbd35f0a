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
// many parts it counts those that hold and shows the others.
//
// Errors: those of r, and a file with other columns.
func Markdown(r io.Reader) (string, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], ledgerColumns) {
		return "", fmt.Errorf("claims: this is no claims.csv of this version; its columns are %s", strings.Join(ledgerColumns, ","))
	}
	column := map[string]int{}
	for i, name := range ledgerColumns {
		column[name] = i
	}
	var out strings.Builder
	out.WriteString("| | verdict | claim | numbers |\n|---|---|---|---|\n")
	for start := 1; start < len(rows); {
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

// partsText returns the numbers of the parts of one claim.
func partsText(parts [][]string, column map[string]int) string {
	judged := slices.DeleteFunc(slices.Clone(parts), func(row []string) bool { return row[column["verdict"]] == string(Reported) })
	shown := judged
	var texts []string
	if len(judged) > shownParts {
		shown = slices.DeleteFunc(slices.Clone(judged), func(row []string) bool { return row[column["verdict"]] == string(Holds) })
		texts = append(texts, fmt.Sprintf("%d of %d parts hold", len(judged)-len(shown), len(judged)))
		shown = shown[:min(shownParts, len(shown))]
	}
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
	return strings.Join(texts, "; ")
}

// rounded returns a number with three significant digits, other text as it is.
func rounded(text string) string {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return fmt.Sprintf("%.3g", value)
}
