package files

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// Digest returns the SHA-256 of a file's content in hexadecimal digits, by which runs and sweeps identify their points. The digest
// of points that were read is in their [data.Origin].
//
// Errors: a [*data.FileError] for a file that cannot be read.
func Digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", inFile(cannotRead(err), path)
	}
	defer file.Close() // opened for reading: closing cannot lose data
	digest, err := digestOf(file)
	if err != nil {
		return "", inFile(err, path)
	}
	return digest, nil
}

// digestOf returns the digest of an open file, which it reads again from the start.
func digestOf(file *os.File) (string, error) {
	hash := sha256.New()
	_, err := io.Copy(hash, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return "", cannotRead(err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
