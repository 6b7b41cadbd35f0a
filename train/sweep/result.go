package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/files"
	"github.com/unfurl-rnn/unfurl/train/run"
)

// resultName is the file of a finished run that lists the others.
const resultName = "result.json"

// largestResult is the most bytes that are read from it; the list of a run is a few kilobytes.
const largestResult = 1 << 20

// result is the content of result.json: the files of a run's folder when the run was finished.
type result struct {
	Values   int          `json:"values"` // rows of values.csv below its header
	Files    []fileDigest `json:"files"`
	unlisted bool         // there is no result.json, and the format in the run's record has none
}

// fileDigest describes a file of a run by its slash-separated path within the run's folder.
type fileDigest struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// damage says what is wrong with the folder of a finished run.
type damage string

func (d damage) Error() string { return string(d) }

func isDamage(err error) bool {
	_, is := errors.AsType[damage](err)
	return is
}

// errNotDone says that a run has no folder of results.
var errNotDone = errors.New("the run is not finished")

// writeResult lists the files of an attempt in its result.json. Checkpoints are left out, since they go when the
// run is finished, and so are hidden files.
func writeResult(folder run.Folder, values int) error {
	content := result{Values: values}
	err := filepath.WalkDir(folder.Path, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == folder.Path:
			return nil
		case path == folder.Checkpoints():
			return fs.SkipDir
		case !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		name, err := filepath.Rel(folder.Path, path)
		if err != nil {
			return err
		}
		digest, err := digestFile(path)
		digest.Name = filepath.ToSlash(name)
		content.Files = append(content.Files, digest)
		return err
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return files.WriteFile(filepath.Join(folder.Path, resultName), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", " ")
		return encoder.Encode(content)
	})
}

// digestFile returns the size and the checksum of a file, without its name.
func digestFile(path string) (fileDigest, error) {
	file, err := os.Open(path)
	if err != nil {
		return fileDigest{}, err
	}
	defer file.Close()
	hash := sha256.New()
	bytes, err := io.Copy(hash, file)
	return fileDigest{Bytes: bytes, SHA256: hex.EncodeToString(hash.Sum(nil))}, err
}

// Inspect checks that the folder of a finished run is intact: all files that it had when the run was finished
// exist with their sizes. It returns an error that is [fs.ErrNotExist] if there is no such folder; any other error
// says what is wrong.
func Inspect(run fs.FS) error {
	_, err := readResult(run)
	if errors.Is(err, errNotDone) {
		return fs.ErrNotExist
	}
	return err
}

// readResult returns the list of a finished run's files, which have the sizes in it. Runs of older programs have no
// list.
//
// Errors: [errNotDone], [damage], errors of reading.
func readResult(run fs.FS) (*result, error) {
	text, err := readAtMost(run, resultName, largestResult)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := fs.Stat(run, "."); errors.Is(err, fs.ErrNotExist) {
			return nil, errNotDone
		}
		return readUnlisted(run)
	}
	if err != nil {
		return nil, err
	}
	r := new(result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, damage(fmt.Sprintf("%s: %v", resultName, err))
	}
	for _, file := range r.Files {
		if err := file.compareSize(run); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// compareSize checks that a file exists with its size.
func (d fileDigest) compareSize(run fs.FS) error {
	info, err := fs.Stat(run, d.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return damage(d.Name + " is missing")
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return damage(d.Name + " is not a regular file")
	case info.Size() == d.Bytes:
		return nil
	}
	// A client of a file server may have cached an old size, but asks again when it opens the file.
	file, err := run.Open(d.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil {
		return err
	}
	if info.Size() != d.Bytes {
		return damage(fmt.Sprintf("%s has %d bytes, wanted %d", d.Name, info.Size(), d.Bytes))
	}
	return nil
}

// read returns the content of a file of the run, if it has the checksum in the list.
func (r *result) read(run fs.FS, name string) ([]byte, error) {
	if r.unlisted {
		return readAtMost(run, name, largestUnlisted)
	}
	for _, file := range r.Files {
		if file.Name != name {
			continue
		}
		text, err := readAtMost(run, name, file.Bytes)
		if err != nil {
			return nil, err
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != file.SHA256 {
			return nil, damage(name + " was changed: its checksum differs")
		}
		return text, nil
	}
	return nil, damage(resultName + " does not list " + name)
}

// readAtMost reads a regular file; of a larger one limit bytes and one more.
func readAtMost(folder fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, damage(name + " is not a regular file")
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit+1))
}

// result returns the list of a finished run whose folder is intact: the files have their sizes, the
// values their checksum.
//
// Errors: [errNotDone], [damage], errors of reading.
func (f Folder) result(id string) (*result, error) {
	run := os.DirFS(f.Run(id).Path)
	r, err := readResult(run)
	if err == nil && !r.unlisted {
		_, err = r.read(run, valuesName)
	}
	switch {
	case err == nil:
		return r, nil
	case errors.Is(err, errNotDone) || isDamage(err):
		return nil, err
	}
	return nil, fmt.Errorf("sweep: %w", err)
}

// check returns nil if a run is finished and its folder intact, else the error of result.
func (f Folder) check(id string) error {
	_, err := f.result(id)
	return err
}

// setAside moves the folder of a damaged run out of the way of a new attempt. It is kept next to the attempts.
func (f Folder) setAside(id string, generation int) error {
	err := os.Rename(f.Run(id).Path, f.stateFile(id, "damaged", generation, ""))
	if err != nil && !errors.Is(err, os.ErrNotExist) { // another process may have been quicker
		return outputError(f.Run(id).Path, err)
	}
	return nil
}

// DamagedError says which finished runs are damaged.
type DamagedError struct {
	Folder  string
	Done    int      // runs that are finished, damaged or not
	IDs     []string // of those that are damaged
	Reasons []string // one for each
}

func (e *DamagedError) Error() string {
	var shown []string
	for i, id := range e.IDs[:min(len(e.IDs), shownValues)] {
		shown = append(shown, id+": "+e.Reasons[i])
	}
	if len(e.IDs) > shownValues {
		shown = append(shown, "...")
	}
	return fmt.Sprintf("sweep: %d of %d finished runs are damaged (%s); `train sweep -o %s --resume` makes them again",
		len(e.IDs), e.Done, strings.Join(shown, "; "), e.Folder)
}
