package kernel

import "unsafe"

// functions holds one level's implementations. Lengths are checked before these are called, n may be
// any number from 0, and dst may be the same array as an input (not a shifted part of it).
// Pointers instead of slices let assembly be entered without a Go wrapper.
type functions[T Float] struct {
	tanh, exp, sigmoid, log, relu, neg, square, sqrt func(dst, x *T, n int)
	softmaxPairs, logSoftmaxPairs                    func(dst, x *T, n int) // rows of two
	add, sub, mul, div, maximum                      func(dst, a, b *T, n int)
	tanhGradient, reluGradient                       func(dst, grad, h *T, n int)
	scale, addScalar, axpy                           func(dst, x *T, n int, s T)
	sum, max                                         func(x *T, n int) T
	dot                                              func(a, b *T, n int) T
	rmsProp                                          func(w, g, square *T, n int, lr, alpha, oneMinusAlpha, eps, weightDecay T)
	rmsPropMomentum                                  func(w, g, square, buf *T, n int, lr, alpha, oneMinusAlpha, eps, weightDecay, momentum T)
	sgd                                              func(w, g *T, n int, lr, weightDecay T)
	sgdMomentum                                      func(w, g, buf *T, n int, lr, weightDecay, momentum T)
	adam                                             func(w, g, m, v *T, n int, beta1, oneMinusBeta1, beta2, oneMinusBeta2, eps, weightDecay, stepSize, rootScale T)
	transpose                                        func(dst *T, ldd int, src *T, lds int, rows, cols int)
	copy                                             func(dst *T, ldd int, src *T, lds int, rows, cols int)
	dots                                             func(dst, a, b *T, ldb, rows, k int)         // inner products of a and the rows of b; bytes between them
	combineRows                                      func(dst, a *T, aCol int, b *T, bRow, n int) // dst += sum of a[p]*b[p] over eight p; bytes between them
	gemm                                             *gemmKernels[T]
}

var (
	active32 *functions[float32]
	active64 *functions[float64]
)

// table returns the active implementations for T. The size is a constant in each instance, so only
// one load remains.
func table[T Float]() *functions[T] {
	var zero T
	if unsafe.Sizeof(zero) == 4 {
		return (*functions[T])(unsafe.Pointer(active32))
	}
	return (*functions[T])(unsafe.Pointer(active64))
}

// pointer returns the address of the first element, or nil for an empty slice.
func pointer[T Float](x []T) *T { return unsafe.SliceData(x) }

// offset returns the address n elements after x.
func offset[T Float](x *T, n int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(x), n*int(unsafe.Sizeof(*x))))
}

// need panics unless a slice of length have holds want elements.
func need(function, argument string, have, want int) {
	if have < want {
		tooShort(function, argument, have, want)
	}
}
