package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// suffix is what an array's name carries inside an archive.
const suffix = ".npy"

// maximumRatio bounds how much larger an archive's arrays may be than the archive: deflate reaches 1032 to 1 at best.
const maximumRatio = 1032

// ErrArchive: the file is not a .npz archive, or is damaged. Errors of [DecodeArchive] may wrap it.
var ErrArchive = errors.New("npy: bad archive")

// EncodeArchive writes arrays as an uncompressed .npz archive, as numpy.savez does: in order of names and without
// times, so that the same arrays give the same bytes.
//
// Errors: those of [Encode], with the array's name; an empty name or one with a slash, backslash or NUL; errors of w.
func EncodeArchive(w io.Writer, arrays map[string]Array) error {
	archive := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if name == "" || strings.ContainsAny(name, "/\\\x00") {
			return fmt.Errorf("npy: array name %q cannot stand in an archive; use letters, digits, dots and hyphens", name)
		}
		// A zero modification time leaves the time stamp out.
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: name + suffix, Method: zip.Store})
		if err != nil {
			return fmt.Errorf("npy: array %q: %w", name, err)
		}
		if err := Encode(entry, arrays[name]); err != nil {
			return fmt.Errorf("npy: array %q: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("npy: write: %w", err)
	}
	return nil
}

// DecodeArchive returns the arrays of a .npz archive of the given size in bytes, compressed or not, by name. Entries
// that are not .npy files are an error, as are names that occur twice.
//
// Errors wrap [ErrArchive] or one of the faults of [Decode], with the array's name. The arrays together may have at
// most 1032 times the bytes of the archive, the most that its compression can reach.
func DecodeArchive(r io.ReaderAt, size int64) (map[string]Array, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; write it with numpy.savez", ErrArchive, err)
	}
	arrays := make(map[string]Array, min(len(archive.File), 64))
	budget := maximumRatio * size
	for _, entry := range archive.File {
		name, ok := strings.CutSuffix(entry.Name, suffix)
		if !ok {
			return nil, fmt.Errorf("%w: entry %q is not an array; write it with numpy.savez", ErrArchive, entry.Name)
		}
		if _, repeated := arrays[name]; repeated {
			return nil, fmt.Errorf("%w: array %q occurs twice; write it with numpy.savez", ErrArchive, name)
		}
		content, err := readEntry(entry, budget)
		if err != nil {
			return nil, fmt.Errorf("%w: array %q: %w; copy the file again", ErrArchive, name, err)
		}
		budget -= int64(len(content))
		if arrays[name], err = Decode(content); err != nil {
			return nil, fmt.Errorf("npy: array %q: %w", name, err)
		}
	}
	return arrays, nil
}

// readEntry returns the content of an entry of at most budget bytes. Memory grows with the bytes that arrive, not
// with the size that the entry claims.
func readEntry(entry *zip.File, budget int64) ([]byte, error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(reader, budget+1))
	closing := reader.Close() // repeats the error of reading, if there was one
	switch {
	case err != nil:
		return nil, err
	case int64(len(content)) > budget:
		return nil, errors.New("it is larger than its compression can explain")
	}
	return content, closing
}
