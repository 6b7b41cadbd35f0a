package kernel

import "math"

func portableRMSProp[T Float](w, g, square *T, n int, lr, alpha, oneMinusAlpha, eps, weightDecay T) {
	ws, gs := slice(w, n), slice(g, n)
	ss := slice(square, n)
	for i, s := range ss {
		gradient := gs[i] + weightDecay*ws[i]
		s = alpha*s + oneMinusAlpha*gradient*gradient
		ss[i] = s
		ws[i] -= lr * gradient / (T(math.Sqrt(float64(s))) + eps)
	}
}

func portableRMSPropMomentum[T Float](w, g, square, buf *T, n int, lr, alpha, oneMinusAlpha, eps, weightDecay, momentum T) {
	ws, gs, ss, bs := slice(w, n), slice(g, n), slice(square, n), slice(buf, n)
	for i := range ws {
		gradient := gs[i] + weightDecay*ws[i]
		ss[i] = alpha*ss[i] + oneMinusAlpha*gradient*gradient
		bs[i] = momentum*bs[i] + gradient/(T(math.Sqrt(float64(ss[i])))+eps)
		ws[i] -= lr * bs[i]
	}
}

func portableSGD[T Float](w, g *T, n int, lr, weightDecay T) {
	ws, gs := slice(w, n), slice(g, n)
	for i := range ws {
		ws[i] -= lr * (gs[i] + weightDecay*ws[i])
	}
}

func portableSGDMomentum[T Float](w, g, buf *T, n int, lr, weightDecay, momentum T) {
	ws, gs, bs := slice(w, n), slice(g, n), slice(buf, n)
	for i := range ws {
		bs[i] = momentum*bs[i] + (gs[i] + weightDecay*ws[i])
		ws[i] -= lr * bs[i]
	}
}

func portableAdam[T Float](w, g, m, v *T, n int, beta1, oneMinusBeta1, beta2, oneMinusBeta2, eps, weightDecay, stepSize, rootScale T) {
	ws, gs, ms, vs := slice(w, n), slice(g, n), slice(m, n), slice(v, n)
	for i := range ws {
		gradient := gs[i] + weightDecay*ws[i]
		ms[i] = beta1*ms[i] + oneMinusBeta1*gradient
		vs[i] = beta2*vs[i] + oneMinusBeta2*gradient*gradient
		ws[i] -= stepSize * ms[i] / (T(math.Sqrt(float64(vs[i])))*rootScale + eps)
	}
}
