package data

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// Digest returns the SHA-256 of a file's content in hexadecimal digits, which is how runs and sweeps know their points
// again. That of points that were read is in their [Origin].
//
// Errors: a [*FileError] for a file that cannot be read.
func Digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", atPath(cannotRead(err), path)
	}
	defer file.Close() // only read from: closing cannot lose anything
	digest, err := digestOf(file)
	if err != nil {
		return "", atPath(cannotRead(err), path)
	}
	return digest, nil
}

func atPath(fault *FileError, path string) *FileError {
	fault.File = path
	return fault
}

func digestOf(content io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, content); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
