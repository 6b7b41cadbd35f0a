package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var (
	unary  = []string{"dst", "x"}
	binary = []string{"dst", "a", "b"}
	dst    = []string{"dst"}
)

// one wraps a single result.
func one(x reg.VecVirtual) []reg.VecVirtual { return []reg.VecVirtual{x} }

// plain is a body that needs no constants.
func plain(f func(v vector, in, scalars []reg.VecVirtual) reg.VecVirtual) func(vector, []reg.VecVirtual) body {
	return func(v vector, scalars []reg.VecVirtual) body {
		return func(in []reg.VecVirtual) []reg.VecVirtual { return one(f(v, in, scalars)) }
	}
}

// writeArithmetic writes the functions that are a handful of instructions.
func writeArithmetic(v vector, names *registry) {
	type values = []reg.VecVirtual
	for _, e := range []elementwise{
		{name: "add", does: "writes a+b", arrays: binary, read: binary[1:], unrolled: 4, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.add(in[0], in[1]) })},
		{name: "sub", does: "writes a-b", arrays: binary, read: binary[1:], unrolled: 4, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.sub(in[0], in[1]) })},
		{name: "mul", does: "writes a*b", arrays: binary, read: binary[1:], unrolled: 4, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.mul(in[0], in[1]) })},
		{name: "div", does: "writes a/b", arrays: binary, read: binary[1:], unrolled: 2, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.div(in[0], in[1]) })},
		{name: "maximum", does: "writes the larger of a and b, NaN if b is", arrays: binary, read: binary[1:], unrolled: 4, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.max(in[0], in[1]) })},
		{name: "square", does: "writes x*x", arrays: unary, read: unary[1:], unrolled: 4, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.mul(in[0], in[0]) })},
		{name: "sqrt", does: "writes the square root of x", arrays: unary, read: unary[1:], unrolled: 2, prepare: plain(func(v vector, in, _ values) reg.VecVirtual { return v.sqrt(in[0]) })},
		{name: "scale", does: "writes s*x", arrays: unary, read: unary[1:], scalars: []string{"s"}, unrolled: 4, prepare: plain(func(v vector, in, s values) reg.VecVirtual { return v.mul(in[0], s[0]) })},
		{name: "addScalar", does: "writes x+s", arrays: unary, read: unary[1:], scalars: []string{"s"}, unrolled: 4, prepare: plain(func(v vector, in, s values) reg.VecVirtual { return v.add(in[0], s[0]) })},
		{name: "axpy", does: "adds s*x to dst", arrays: unary, read: unary, scalars: []string{"s"}, unrolled: 4, prepare: plain(func(v vector, in, s values) reg.VecVirtual {
			v.accumulate(in[0], in[1], s[0])
			return in[0]
		})},
		{name: "neg", does: "writes -x", arrays: unary, read: unary[1:], unrolled: 4, prepare: func(v vector, _ values) body {
			sign := v.constant(math.Copysign(0, -1))
			return func(in []reg.VecVirtual) []reg.VecVirtual { return one(v.xor(in[0], sign)) }
		}},
		// The maximum instruction returns its second source, x here, when one is NaN or both are zero.
		{name: "relu", does: "writes x where x is not below 0, else 0", arrays: unary, read: unary[1:], unrolled: 4, prepare: func(v vector, _ values) body {
			zero := v.zero()
			return func(in []reg.VecVirtual) []reg.VecVirtual { return one(v.max(zero, in[0])) }
		}},
		{name: "reluGradient", does: "writes grad where h > 0, else 0", arrays: []string{"dst", "grad", "h"}, read: []string{"grad", "h"}, unrolled: 2, prepare: func(v vector, _ values) body {
			zero := v.zero()
			return func(in []reg.VecVirtual) []reg.VecVirtual {
				return one(v.choose(v.compare(lessThan, zero, in[1]), in[0], zero))
			}
		}},
		{name: "tanhGradient", does: "writes grad*(1-h*h)", arrays: []string{"dst", "grad", "h"}, read: []string{"grad", "h"}, unrolled: 2, prepare: func(v vector, _ values) body {
			ones := v.constant(1)
			return func(in []reg.VecVirtual) []reg.VecVirtual {
				t := v.copyOf(ones)
				v.accumulateNegative(t, in[1], in[1])
				return one(v.mul(t, in[0]))
			}
		}},
	} {
		e.written = dst
		e.write(v)
		names.add(v.table(), "f.%s = %s%s", e.name, e.name, v.suffix())
	}
}

