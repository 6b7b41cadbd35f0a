// Package files reads points and sequences from files of other programs: CSV, plain and compressed, and NumPy archives. What is
// wrong with a file is a [data.FileError] that says where and what to do.
package files
