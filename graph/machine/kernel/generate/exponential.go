package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// floatFormat is what the exponential and the logarithm need to know of an element type.
type floatFormat struct {
	mantissa, bias uint64
	magic          float64 // added to a number of few bits, it leaves the nearest integer in the lowest bits
	ln2High        float64
	ln2Low         float64
	// expm1(r) = r + r*r*polynomial(r) for |r| <= ln(2)/2
	expm1            []float64
	expLeast         float64 // below, the exponential is 0
	expMost          float64 // above, it is infinite
	tanhMost         float64 // above, tanh(x/2) rounds to 1
	logarithm        []float64
	logLow, logHigh  float64 // ln(2) in two parts; the higher times any exponent is exact
	least            float64 // smallest normal number
	denormal         float64 // factor that makes every denormal normal, and its exponent
	denormalExponent float64
}

// The polynomials of expm1 interpolate (expm1(r)-r)/(r*r) at the Chebyshev nodes of |r| <= 1.0001*ln(2)/2, solved with 60 digits
// (mpmath 1.2.1, lu_solve) and rounded; largest relative error of r + r*r*p(r): 2.6e-8 and 4.1e-17.
// Those of the logarithm are FreeBSD's e_logf.c and e_log.c.
var (
	singleFormat = floatFormat{
		mantissa: 23, bias: 127, magic: 3 << 22,
		ln2High: float64(float32(math.Ln2)), ln2Low: math.Ln2 - float64(float32(math.Ln2)),
		expm1:    []float64{0.5, 0x1.5554dcp-3, 0x1.55551ap-5, 0x1.120b6ep-7, 0x1.6d110ap-10},
		expLeast: -104, expMost: 89, tanhMost: 20,
		logarithm: []float64{0xaaaaaa.0p-24, 0xccce13.0p-25, 0x91e9ee.0p-25, 0xf89e26.0p-26},
		logHigh:   0x1.62e3p-1, logLow: 9.0580006145e-06,
		least: 0x1p-126, denormal: 0x1p25, denormalExponent: 25,
	}
	doubleFormat = floatFormat{
		mantissa: 52, bias: 1023, magic: 3 << 51,
		ln2High: 0x1.62e42fefa39efp-1, ln2Low: 0x1.abc9e3b39803fp-56,
		expm1: []float64{
			0x1.0000000000001p-1, 0x1.5555555555556p-3, 0x1.5555555553d63p-5, 0x1.11111111109b3p-7, 0x1.6c16c1788bd90p-10,
			0x1.a01a01a7c41d5p-13, 0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19, 0x1.289185613a3d6p-22, 0x1.af38a9b0ec855p-26,
		},
		expLeast: -746, expMost: 710, tanhMost: 40,
		logarithm: []float64{
			6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
			1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
		},
		logHigh: 6.93147180369123816490e-01, logLow: 1.90821492927058770002e-10,
		least: 0x1p-1022, denormal: 0x1p54, denormalExponent: 54,
	}
)

func (v vector) format() floatFormat {
	if v.double {
		return doubleFormat
	}
	return singleFormat
}

// pattern returns the bits of x.
func (v vector) pattern(x float64) uint64 {
	if v.double {
		return math.Float64bits(x)
	}
	return uint64(math.Float32bits(float32(x)))
}

// signBit returns the pattern of the sign.
func (v vector) signBit() uint64 { return 1 << (8*v.size() - 1) }

// reduction reduces an exponent x = n*ln(2) + r.
type reduction struct {
	vector
	log2e, magic, ln2High, ln2Low, one operand.Op
	coefficients                       []operand.Op
}

func (v vector) newReduction() reduction {
	f := v.format()
	r := reduction{
		vector: v, log2e: v.constant(math.Log2E), magic: v.constant(f.magic),
		ln2High: v.constant(f.ln2High), ln2Low: v.constant(f.ln2Low), one: v.constant(1),
	}
	for _, c := range f.expm1 {
		r.coefficients = append(r.coefficients, v.constant(c))
	}
	return r
}

// split returns n with the magic number added, n, and expm1(r).
func (r reduction) split(x reg.VecVirtual) (shifted, n, expm1 reg.VecVirtual) {
	shifted = r.copyOf(r.magic)
	r.accumulate(shifted, x, r.log2e)
	n = r.sub(shifted, r.magic)
	rest := r.copyOf(x)
	r.accumulateNegative(rest, n, r.ln2High)
	r.accumulateNegative(rest, n, r.ln2Low)
	last := len(r.coefficients) - 1
	p := r.copyOf(r.coefficients[last])
	for i := last - 1; i >= 0; i-- {
		r.horner(p, rest, r.coefficients[i])
	}
	r.horner(p, r.mul(rest, rest), rest)
	return shifted, n, p
}

