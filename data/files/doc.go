// Package files reads points and sequences from files of other programs: CSV, plain and compressed, and NumPy archives. A fault of
// a file is a [data.FileError] that gives the place and the fix. Files are written completely or not at all ([WriteFile]).
package files
