package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"

	"github.com/unfurl-rnn/unfurl/train/run"
)

// largestUnlisted is the most bytes that are read from a file whose size is not listed.
const largestUnlisted = 1 << 28

// readUnlisted returns the result of a finished run that has no result.json because the program that made it wrote
// none: its record says that it is done and names no format. The only check on the values is that they exist and end
// in a whole line.
//
// Errors: [damage], errors of reading.
func readUnlisted(folder fs.FS) (*result, error) {
	missing := damage(resultName + " is missing")
	text, err := readAtMost(folder, "run.json", largestResult)
	if errors.Is(err, fs.ErrNotExist) || isDamage(err) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	var record run.Provenance
	if json.Unmarshal(text, &record) != nil || record.Format >= 1 || record.State != "done" {
		return nil, missing
	}
	text, err = readAtMost(folder, valuesName, largestUnlisted)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, damage(valuesName + " is missing")
	case err != nil:
		return nil, err
	case !bytes.HasSuffix(text, []byte("\n")):
		return nil, damage(valuesName + " ends in the middle of a line")
	}
	values, err := decodeValues(text)
	if err != nil {
		return nil, err
	}
	return &result{Values: len(values), unlisted: true}, nil
}
