package files

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/unfurl-rnn/unfurl/data"
)

// Bounds on the decompressed size of a file; gzip reaches 1032 to 1, tables of numbers do not.
const (
	maximumRatio = 100
	allowance    = 1 << 20 // bytes that any file may decompress to
)

var errRatio = errors.New("unfolds to too much")

// counted counts the bytes read through it.
type counted struct {
	io.Reader
	bytes int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.bytes += int64(n)
	return n, err
}

// unfolded passes on the output of a decompressor as long as it is plausible for the number of bytes read.
type unfolded struct {
	counted
	compressed *counted
}

func (u *unfolded) Read(into []byte) (int, error) {
	n, err := u.counted.Read(into)
	if u.bytes > allowance+maximumRatio*u.compressed.bytes {
		return 0, errRatio
	}
	return n, err
}

// readCompressedCSV reads a CSV file compressed by gzip, which may decompress to 1 MiB plus 100 times its size.
func readCompressedCSV(reader io.Reader, options ReadOptions) (*data.Points, error) {
	compressed := &counted{Reader: reader}
	plain, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, &data.FileError{Fault: fmt.Sprintf("is not compressed by gzip (%v)", err), Fix: "name it .csv or compress it again", Cause: err}
	}
	return readCSV(&unfolded{counted{Reader: plain}, compressed}, options)
}

// readCSV reads points as described at [ReadPointsWith].
func readCSV(reader io.Reader, options ReadOptions) (*data.Points, error) {
	buffered := bufio.NewReaderSize(reader, peeked)
	format, err := detectLayout(buffered, options.Headerless)
	if err != nil {
		return nil, err
	}
	records := csv.NewReader(buffered)
	records.Comma = format.separator
	records.ReuseRecord = true
	records.TrimLeadingSpace = format.separator != '\t' // a tab is also a space

	first, err := records.Read()
	if errors.Is(err, io.EOF) {
		return nil, &data.FileError{Fault: "is empty", Fix: "give a header and one line per point"}
	}
	if err != nil {
		return nil, csvFault(err, 0, nil)
	}
	columns := len(first)
	var table *csvTable
	if options.Headerless {
		if table, err = headerlessTable(first, options.LabelColumn); err != nil {
			return nil, err
		}
		line, _ := records.FieldPos(0)
		table.add(first, line)
	} else if table, err = headedTable(first); err != nil {
		return nil, err
	}
	table.layout = format
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvFault(err, columns, record)
		}
		line, _ := records.FieldPos(0)
		table.add(record, line)
	}
	return table.points()
}

// csvFault describes an error of the CSV reader, which returned record in a table with the given number of columns, or of the
// reader below it.
func csvFault(err error, columns int, record []string) error {
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && errors.Is(err, csv.ErrFieldCount):
		fault := &data.FileError{Fault: fmt.Sprintf("row %d has %d of the first row's %d fields", parse.Line, len(record), columns),
			Fix: "give every row one field per column", Cause: err}
		if len(record) > columns {
			fault.Fault = fmt.Sprintf("row %d has %d fields, the first row %d", parse.Line, len(record), columns)
		}
		switch {
		case len(record) == columns+1 && parse.Line == 2:
			fault.Fix = "if the first field is the row name that R writes, leave it out: write.csv(frame, path, row.names = FALSE)"
		case len(record) > columns:
			fault.Fix = "give every row one field per column; where numbers have decimal commas, separate columns by semicolons"
		}
		return fault
	case errors.As(err, &parse):
		return &data.FileError{Fault: fmt.Sprintf("row %d: %v", parse.Line, parse.Err), Fix: "correct the quotes there", Cause: err}
	case errors.Is(err, errRatio):
		return &data.FileError{Fault: fmt.Sprintf("unfolds to more than %d times its size", maximumRatio), Fix: "unpack it with gunzip if it is yours", Cause: err}
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader):
		return &data.FileError{Fault: fmt.Sprintf("is damaged (%v)", err), Fix: "copy or compress it again", Cause: err}
	}
	return cannotRead(err)
}
