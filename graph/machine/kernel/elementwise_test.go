package kernel_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/unfurl-rnn/unfurl/graph/machine/kernel"
)

// exactFunction is a function with a reference that is good to far less than an ulp of T.
type exactFunction struct {
	name      string
	single    func(dst, x []float32)
	double    func(dst, x []float64)
	reference func(x float64) *big.Float // nil where the value is not finite
	special   func(x float64) float64    // what is expected for zeros, infinities and NaN
	lo, hi    float64                    // range of ordinary arguments
	ulps32    float64                    // bounds stated in the doc comments
	ulps64    float64
}

const bigPrecision = 140

func exactFunctions() []exactFunction {
	one := big.NewFloat(1).SetPrec(bigPrecision)
	sum := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrecision).Add(x, y) }
	quotient := func(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrecision).Quo(x, y) }
	return []exactFunction{
		{"Exp", kernel.Exp[float32], kernel.Exp[float64], bigExp, exponential, -20, 20, 1.5, 1.5},
		{"Tanh", kernel.Tanh[float32], kernel.Tanh[float64], func(x float64) *big.Float {
			e := bigExpm1(math.Min(2*math.Abs(x), 100))
			if x < 0 {
				return quotient(new(big.Float).Neg(e), sum(e, big.NewFloat(2)))
			}
			return quotient(e, sum(e, big.NewFloat(2)))
		}, math.Tanh, -12, 12, 2.5, 2.5},
		{"Sigmoid", kernel.Sigmoid[float32], kernel.Sigmoid[float64], func(x float64) *big.Float {
			return quotient(one, sum(one, bigExp(-x)))
		}, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, -20, 20, 2.5, 2.5},
		{"Log", kernel.Log[float32], kernel.Log[float64], bigLog, logarithm, 1e-3, 50, 1, 1},
	}
}

// bigExp returns e^x to 140 bits.
func bigExp(x float64) *big.Float {
	one := new(big.Float).SetPrec(bigPrecision).SetInt64(1)
	e := new(big.Float).SetPrec(bigPrecision).Add(bigExpm1(math.Min(math.Abs(x), 1100)), one)
	if x < 0 {
		e.Quo(one, e)
	}
	return e
}

// bigExpm1 returns e^x-1 with 140 correct bits, tiny x included: the series of x/2^12, doubled 12 times by y*(y+2).
func bigExpm1(x float64) *big.Float {
	const halvings, precision = 12, bigPrecision + 40
	t := new(big.Float).SetPrec(precision).SetFloat64(x)
	t.SetMantExp(t, -halvings)
	y, term := new(big.Float).SetPrec(precision), new(big.Float).SetPrec(precision).SetInt64(1)
	for i := int64(1); i < 40; i++ {
		term.Mul(term, t)
		term.Quo(term, new(big.Float).SetInt64(i))
		y.Add(y, term)
	}
	two := new(big.Float).SetPrec(precision).SetInt64(2)
	for range halvings {
		y.Mul(y, new(big.Float).SetPrec(precision).Add(y, two))
	}
	return y
}

// bigLog returns ln(x) by one step of Halley's method from math.Log, which triples the correct digits.
func bigLog(x float64) *big.Float {
	y := logarithm(x)
	e := bigExp(y)
	v := new(big.Float).SetPrec(bigPrecision).SetFloat64(x)
	difference := new(big.Float).SetPrec(bigPrecision).Sub(v, e)
	difference.Quo(difference, new(big.Float).SetPrec(bigPrecision).Add(v, e))
	difference.Add(difference, difference)
	return difference.Add(difference, new(big.Float).SetPrec(bigPrecision).SetFloat64(y))
}