// power returns 2^n from n with the magic number added, for n that are exponents of normal numbers.
func (r reduction) power(shifted reg.VecVirtual) reg.VecVirtual {
	return r.addInteger(r.shiftLeft(shifted, r.format().mantissa), r.one)
}

// exp returns e^x, NaN for NaN. x must be between the bounds of the format.
func (r reduction) exp(x reg.VecVirtual, half operand.Op) reg.VecVirtual {
	_, n, p := r.split(x)
	p = r.add(p, r.one)
	if r.wide {
		out := r.register()
		r.pick(r.VSCALEFPS, r.VSCALEFPD)(n, p, out)
		return out
	}
	// 2^n may be denormal or infinite where e^x is not, so it is applied in two factors.
	first := r.register()
	r.pick(wrap3(r.VROUNDPS), wrap3(r.VROUNDPD))(operand.U8(1), r.mul(n, half), first)
	second := r.sub(n, first)
	p = r.mul(p, r.power(r.add(first, r.magic)))
	return r.mul(p, r.power(r.add(second, r.magic)))
}

// writeExponential writes exp, tanh, sigmoid and log.
func writeExponential(v vector, names *registry) {
	type values = []reg.VecVirtual
	for _, e := range []elementwise{
		{name: "exp", does: "writes e^x", prepare: func(v vector, _ values) body {
			r, half := v.newReduction(), v.halfOnlyNarrow()
			least, most := v.constant(v.format().expLeast), v.constant(v.format().expMost)
			return func(in values) values {
				// The bound is the first source: NaN, in the second, stays.
				x := v.min(v.copyOf(most), in[0])
				x = v.max(v.copyOf(least), x)
				return values{r.exp(x, half)}
			}
		}},
		// tanh(|x|) = s/(s+2) with s = expm1(2|x|) = 2^n*expm1(r) + (2^n-1): exact for tiny x, no cancellation, one division.
		{name: "tanh", does: "writes the hyperbolic tangent of x", prepare: func(v vector, _ values) body {
			r := v.newReduction()
			absolute, most, two := v.bits(v.signBit()-1), v.constant(v.format().tanhMost), v.constant(2)
			sign := v.bits(v.signBit())
			return func(in values) values {
				x := v.and(in[0], absolute)
				x = v.min(v.copyOf(most), v.add(x, x))
				shifted, _, p := r.split(x)
				power := r.power(shifted)
				s := v.sub(power, r.one)
				v.accumulate(s, power, p)
				return values{v.or(v.div(s, v.add(s, two)), v.and(in[0], sign))}
			}
		}},
		// With e = e^-|x| neither 1/(1+e) nor e/(1+e) overflows.
		{name: "sigmoid", does: "writes 1/(1+e^-x)", prepare: func(v vector, _ values) body {
			r, half := v.newReduction(), v.halfOnlyNarrow()
			least, sign := v.constant(v.format().expLeast), v.bits(v.signBit())
			return func(in values) values {
				e := r.exp(v.max(v.copyOf(least), v.or(in[0], sign)), half)
				one := v.copyOf(r.one)
				numerator := v.choose(v.compare(lessThan, in[0], v.zero()), e, one)
				return values{v.div(numerator, v.add(e, one))}
			}
		}},
		{name: "log", does: "writes the natural logarithm of x", prepare: prepareLogarithm},
		{name: "softmaxPairs", does: "writes the softmax of each two neighbours, n even", prepare: func(v vector, _ values) body {
			exponentials := preparePairs(v)
			return func(in values) values {
				_, e, sum := exponentials(in[0])
				return values{v.div(e, sum)}
			}
		}},
		{name: "logSoftmaxPairs", does: "writes the logarithm of the softmax of each two neighbours, n even", prepare: func(v vector, _ values) body {
			exponentials, logarithm := preparePairs(v), prepareLogarithm(v, nil)
			return func(in values) values {
				shifted, _, sum := exponentials(in[0])
				return values{v.sub(shifted, logarithm(values{sum})[0])}
			}
		}},
	} {
		e.arrays, e.read, e.written, e.unrolled = unary, unary[1:], dst, 1
		e.write(v)
		names.add(v.table(), "f.%s = %s%s", e.name, e.name, v.suffix())
	}
}

