package kernel

import (
	"math"
	"unsafe"
)

// portableFunctions returns the plain Go implementations.
func portableFunctions[T Float]() *functions[T] {
	return &functions[T]{
		tanh:            mapWith[T](portableTanh[T]),
		exp:             mapWith[T](portableExp[T]),
		sigmoid:         mapWith[T](portableSigmoid[T]),
		log:             mapWith[T](portableLog[T]),
		relu:            mapWith[T](portableReLU[T]),
		neg:             mapWith[T](func(x T) T { return -x }),
		square:          mapWith[T](func(x T) T { return x * x }),
		sqrt:            mapWith[T](func(x T) T { return T(math.Sqrt(float64(x))) }),
		add:             portableAdd[T],
		sub:             portableSub[T],
		mul:             portableMul[T],
		div:             portableDiv[T],
		softmaxPairs:    portableSoftmaxPairs[T],
		logSoftmaxPairs: portableLogSoftmaxPairs[T],
		maximum:         portableMaximum[T],
		dots:            portableDots[T],
		combineRows:     portableCombineRows[T],
		tanhGradient:    portableTanhGradient[T],
		reluGradient:    portableReLUGradient[T],
		scale:           portableScale[T],
		addScalar:       portableAddScalar[T],
		axpy:            portableAxpy[T],
		sum:             portableSum[T],
		max:             portableMax[T],
		dot:             portableDot[T],

		rmsProp:         portableRMSProp[T],
		rmsPropMomentum: portableRMSPropMomentum[T],
		sgd:             portableSGD[T],
		sgdMomentum:     portableSGDMomentum[T],
		adam:            portableAdam[T],
		transpose:       portableTranspose[T],
		copy:            portableCopy[T],
		gemm:            portableGemm[T](),
	}
}

// slice returns the n elements at x.
func slice[T Float](x *T, n int) []T { return unsafe.Slice(x, n) }

// mapWith returns the kernel that applies f to every element.
func mapWith[T Float](f func(T) T) func(dst, x *T, n int) {
	return func(dst, x *T, n int) {
		d := slice(dst, n)
		for i, v := range slice(x, n) {
			d[i] = f(v)
		}
	}
}

func portableTanh[T Float](x T) T { return T(math.Tanh(float64(x))) }

// portableExp is 2^k e^r with |r| <= ln(2)/2, from math.Expm1: math.Exp of Go 1.26 on amd64 is 1.9 ulp off in places and infinite
// from 709 on.
func portableExp[T Float](x T) T {
	const (
		high = 6.93147180369123816490e-01 // the leading 33 bits of ln(2), so that k*high is exact
		low  = 1.90821492927058770002e-10
	)
	v := float64(x)
	switch {
	case v != v:
		return x
	case v > 710:
		return T(math.Inf(1))
	case v < -746:
		return 0
	}
	k := math.Round(v / math.Ln2)
	return T(math.Ldexp(1+math.Expm1(v-k*high-k*low), int(k)))
}

// portableLog is math.Log but for denormals, which that of Go 1.26 on amd64 takes for normal numbers.
func portableLog[T Float](x T) T {
	if v := float64(x); v > 0 && v < 0x1p-1022 {
		return T(math.Log(v*0x1p54) - 54*math.Ln2)
	}
	return T(math.Log(float64(x)))
}

func portableSigmoid[T Float](x T) T {
	e := portableExp(-math.Abs(float64(x)))
	if x < 0 {
		return T(e / (1 + e))
	}
	return T(1 / (1 + e))
}

func portableReLU[T Float](x T) T {
	if x < 0 {
		return 0
	}
	return x
}

func portableAdd[T Float](dst, a, b *T, n int) {
	d, y := slice(dst, n), slice(b, n)
	for i, v := range slice(a, n) {
		d[i] = v + y[i]
	}
}

