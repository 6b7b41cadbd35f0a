package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// suffix is the suffix of an array's name inside an archive.
const suffix = ".npy"

// Bounds on the decompressed size of an archive. Deflate compresses up to 1032-fold, which real data do not approach: labels do,
// but not the inputs that they belong to.
const (
	maximumRatio   = 100     // between all arrays and the archive, above allowance
	allowance      = 1 << 20 // bytes
	deflateRatio   = 1032    // between one array and its compressed bytes
	deflateLeast   = 64      // bytes that even an empty stream may claim
	maximumEntries = 1 << 12 // arrays in an archive
	readAhead      = 1 << 16 // bytes in the first piece of an entry; each further piece doubles the total
)

// ErrArchive means that the file is not a .npz archive, or is damaged. Errors of [DecodeArchive] may wrap it.
var ErrArchive = errors.New("npy: bad archive")

// EncodeArchive writes arrays as an uncompressed .npz archive, as numpy.savez does: sorted by name and without times, so that the
// same arrays give the same bytes.
//
// Errors: those of [Encode], with the array's name; an empty name or one with a slash, backslash or NUL; errors of w.
func EncodeArchive(w io.Writer, arrays map[string]array.Array) error {
	archive := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(arrays)) {
		if name == "" || strings.ContainsAny(name, "/\\\x00") {
			return fmt.Errorf("npy: array name %q cannot stand in an archive; use letters, digits, dots and hyphens", name)
		}
		// A zero modification time omits the time stamp.
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
// Errors wrap [ErrArchive] or one of the faults of [Decode], with the array's name. The claimed sizes of arrays are compared with
// the sizes of entries and archive before any of them is read, and memory grows with the bytes read: together they may have at most
// 1 MiB plus 100 times the bytes of the archive. An array with a higher compression ratio has to be saved uncompressed.
func DecodeArchive(r io.ReaderAt, size int64) (map[string]array.Array, error) {
	arrays, unread, err := DecodeKnown(r, size)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		return nil, unread[name]
	}
	return arrays, nil
}

// DecodeKnown is [DecodeArchive] for readers that need only some of the arrays: arrays of a type that this package does not read,
// such as Python objects or dates, are not an error of the archive. unread has their errors by name, which wrap [ErrType].
func DecodeKnown(r io.ReaderAt, size int64) (arrays map[string]array.Array, unread map[string]error, err error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w; write it with numpy.savez", ErrArchive, err)
	}
	if len(archive.File) > maximumEntries {
		return nil, nil, fmt.Errorf("%w: %d entries; save at most %d arrays in one file", ErrArchive, len(archive.File), maximumEntries)
	}
	arrays, unread = make(map[string]array.Array, len(archive.File)), map[string]error{}
	budget := uint64(allowance + maximumRatio*size)
	for _, entry := range archive.File {
		name, ok := strings.CutSuffix(entry.Name, suffix)
		if !ok {
			return nil, nil, fmt.Errorf("%w: entry %q is not an array; write it with numpy.savez", ErrArchive, entry.Name)
		}
		if _, repeated := arrays[name]; repeated || unread[name] != nil {
			return nil, nil, fmt.Errorf("%w: array %q occurs twice; write it with numpy.savez", ErrArchive, name)
		}
		claimed := entry.UncompressedSize64
		switch {
		case !plausible(entry):
			return nil, nil, fmt.Errorf("%w: array %q: %d bytes cannot hold the %d that it claims; copy the file again",
				ErrArchive, name, entry.CompressedSize64, claimed)
		case claimed > budget:
			return nil, nil, fmt.Errorf("%w: array %q: the arrays are more than %d times as large as the file; save it uncompressed, with numpy.savez",
				ErrArchive, name, maximumRatio)
		}
		budget -= claimed
		content, err := readEntry(entry)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: array %q: %w; copy the file again", ErrArchive, name, err)
		}
		decoded, err := Decode(content)
		switch err = named(name, err); {
		case errors.Is(err, ErrType):
			unread[name] = err
		case err != nil:
			return nil, nil, err
		default:
			arrays[name] = decoded
		}
	}
	return arrays, unread, nil
}

// named adds the name of an array to an error.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("npy: array %q: %w", name, err)
}

// plausible reports whether an entry's compression can explain the size that it claims.
func plausible(entry *zip.File) bool {
	if entry.Method == zip.Store {
		return entry.UncompressedSize64 == entry.CompressedSize64
	}
	return entry.UncompressedSize64/deflateRatio <= entry.CompressedSize64+deflateLeast
}

// readEntry returns the content of an entry. Memory grows with the bytes read, not with the size that the entry claims; the header
// has to agree with that size before anything after it is read.
func readEntry(entry *zip.File) ([]byte, error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, err
	}
	content, err := readPieces(reader, entry.UncompressedSize64)
	closing := reader.Close() // repeats the error of reading, if there was one
	if err != nil {
		return nil, err
	}
	return content, closing
}

func readPieces(reader io.Reader, size uint64) ([]byte, error) {
	var content []byte
	for uint64(len(content)) < size {
		before := len(content)
		piece := min(size-uint64(before), uint64(max(readAhead, before)))
		grown := make([]byte, uint64(before)+piece)
		copy(grown, content)
		if _, err := io.ReadFull(reader, grown[before:]); err != nil {
			return nil, err
		}
		content = grown
		if before == 0 {
			if err := checkSize(content, size); err != nil {
				return nil, err
			}
		}
	}
	// The reader compares the checksum only at the end.
	if n, err := reader.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		if err == nil || errors.Is(err, io.EOF) {
			err = errors.New("it is longer than it claims")
		}
		return nil, err
	}
	return content, nil
}
