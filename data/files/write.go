package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// WriteFile writes a file atomically: to a temporary file next to it, which is flushed to disk and then renamed. On an error the
// old file, if any, is unchanged and no temporary file remains.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return Explain(path, err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			err = Explain(path, err)
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err = write(buffered); err != nil {
		return err
	}
	if err = buffered.Flush(); err != nil {
		return err
	}
	if err = file.Chmod(0o644); err != nil {
		return err
	}
	if err = file.Sync(); err != nil {
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// IsTemporary reports whether a file name is that of a temporary file of [WriteFile]. A process that is killed while writing leaves
// such a file behind.
func IsTemporary(name string) bool {
	hidden, ok := strings.CutPrefix(name, ".")
	i := strings.LastIndexByte(hidden, '.')
	return ok && i > 0 && i+1 < len(hidden) && strings.Trim(hidden[i+1:], "0123456789") == ""
}

// OutputError reports that a folder or file cannot be written, and the fix.
type OutputError struct {
	Path string
	Fix  string
	Err  error
}

func (e *OutputError) Error() string {
	return fmt.Sprintf("cannot write %s: %v; %s", e.Path, Cause(e.Err), e.Fix)
}

func (e *OutputError) Unwrap() error { return e.Err }

// Cause returns the cause of a path or rename error, without the temporary name in it.
func Cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// Explain returns the error of writing a path as an [OutputError] if there is a known fix.
func Explain(path string, err error) error {
	var known *OutputError
	switch {
	case errors.As(err, &known):
		return err
	case isFolder(path) && isRename(err):
		return &OutputError{path, "a folder of this name is in the way; remove it or choose another folder with -o", err}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &OutputError{path, "free some space or choose another folder with -o", err}
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return &OutputError{path, "choose a folder you may write to with -o", err}
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, os.ErrExist):
		return &OutputError{path, "choose another folder with -o", err}
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isRename(err error) bool {
	var link *os.LinkError
	return errors.As(err, &link)
}

// MakeFolder creates an output folder and checks that files can be written to it, so that a run fails before it computes and not after.
//
// Errors: [OutputError]; created folders are then removed.
func MakeFolder(path string) error {
	_, err := MakeFolderUndo(path)
	return err
}

// MakeFolderUndo is [MakeFolder] for callers that may still fail: undo removes the created folders that are empty.
func MakeFolderUndo(path string) (undo func(), err error) {
	var missing []string // deepest first
	for folder := filepath.Clean(path); ; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(folder); !errors.Is(err, os.ErrNotExist) || folder == filepath.Dir(folder) {
			break
		}
		missing = append(missing, folder)
	}
	undo = func() {
		for _, folder := range missing {
			_ = os.Remove(folder) // fails if another process uses it, as it should
		}
	}
	if err := makeWritable(path); err != nil {
		undo()
		return func() {}, err
	}
	return undo, nil
}

func makeWritable(path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return Explain(path, err)
	}
	probe, err := os.CreateTemp(path, ".writable.*")
	if err != nil {
		return Explain(path, err)
	}
	_, err = probe.WriteString("?")
	if closed := probe.Close(); err == nil {
		err = closed
	}
	os.Remove(probe.Name())
	if err != nil {
		return Explain(path, err)
	}
	return nil
}