func portableSub[T Float](dst, a, b *T, n int) {
	d, y := slice(dst, n), slice(b, n)
	for i, v := range slice(a, n) {
		d[i] = v - y[i]
	}
}

func portableMul[T Float](dst, a, b *T, n int) {
	d, y := slice(dst, n), slice(b, n)
	for i, v := range slice(a, n) {
		d[i] = v * y[i]
	}
}

func portableDiv[T Float](dst, a, b *T, n int) {
	d, y := slice(dst, n), slice(b, n)
	for i, v := range slice(a, n) {
		d[i] = v / y[i]
	}
}

func portableMaximum[T Float](dst, a, b *T, n int) {
	d, y := slice(dst, n), slice(b, n)
	for i, v := range slice(a, n) {
		if v > y[i] {
			d[i] = v
		} else {
			d[i] = y[i]
		}
	}
}

func portableTanhGradient[T Float](dst, grad, h *T, n int) {
	d, g := slice(dst, n), slice(grad, n)
	for i, v := range slice(h, n) {
		d[i] = g[i] * (1 - v*v)
	}
}

func portableReLUGradient[T Float](dst, grad, h *T, n int) {
	d, g := slice(dst, n), slice(grad, n)
	for i, v := range slice(h, n) {
		if v > 0 {
			d[i] = g[i]
		} else {
			d[i] = 0
		}
	}
}

func portableScale[T Float](dst, x *T, n int, s T) {
	d := slice(dst, n)
	for i, v := range slice(x, n) {
		d[i] = s * v
	}
}

func portableAddScalar[T Float](dst, x *T, n int, s T) {
	d := slice(dst, n)
	for i, v := range slice(x, n) {
		d[i] = v + s
	}
}

func portableAxpy[T Float](dst, x *T, n int, s T) {
	d := slice(dst, n)
	for i, v := range slice(x, n) {
		d[i] += s * v
	}
}

// portableSum keeps four partial sums: faster, and the rounding error grows with n/4.
func portableSum[T Float](x *T, n int) T {
	var s [4]T
	v := slice(x, n)
	for ; len(v) >= 4; v = v[4:] {
		s[0] += v[0]
		s[1] += v[1]
		s[2] += v[2]
		s[3] += v[3]
	}
	for i, e := range v {
		s[i] += e
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

func portableDot[T Float](a, b *T, n int) T {
	var s [4]T
	v, w := slice(a, n), slice(b, n)
	for ; len(v) >= 4 && len(w) >= 4; v, w = v[4:], w[4:] {
		s[0] += v[0] * w[0]
		s[1] += v[1] * w[1]
		s[2] += v[2] * w[2]
		s[3] += v[3] * w[3]
	}
	for i, e := range v {
		s[i] += e * w[i]
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

func portableMax[T Float](x *T, n int) T {
	m := T(math.Inf(-1))
	for _, v := range slice(x, n) {
		m = max(m, v)
	}
	return m
}

func portableSoftmaxPairs[T Float](dst, x *T, n int) {
	d, v := slice(dst, n), slice(x, n)
	for i := 0; i+1 < n; i += 2 {
		most := max(v[i], v[i+1])
		a, b := math.Exp(float64(v[i]-most)), math.Exp(float64(v[i+1]-most))
		d[i], d[i+1] = T(a/(a+b)), T(b/(a+b))
	}
}

func portableLogSoftmaxPairs[T Float](dst, x *T, n int) {
	d, v := slice(dst, n), slice(x, n)
	for i := 0; i+1 < n; i += 2 {
		most := max(v[i], v[i+1])
		a, b := float64(v[i]-most), float64(v[i+1]-most)
		// The sum is rounded to T, as the other levels and PyTorch do: a row whose larger element leads by far gets 0.
		logarithm := math.Log(float64(T(math.Exp(a) + math.Exp(b))))
		d[i], d[i+1] = T(a-logarithm), T(b-logarithm)
	}
}
