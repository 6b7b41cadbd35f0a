// Package npy reads and writes NumPy's .npy and .npz files.
//
// It handles the element types float32, float64, int64, int32, uint8 and bool, little endian, of any shape; reading
// also takes Fortran order and compressed archives. Writing is deterministic: the same arrays give the same bytes,
// with archives sorted by name and without times.
//
// Readers do not trust the file: sizes in headers are compared with the bytes present before memory is allocated, so a damaged or
// hostile file is an error and never a panic or a huge allocation.
//
// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", versions 1.0 to 3.0.
package npy
