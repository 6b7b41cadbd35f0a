// Package safetensors reads and writes the safetensors format: named arrays and a map of text in one file, which can be read
// without executing code and which the Python package of the same name also opens. Checkpoints use it.
//
// A file is 8 bytes with the length of the header (unsigned, little endian), the header (JSON, padded with spaces so
// that the data starts at a multiple of 8 bytes), then the elements of all arrays without gaps, little endian, in C
// order:
//
//	{"__metadata__":{"format":"1"},"W":{"dtype":"F32","shape":[2,200],"data_offsets":[0,1600]}}
//
// Element types are F32, F64 and I64; F16 and BF16, in which PyTorch saves half-precision networks, are also read. Writing is
// deterministic: the same content gives the same bytes, with names sorted. Arrays of 8-byte elements come before those of 4, so
// that every array starts at a multiple of its width.
//
// Reading does not trust the file: every length is compared with the bytes present before memory is allocated, and arrays must
// cover the data exactly, without gaps and overlaps. The format has no checksum, so a flipped bit in the data goes undetected; to
// detect it, keep a checksum of the whole file.
//
// Source: https://github.com/huggingface/safetensors, "Format".
package safetensors
