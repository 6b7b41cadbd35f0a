package kernel

import "math"

// RMSProp takes one step in place, in one pass over the weights:
//
//	g      = g + weightDecay*w
//	square = alpha*square + (1-alpha)*g*g
//	w      = w - lr*g/(sqrt(square)+eps)                              momentumBuf == nil
//	buf    = momentum*buf + g/(sqrt(square)+eps),  w = w - lr*buf     otherwise
//
// g is read only. Mutates w, square and momentumBuf.
//
// Source: the form of torch.optim.RMSprop (eps outside the root), not centred.
// Differs: in float32 with AVX-512 the quotient is within 1 ulp instead of correctly rounded, and an infinite square counts
// as 2^252; eps must then be above 1e-38.
func RMSProp[T Float](w, g, square, momentumBuf []T, lr, alpha, eps, momentum, weightDecay T) {
	need("RMSProp", "g", len(g), len(w))
	need("RMSProp", "square", len(square), len(w))
	if momentumBuf == nil {
		table[T]().rmsProp(pointer(w), pointer(g), pointer(square), len(w), lr, alpha, 1-alpha, eps, weightDecay)
		return
	}
	need("RMSProp", "momentumBuf", len(momentumBuf), len(w))
	table[T]().rmsPropMomentum(pointer(w), pointer(g), pointer(square), pointer(momentumBuf), len(w), lr, alpha, 1-alpha, eps, weightDecay, momentum)
}

// SGD takes one step in place, in one pass over the weights:
//
//	g   = g + weightDecay*w
//	w   = w - lr*g                              momentumBuf == nil
//	buf = momentum*buf + g,  w = w - lr*buf     otherwise
//
// g is read only. Mutates w and momentumBuf.
//
// Source: the form of torch.optim.SGD without dampening; with a zero momentumBuf the first step is the same as there.
func SGD[T Float](w, g, momentumBuf []T, lr, momentum, weightDecay T) {
	need("SGD", "g", len(g), len(w))
	if momentumBuf == nil {
		table[T]().sgd(pointer(w), pointer(g), len(w), lr, weightDecay)
		return
	}
	need("SGD", "momentumBuf", len(momentumBuf), len(w))
	table[T]().sgdMomentum(pointer(w), pointer(g), pointer(momentumBuf), len(w), lr, weightDecay, momentum)
}

// Adam takes step number step (1 for the first) in place, in one pass over the weights:
//
//	g = g + weightDecay*w
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g*g
//	w = w - lr/(1-beta1^step) * m/(sqrt(v)/sqrt(1-beta2^step) + eps)
//
// g is read only. Mutates w, m and v.
//
// Source: the form of torch.optim.Adam (weight decay added to the gradient, no amsgrad).
// Differs: the root of v is multiplied by 1/sqrt(1-beta2^step) where PyTorch divides (1 ulp); in
// float32 with AVX-512 the quotient is as for [RMSProp].
func Adam[T Float](w, g, m, v []T, lr, beta1, beta2, eps, weightDecay T, step int) {
	need("Adam", "g", len(g), len(w))
	need("Adam", "m", len(m), len(w))
	need("Adam", "v", len(v), len(w))
	stepSize := T(float64(lr) / (1 - math.Pow(float64(beta1), float64(step))))
	rootScale := T(1 / math.Sqrt(1-math.Pow(float64(beta2), float64(step))))
	table[T]().adam(pointer(w), pointer(g), pointer(m), pointer(v), len(w),
		beta1, 1-beta1, beta2, 1-beta2, eps, weightDecay, stepSize, rootScale)
}