// writeOptimizers writes one fused pass for each solver. (A parameter named g would be the register g to the assembler.)
func writeOptimizers(v vector, names *registry) {
	type values = []reg.VecVirtual
	// decayed returns g + weightDecay*w.
	decayed := func(v vector, g, w, weightDecay reg.VecVirtual) reg.VecVirtual {
		v.accumulate(g, w, weightDecay)
		return g
	}
	// mean turns m into keep*m + fresh*x*y.
	mean := func(v vector, m, keep, fresh, x, y reg.VecVirtual) reg.VecVirtual {
		m = v.mul(m, keep)
		v.accumulate(m, v.mul(fresh, x), y)
		return m
	}
	for _, e := range []elementwise{
		{name: "rmsProp", does: "takes a step of RMSProp", arrays: []string{"w", "grad", "square"}, read: []string{"w", "grad", "square"}, written: []string{"w", "square"},
			scalars: []string{"lr", "alpha", "oneMinusAlpha", "eps", "weightDecay"}, unrolled: 1,
			prepare: func(v vector, s values) body {
				d := v.newDivider()
				return func(in values) values {
					g := decayed(v, in[1], in[0], s[4])
					square := mean(v, in[2], s[1], s[2], g, g)
					return values{v.sub(in[0], v.quotient(v.mul(g, s[0]), v.add(v.sqrt(square), s[3]), d)), square}
				}
			}},
		{name: "rmsPropMomentum", does: "takes a step of RMSProp with momentum", arrays: []string{"w", "grad", "square", "buf"}, read: []string{"w", "grad", "square", "buf"}, written: []string{"w", "square", "buf"},
			scalars: []string{"lr", "alpha", "oneMinusAlpha", "eps", "weightDecay", "momentum"}, unrolled: 1,
			prepare: func(v vector, s values) body {
				d := v.newDivider()
				return func(in values) values {
					g := decayed(v, in[1], in[0], s[4])
					square := mean(v, in[2], s[1], s[2], g, g)
					buf := v.quotient(g, v.add(v.sqrt(square), s[3]), d)
					v.accumulate(buf, in[3], s[5])
					v.accumulateNegative(in[0], buf, s[0])
					return values{in[0], square, buf}
				}
			}},
		{name: "sgd", does: "takes a step down the gradient", arrays: []string{"w", "grad"}, read: []string{"w", "grad"}, written: []string{"w"},
			scalars: []string{"lr", "weightDecay"}, unrolled: 2,
			prepare: func(v vector, s values) body {
				return func(in values) values {
					g := decayed(v, in[1], in[0], s[1])
					v.accumulateNegative(in[0], g, s[0])
					return values{in[0]}
				}
			}},
		{name: "sgdMomentum", does: "takes a step down the gradient with momentum", arrays: []string{"w", "grad", "buf"}, read: []string{"w", "grad", "buf"}, written: []string{"w", "buf"},
			scalars: []string{"lr", "weightDecay", "momentum"}, unrolled: 2,
			prepare: func(v vector, s values) body {
				return func(in values) values {
					g := decayed(v, in[1], in[0], s[1])
					v.accumulate(g, in[2], s[2])
					v.accumulateNegative(in[0], g, s[0])
					return values{in[0], g}
				}
			}},
		{name: "adam", does: "takes a step of Adam", arrays: []string{"w", "grad", "m", "v"}, read: []string{"w", "grad", "m", "v"}, written: []string{"w", "m", "v"},
			scalars: []string{"beta1", "oneMinusBeta1", "beta2", "oneMinusBeta2", "eps", "weightDecay", "stepSize", "rootScale"}, unrolled: 1,
			prepare: func(v vector, s values) body {
				d := v.newDivider()
				return func(in values) values {
					g := decayed(v, in[1], in[0], s[5])
					m := v.mul(in[2], s[0])
					v.accumulate(m, g, s[1])
					square := mean(v, in[3], s[2], s[3], g, g)
					root := v.copyOf(s[4])
					v.accumulate(root, v.sqrt(square), s[7])
					return values{v.sub(in[0], v.quotient(v.mul(m, s[6]), root, d)), m, square}
				}
			}},
	} {
		e.write(v)
		names.add(v.table(), "f.%s = %s%s", e.name, e.name, v.suffix())
	}
}

// divider holds the constants of quotient.
type divider struct{ one, most operand.Op }

func (v vector) newDivider() divider {
	if v.wide && !v.double {
		return divider{v.constant(1), v.constant(0x1p126)}
	}
	return divider{}
}

