package files

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unfurl-rnn/unfurl/data"
)

// ids collects a column of labels or cluster ids as written in the file.
type ids struct {
	column int            // LabelColumn or ClusterColumn
	codes  map[string]int // code of each distinct text, in the order of appearance
	texts  []string
	first  []int // row in which each first appears
	rows   []int // S codes
}

func newIDs(column int) *ids { return &ids{column: column, codes: map[string]int{}} }

// add appends the entry of the next row.
func (c *ids) add(text string) {
	text = strings.TrimSpace(text)
	code, known := c.codes[text]
	if !known {
		text = strings.Clone(text) // it may be part of a long line
		code = len(c.texts)
		c.codes[text] = code
		c.texts, c.first = append(c.texts, text), append(c.first, len(c.rows))
	}
	c.rows = append(c.rows, code)
}

// number returns the entries as 0..n-1, ordered by value if all are integers, otherwise by text; and their names, nil if they are
// 0..n-1 already.
//
// Errors: a [*data.PointError] for a missing entry, a number with a fraction among numbers, text that is not UTF-8.
func (c *ids) number() (numbered []int, names []string, err error) {
	kind, key := "label", `"label"`
	if c.column == data.ClusterColumn {
		kind, key = "cluster id", `"cluster"`
	}
	fault := func(code int, fault, fix string) error {
		return &data.PointError{Row: c.first[code], Column: c.column, Fault: fault, Fix: fix}
	}
	values, whole, numeric := make([]int64, len(c.texts)), true, true
	fraction := 0 // the code of a number that is not an integer
	for code, text := range c.texts {
		switch {
		case isMissing(text) && len(c.texts) == 1:
			fix := `give the classes in the column "label"`
			if c.column == data.ClusterColumn {
				fix = "remove it: without clusters every class is one"
			}
			return nil, nil, fault(code, fmt.Sprintf("no row has a %s (%q)", kind, text), fix)
		case isMissing(text):
			return nil, nil, fault(code, "the "+kind+" is missing ("+strconv.Quote(text)+")", "remove the row; a class may not have this name")
		case !utf8.ValidString(text):
			return nil, nil, fault(code, fmt.Sprintf("%s %q is not UTF-8", kind, text), "save the file as UTF-8")
		}
		value, isWhole, isNumber := wholeNumber(text)
		if numeric = numeric && isNumber; isNumber && !isWhole && whole {
			whole, fraction = false, code
		}
		values[code] = value
	}
	if numeric && !whole {
		return nil, nil, fault(fraction, fmt.Sprintf("%s %s is not a whole number", kind, c.texts[fraction]),
			"give classes, not quantities, in the column "+key+"; bin a quantity first")
	}
	order := make([]int, len(c.texts))
	for code := range order {
		order[code] = code
	}
	compare := func(a, b int) int { return strings.Compare(c.texts[a], c.texts[b]) }
	if numeric {
		compare = func(a, b int) int { return cmp.Compare(values[a], values[b]) }
	}
	slices.SortFunc(order, compare)
	ranks, plain := make([]int, len(order)), numeric
	for i, code := range order {
		if i == 0 || compare(order[i-1], code) != 0 { // 1 and 1.0 are the same number
			name := c.texts[code]
			if numeric {
				name = strconv.FormatInt(values[code], 10)
				plain = plain && values[code] == int64(len(names))
			}
			names = append(names, name)
		}
		ranks[code] = len(names) - 1
	}
	if plain {
		names = nil
	}
	numbered = make([]int, len(c.rows))
	for row, code := range c.rows {
		numbered[row] = ranks[code]
	}
	return numbered, names, nil
}

// wholeNumber returns the value of a text, whether it is an exact integer, and whether it is a number at all.
func wholeNumber(text string) (value int64, whole, number bool) {
	if value, err := strconv.ParseInt(text, 10, 64); err == nil {
		return value, true, true
	}
	float, err := parseNumber(text)
	if err != nil {
		return 0, false, false
	}
	if float != math.Trunc(float) || math.Abs(float) > 1<<53 {
		return 0, false, true
	}
	return int64(float), true, true
}

// parseNumber reads a number as written in tables. Go's syntax accepts more: 1_12 would be 112, and 0x1p-2 a quarter, where other
// programs see text.
func parseNumber(text string) (float64, error) {
	if strings.ContainsAny(text, "_xX") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}

// isMissing reports whether a field means a missing value, as pandas and R write it.
func isMissing(text string) bool {
	switch text {
	case "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-nan", "NAN", "NULL", "null", "None", "NaT":
		return true
	}
	return false
}