// preparePairs returns the function that computes x less the larger of each two neighbours, its exponential, and their sum.
func preparePairs(v vector) func(x reg.VecVirtual) (shifted, e, sum reg.VecVirtual) {
	r, half := v.memory().newReduction(), v.memory().halfOnlyNarrow()
	least := v.memory().constant(v.format().expLeast)
	return func(x reg.VecVirtual) (shifted, e, sum reg.VecVirtual) {
		// NaN in one lane reaches both by the sum, whatever the maximum makes of it.
		shifted = v.sub(x, v.max(x, v.neighbours(x)))
		e = r.exp(v.max(v.copyOf(least), shifted), half)
		return shifted, e, v.add(e, v.neighbours(e))
	}
}

// neighbours returns x with each two neighbours exchanged.
func (v vector) neighbours(x reg.VecVirtual) reg.VecVirtual {
	r := v.register()
	if v.double {
		v.VPERMILPD(operand.U8(0x55), x, r)
	} else {
		v.VPERMILPS(operand.U8(0xb1), x, r)
	}
	return r
}

// halfOnlyNarrow returns the constant 1/2 for AVX2; AVX-512 scales without it.
func (v vector) halfOnlyNarrow() operand.Op {
	if v.wide {
		return nil
	}
	return v.constant(0.5)
}

// prepareLogarithm follows FreeBSD's e_log.c: x = 2^k*(1+f) with 1+f in [sqrt(1/2), sqrt(2)), s = f/(2+f),
// log(1+f) = f - (f*f/2 - s*(f*f/2 + R(s*s))).
func prepareLogarithm(v vector, _ []reg.VecVirtual) body {
	type values = []reg.VecVirtual
	f, memory := v.format(), v.memory()
	least, denormal, exponent := memory.constant(f.least), memory.constant(f.denormal), memory.constant(f.denormalExponent)
	half := memory.constant(0.5)
	one, two := v.constant(1), v.constant(2)
	root := v.pattern(math.Sqrt2 / 2)
	up, down := memory.bits(v.pattern(1)-root), memory.bits(root)
	fraction := memory.bits(1<<f.mantissa - 1)
	high, low := memory.constant(f.logHigh), memory.constant(f.logLow)
	infinity, negative, nan := memory.constant(math.Inf(1)), memory.constant(math.Inf(-1)), memory.constant(math.NaN())
	// An integer below 2^mantissa becomes a number by adding the bits of 2^mantissa and subtracting that again.
	integer, bias := memory.constant(math.Ldexp(1, int(f.mantissa))), memory.constant(math.Ldexp(1, int(f.mantissa))+float64(f.bias))
	coefficients := make([]operand.Op, len(f.logarithm))
	for i, c := range f.logarithm {
		coefficients[i] = memory.constant(c)
	}
	return func(in values) values {
		x := in[0]
		small := v.compare(lessThan, x, least)
		scaled := v.choose(small, v.mul(x, denormal), x)
		bits := v.addInteger(scaled, up)
		k := v.sub(v.or(v.shiftRight(bits, f.mantissa), integer), bias)
		k = v.choose(small, v.sub(k, exponent), k)
		m := v.addInteger(v.and(bits, fraction), down)
		t := v.sub(m, one)
		s := v.div(t, v.add(t, two))
		z := v.mul(s, s)
		last := len(coefficients) - 1
		p := v.copyOf(coefficients[last])
		for i := last - 1; i >= 0; i-- {
			v.horner(p, z, coefficients[i])
		}
		p = v.mul(p, z)
		square := v.mul(v.mul(t, t), half)
		r := v.mul(s, v.add(p, square))
		v.accumulate(r, k, low)
		r = v.add(v.sub(r, square), t)
		v.accumulate(r, k, high)
		r = v.choose(v.compare(equal, x, infinity), x, r)
		r = v.choose(v.compare(equal, x, v.zero()), negative, r)
		return values{v.choose(v.compare(notGreaterEqual, x, v.zero()), nan, r)}
	}
}

// addInteger adds the bits of the lanes as integers.
func (v vector) addInteger(a, b operand.Op) reg.VecVirtual {
	return v.three(v.pick(v.VPADDD, v.VPADDQ), a, b)
}

func (v vector) shiftLeft(x reg.VecVirtual, bits uint64) reg.VecVirtual {
	r := v.register()
	v.pick(v.VPSLLD, v.VPSLLQ)(operand.U8(uint8(bits)), x, r)
	return r
}

func (v vector) shiftRight(x reg.VecVirtual, bits uint64) reg.VecVirtual {
	r := v.register()
	v.pick(v.VPSRLD, v.VPSRLQ)(operand.U8(uint8(bits)), x, r)
	return r
}