// quotient returns x/y for y > 0. The divider is already busy with a square root in the solvers, so with AVX-512 a float32 division
// is an approximation of 14 bits, refined on the multipliers to an error below 1 ulp. A y above 2^126, infinity included, counts as 2^126.
func (v vector) quotient(x, y reg.VecVirtual, d divider) reg.VecVirtual {
	if !v.wide || v.double {
		return v.div(x, y)
	}
	y = v.min(d.most, y)
	inverse := v.register()
	v.VRCP14PS(y, inverse)
	e := v.copyOf(d.one)
	v.accumulateNegative(e, y, inverse)
	v.accumulate(inverse, inverse, e)
	q := v.mul(x, inverse)
	rest := v.copyOf(x)
	v.accumulateNegative(rest, y, q)
	v.accumulate(q, rest, inverse)
	return q
}

// Predicates of the comparison instructions: a OP b, false for NaN unless said otherwise.
const (
	equal           = 0x00
	lessThan        = 0x11
	unordered       = 0x03 // true for NaN only
	notGreaterEqual = 0x19 // true for NaN
)

func (v vector) three(f instruction, a, b operand.Op) reg.VecVirtual {
	r := v.register()
	f(b, a, r)
	return r
}

func (v vector) add(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VADDPS, v.VADDPD), a, b) }
func (v vector) sub(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VSUBPS, v.VSUBPD), a, b) }
func (v vector) mul(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VMULPS, v.VMULPD), a, b) }
func (v vector) div(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VDIVPS, v.VDIVPD), a, b) }
func (v vector) xor(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VXORPS, v.VXORPD), a, b) }
func (v vector) and(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VANDPS, v.VANDPD), a, b) }
func (v vector) or(a, b operand.Op) reg.VecVirtual  { return v.three(v.pick(v.VORPS, v.VORPD), a, b) }

// max returns the larger, b if one is NaN.
func (v vector) max(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VMAXPS, v.VMAXPD), a, b) }

// min returns the smaller, b if one is NaN.
func (v vector) min(a, b operand.Op) reg.VecVirtual { return v.three(v.pick(v.VMINPS, v.VMINPD), a, b) }

func (v vector) sqrt(x operand.Op) reg.VecVirtual {
	r := v.register()
	v.pick(v.VSQRTPS, v.VSQRTPD)(x, r)
	return r
}

// accumulate adds x*y to sum.
func (v vector) accumulate(sum, x, y operand.Op) {
	v.pick(v.VFMADD231PS, v.VFMADD231PD)(y, x, sum)
}

// accumulateNegative subtracts x*y from sum.
func (v vector) accumulateNegative(sum, x, y operand.Op) {
	v.pick(v.VFNMADD231PS, v.VFNMADD231PD)(y, x, sum)
}

// horner turns p into p*x + c.
func (v vector) horner(p, x, c operand.Op) {
	v.pick(v.VFMADD213PS, v.VFMADD213PD)(c, x, p)
}

// copyOf returns a register that may be overwritten.
func (v vector) copyOf(x operand.Op) reg.VecVirtual {
	r := v.register()
	v.pick(v.VMOVUPS, v.VMOVUPD)(x, r)
	return r
}

// zero returns a register of zeros.
func (v vector) zero() reg.VecVirtual {
	r := v.register()
	v.pick(v.VXORPS, v.VXORPD)(r, r, r)
	return r
}

// compare returns the mask of the lanes where a OP b: an opmask register, or a vector with AVX2.
func (v vector) compare(predicate uint8, a, b operand.Op) reg.Register {
	if v.wide {
		k := v.K()
		v.pick(v.VCMPPS, v.VCMPPD)(operand.U8(predicate), b, a, k)
		return k
	}
	r := v.YMM()
	v.pick(v.VCMPPS, v.VCMPPD)(operand.U8(predicate), b, a, r)
	return r
}

// choose returns yes in the lanes of the mask, else no, which must be a register.
func (v vector) choose(mask, yes, no operand.Op) reg.VecVirtual {
	r := v.register()
	if v.wide {
		v.pick(v.VBLENDMPS, v.VBLENDMPD)(yes, no, mask, r)
		return r
	}
	v.pick(wrap4(v.VBLENDVPS), wrap4(v.VBLENDVPD))(mask, yes, no, r)
	return r
}

// wrap4 makes an instruction of four operands one of a list.
func wrap4(f func(a, b, c, d operand.Op)) instruction {
	return func(o ...operand.Op) { f(o[0], o[1], o[2], o[3]) }
}
