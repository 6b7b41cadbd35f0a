package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/unfurl-rnn/unfurl/data/files"
)

// CreateExclusive creates a file with its whole content, unless it exists: a temporary file with a unique
// name, then a hard link, which file servers create atomically. Where there are no hard links the file is
// created exclusively and then written.
//
// Errors: one that is [os.ErrExist] if the file exists; [files.OutputError].
func CreateExclusive(path string, content []byte) error {
	temporary, err := writeTemporary(path, content)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	err = os.Link(temporary, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrExist):
		// The reply to the first request may have been lost and the client have repeated it: then the file
		// is ours. Claims differ in a random number; equal plans may be shared.
		if existing, err := os.ReadFile(path); err == nil && bytes.Equal(existing, content) {
			return nil
		}
		return fmt.Errorf("run: %s: %w", path, os.ErrExist)
	}
	return createWithoutLinks(path, content)
}

// writeTemporary writes content into a file with a unique name next to path and returns the name.
func writeTemporary(path string, content []byte) (string, error) {
	name := filepath.Join(filepath.Dir(path), ".new-"+Nonce()+"-"+filepath.Base(path))
	err := files.WriteFile(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	return name, err
}

func createWithoutLinks(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
		return fmt.Errorf("run: %w", err)
	}
	return nil
}
