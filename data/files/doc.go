// Package files reads points and sequences from files of other programs: CSV, plain and compressed, and NumPy archives. What is
// wrong with a file is a [data.FileError] that says where and what to do. Files are written whole or not at all ([WriteFile]).
package files
