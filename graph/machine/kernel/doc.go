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
// their leading dimensions. An element of a product is the sum over k in ascending order, in blocks whose
// length depends on k only; products with one or two vectors have orders of their own, which depend on the shape only.
// AVX512 and AVX2 use fused multiply-add and, in reductions, as many partial sums as fit; Portable does neither: the levels
// agree to rounding.
//
// # Accuracy
//
// Largest errors in units in the last place, AVX levels, as TestAccuracy logs them (float32 against float64 on 100 000
// arguments a function, float64 against math/big on 3000), and the bounds it holds every level to:
//
//	         float32  float64  bound
//	Tanh        1.91     1.92    2.5
//	Exp         0.98     0.86    1.5
//	Sigmoid     2.20     1.78    2.5
//	Log         0.78     0.74    1
//
// Denormals are arguments and results like others. Sqrt, Add, Sub, Mul, Div and Square are correctly rounded.
//
// # Misuse
//
// A slice that is too short for the shape is a mistake of the calling program: like the packages blas
// and mat of Gonum, these functions panic with a text that begins with "kernel:". Data never panics:
// NaN, infinities, denormals and empty shapes are all valid.
package kernel
