package files

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data"
)

// byteOrderMark is the start of UTF-8 files from spreadsheets.
const byteOrderMark = "\ufeff"

// layout describes how the fields of a table are separated.
type layout struct {
	separator rune
}

// peeked is the number of bytes of a table that determine its layout.
const peeked = 1 << 16

// detectLayout examines the start of a table, and leaves the reader after a byte order mark.
//
// Errors: a [*data.FileError] for input that is not a table of UTF-8 text.
func detectLayout(reader *bufio.Reader, headerless bool) (layout, error) {
	start, _ := reader.Peek(peeked) // an error of the reader recurs on reading
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return layout{}, &data.FileError{Fault: "is a zip archive, perhaps an Excel workbook", Fix: "save the sheet as CSV UTF-8"}
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return layout{}, &data.FileError{Fault: "is compressed by gzip", Fix: "name it .csv.gz"}
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")), bytes.IndexByte(start, 0) >= 0:
		return layout{}, &data.FileError{Fault: "is not UTF-8 but UTF-16 or binary", Fix: "save it as CSV UTF-8"}
	}
	if bytes.HasPrefix(start, []byte(byteOrderMark)) {
		start = start[len(byteOrderMark):]
		// Peeked bytes are in the buffer, so discarding them cannot fail.
		_, _ = reader.Discard(len(byteOrderMark))
	}
	if at := bytes.IndexByte(start, '\r'); at >= 0 && at < len(start)-1 && bytes.IndexByte(start, '\n') < 0 {
		return layout{}, &data.FileError{Fault: "ends its lines with carriage returns only", Fix: "save it with the line ends of Unix or Windows"}
	}
	if len(start) >= 4 && strings.EqualFold(string(start[:4]), "sep=") {
		return layout{}, &data.FileError{Fault: "starts with Excel's line sep=", Fix: "remove this line"}
	}
	first := string(start)
	for line := range strings.Lines(first) {
		if strings.TrimSpace(line) != "" {
			first = line
			break
		}
	}
	return layout{separator: separatorOf(first, headerless)}, nil
}

// separatorOf returns the separator that gives the first line a column "label", otherwise the one that gives the most fields.
// Numbers may contain commas but neither tabs nor semicolons, so in a line of numbers a comma is the last choice.
func separatorOf(line string, headerless bool) rune {
	best, most := ',', 1
	candidates := []rune{',', '\t', ';'}
	if headerless {
		candidates = []rune{'\t', ';', ','}
	}
	for _, separator := range candidates {
		fields := splitLine(line, separator)
		if !headerless && slices.Contains(fields, "label") {
			return separator
		}
		if len(fields) > most {
			best, most = separator, len(fields)
			if headerless {
				return best
			}
		}
	}
	return best
}

// splitLine returns the names in a header.
func splitLine(line string, separator rune) []string {
	reader := csv.NewReader(strings.NewReader(line))
	reader.Comma, reader.LazyQuotes = separator, true
	fields, err := reader.Read()
	if err != nil {
		return nil
	}
	return columnNames(fields)
}

// columnNames returns the names in a header without blanks around them, and without the "#" of numpy.savetxt.
func columnNames(header []string) []string {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.TrimSpace(name)
	}
	if len(names) > 0 {
		names[0] = strings.TrimSpace(strings.TrimPrefix(names[0], "#"))
	}
	return names
}

// describe returns the layout in words, empty for the plain one.
func (l layout) describe(decimalCommas bool) string {
	words := map[rune]string{'\t': "separated by tabs", ';': "separated by semicolons"}[l.separator]
	if decimalCommas {
		words += ", decimal commas"
	}
	return words
}