// logarithm is math.Log but for denormals, which math.Log of Go 1.26 on amd64 takes for normal numbers: Log(5e-324) is -709.09 there.
func logarithm(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// exponential is math.Exp but above 709, where math.Exp of Go 1.26 on amd64 is infinite: Exp(709.7) is +Inf there.
func exponential(x float64) float64 {
	if x > 709 && x < 1000 {
		return math.Exp(x-2) * (math.E * math.E)
	}
	return math.Exp(x)
}

// ulps returns |got-want| in units of the last place of want.
func ulps[T kernel.Float](got T, want *big.Float) float64 {
	w, _ := want.Float64()
	exponent := math.Ilogb(w)
	smallest, mantissa := -1074, 52
	if epsilon[T]() > 1e-10 {
		smallest, mantissa = -149, 23
	}
	if w == 0 || exponent-mantissa < smallest {
		exponent = smallest + mantissa
	}
	if math.IsNaN(float64(got)) || math.IsInf(float64(got), 0) {
		return math.Inf(1)
	}
	d := new(big.Float).SetPrec(bigPrecision).Sub(new(big.Float).SetFloat64(float64(got)), want)
	f, _ := d.SetMantExp(d, mantissa-exponent).Float64()
	return math.Abs(f)
}

// specials are the arguments at which functions of floating-point numbers go wrong.
func specials[T kernel.Float]() []T {
	smallest, most := math.SmallestNonzeroFloat64, math.MaxFloat64
	if epsilon[T]() > 1e-10 {
		smallest, most = math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	tiny, largest := T(smallest), T(most)
	positive := []T{0, tiny, 3 * tiny, 1000 * tiny, T(math.Inf(1)), largest, 1, 0.5, 2, 1e-30, 9.01, 19.06, 44.3, 88.72284, 88.8, 100, 103.97, 104.1, 708.4, 709.78, 745.13, 746, 1000,
		11.433019445071478, 162.50000000000014, 651.213679927559} // where math.Exp of Go 1.26 on amd64 is over 1.5 ulp off
	x := []T{T(math.NaN())}
	for _, p := range positive {
		x = append(x, p, -p)
	}
	return x
}

// arguments returns ordinary, small, large and special arguments.
func arguments[T kernel.Float](f exactFunction, n int) []T {
	r := stream(3)
	x := specials[T]()
	for len(x) < n {
		u := T(f.lo + (f.hi-f.lo)*r.Float64())
		x = append(x, u, u*T(math.Exp(-30*r.Float64())))
		if f.name == "Log" {
			x = append(x, T(1+0.2*r.NormFloat64()), T(math.Exp(80*r.NormFloat64())))
		}
	}
	return x
}

func TestAccuracy(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, f := range exactFunctions() {
			bothTypes(t,
				func(t *testing.T) { testAccuracy(t, f, f.single, f.ulps32) },
				func(t *testing.T) { testAccuracy(t, f, f.double, f.ulps64) })
		}
	})
}

func testAccuracy[T kernel.Float](t *testing.T, f exactFunction, function func(dst, x []T), bound float64) {
	// float32 has a reference that is cheaper, float64 itself.
	n, reference := 3000, f.reference
	if epsilon[T]() > 1e-10 {
		n, reference = 100_000, func(x float64) *big.Float { return big.NewFloat(f.special(x)) }
	}
	x := arguments[T](f, n)
	y := make([]T, len(x))
	function(y, x)
	largest, at := 0.0, T(0)
	for i, v := range x {
		want := f.special(float64(v))
		if math.IsNaN(want) || math.IsInf(want, 0) || math.IsInf(float64(v), 0) || v == 0 || math.IsInf(float64(T(want)), 0) {
			if !sameBits(y[i], T(want)) {
				t.Errorf("%s(%v) = %v, want %v", f.name, v, y[i], T(want))
			}
			continue
		}
		if e := ulps(y[i], reference(float64(v))); e > largest {
			largest, at = e, v
		}
	}
	t.Logf("%s: largest error %.3f ulp at %v", f.name, largest, at)
	if !(largest <= bound) {
		t.Errorf("%s: error %.3f ulp at %v, stated bound %g", f.name, largest, at, bound)
	}
}
