// Package kernel computes matrix products, element-wise functions and optimiser steps at the speed
// of the processor, in pure Go and Go assembly (no cgo).
//
// Matrices are row-major slices with a leading dimension: element (i, j) of a is a[i*lda+j].
// Every function exists for float32 and float64 and at three levels, chosen once when the program starts:
//
//	AVX512    x86-64 with AVX-512 F, DQ, BW and VL, enabled by the operating system
//	AVX2      x86-64 with AVX2 and FMA
//	Portable  everything else, plain Go
//
// The environment variable UNFURL_KERNEL=avx512|avx2|portable, read once at start, asks for a lower
// level (see [Environment]); tests pin one with [SetLevel].
//
// # Determinism
//
// The same call gives the same bits whatever the number of threads, the alignment of the slices and
// their capacity. An element of a product is the sum over k in ascending order, in blocks whose
// length depends on k only, so it does not depend on how rows and columns are shared out either
// (products of a single row with a transposed matrix excepted: they have an order of their own).
// AVX512 and AVX2 use fused multiply-add, Portable does not: the levels agree to rounding.
//
// # Accuracy
//
// Largest errors over the whole range, in units in the last place, measured against math/big or
// float64: see the doc comment of each function; TestAccuracy holds them to these numbers.
//
// # Misuse
//
// A slice that is too short for the shape is a mistake of the calling program: like the packages blas
// and mat of Gonum, these functions panic with a text that begins with "kernel:". Data never panics:
// NaN, infinities, denormals and empty shapes are all valid.
package kernel
