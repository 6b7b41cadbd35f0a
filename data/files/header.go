package files

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unfurl-rnn/unfurl/data"
)

// headerlessTable returns the layout of a table without a header from its first line.
func headerlessTable(first []string, label int) (*csvTable, error) {
	columns := len(first)
	column := label
	if column < 0 {
		column += columns
	}
	if column < 0 || column >= columns {
		return nil, &data.FileError{Fault: fmt.Sprintf("label_column = %d, but the file has %d columns", label, columns),
			Fix: fmt.Sprintf("give a column between %d and %d; -1 is the last", -columns, columns-1)}
	}
	// pandas writes a header with the numbers of an array's columns, which would pass as a point.
	numbering := columns > 2
	for i, field := range first {
		numbering = numbering && field == strconv.Itoa(i)
	}
	if numbering {
		return nil, &data.FileError{Fault: fmt.Sprintf("starts with the numbers 0 to %d, a header that counts the columns", columns-1),
			Fix: "remove the line, or name the label column in it \"label\" and read the file with its header (headerless = false)"}
	}
	table := &csvTable{headerless: true, roles: make([]int, columns), labels: newIDs(data.LabelColumn)}
	for i := range table.roles {
		name := fmt.Sprintf("column %d", i+1)
		if i == column {
			table.roles[i], table.label = data.LabelColumn, name
		} else {
			table.names, table.inputs = append(table.names, name), append(table.inputs, columnState{})
		}
	}
	return table, table.needInputs()
}

// headedTable returns the layout of a table from the names of its columns.
func headedTable(header []string) (*csvTable, error) {
	names := columnNames(header)
	if err := checkHeader(names); err != nil {
		return nil, err
	}
	table := &csvTable{roles: make([]int, len(names)), labels: newIDs(data.LabelColumn)}
	for i, name := range names {
		place := fmt.Sprintf("column %q", name)
		switch name {
		case "label":
			table.roles[i], table.label = data.LabelColumn, place
		case "cluster":
			table.roles[i], table.group = data.ClusterColumn, place
			table.clusters = newIDs(data.ClusterColumn)
		default:
			table.names = append(table.names, place)
			table.inputs = append(table.inputs, columnState{numbersRows: numbersRows(name)})
		}
	}
	return table, table.needInputs()
}

// checkHeader returns the first fault in the names of columns.
func checkHeader(names []string) error {
	if fault := checkLabel(names); fault != nil {
		return fault
	}
	seen := map[string]bool{}
	for i, name := range names {
		switch {
		case !utf8.ValidString(name):
			return &data.FileError{Fault: fmt.Sprintf("has a column %q, which is not UTF-8", name), Fix: "save the file as UTF-8"}
		case name == "" && i == len(names)-1:
			return &data.FileError{Fault: fmt.Sprintf("has no name for column %d, the last one", i+1),
				Fix: "name it if it is an input, else remove it: lines may end with a separator too many"}
		case name == "" || strings.HasPrefix(name, "Unnamed: "):
			return &data.FileError{Fault: fmt.Sprintf("has no name for column %d, which is the index where pandas or R wrote the file", i+1),
				Fix: "remove it: in pandas df.to_csv(path, index=False), in R write.csv(frame, path, row.names = FALSE); or name it if it is an input"}
		case seen[name]:
			return &data.FileError{Fault: fmt.Sprintf("has two columns %q", name), Fix: "rename or remove one"}
		}
		seen[name] = true
	}
	// A misspelt cluster column would silently pass as an input.
	if similar := similarName(names, "cluster"); similar != "" && !seen["cluster"] {
		return &data.FileError{Fault: fmt.Sprintf("has a column %q but none named %q", similar, "cluster"), Fix: `rename it to "cluster"`}
	}
	return nil
}

// checkLabel returns nil if one of the names is "label", otherwise an error with the likely intention.
func checkLabel(names []string) error {
	numbers := 0
	for _, name := range names {
		if name == "label" {
			return nil
		}
		if _, err := parseNumber(name); err == nil {
			numbers++
		}
	}
	// A misspelt label column comes first: it is the most likely fault.
	if similar := similarName(names, "label"); similar != "" {
		return &data.FileError{Fault: fmt.Sprintf("has a column %q but none named %q", similar, "label"), Fix: `rename it to "label"`}
	}
	if numbers > 0 && numbers >= len(names)-1 {
		return &data.FileError{Fault: "has no header",
			Fix: `name the columns in the first line, one of them "label", or read it as headerless (task.headerless = true)`}
	}
	if len(names) == 1 {
		return &data.FileError{Fault: `has one column and no column "label"`, Fix: "separate the columns by commas, tabs or semicolons"}
	}
	for _, usual := range []string{"class", "target", "species", "category", "classes", "Class", "Target", "Species", "y", "Y"} {
		for _, name := range names {
			if name == usual {
				return &data.FileError{Fault: `has no column "label"`, Fix: fmt.Sprintf("rename %q to \"label\" if it holds the classes", name)}
			}
		}
	}
	return &data.FileError{Fault: fmt.Sprintf("has no column \"label\" among its %d columns", len(names)), Fix: `name the column of class labels "label"`}
}

// numbersRows reports whether a name is typical of columns that only count or identify the rows.
func numbersRows(name string) bool {
	switch strings.ToLower(name) {
	case "id", "index", "idx", "row", "rowid", "row_id", "rownames", "row_names", "rowname", "row.names", "level_0":
		return true
	}
	return false
}

// similarName returns the first of names that differs from wanted by case, plural or surrounding blanks, or "".
func similarName(names []string, wanted string) string {
	for _, name := range names {
		if strings.EqualFold(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "s"), strings.TrimSuffix(wanted, "s")) {
			return name
		}
	}
	return ""
}
