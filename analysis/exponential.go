package analysis

import "math"

const (
	exponentialBits  = 6
	exponentialParts = 1 << exponentialBits
	// lowestExponent is where exponentials become 0: below, they would be denormal.
	lowestExponent = -708
)

// exponentialTable holds 2^(j/64).
var exponentialTable = func() (table [exponentialParts]float64) {
	for j := range table {
		table[j] = math.Exp2(float64(j) / exponentialParts)
	}
	return table
}()

// exponentialsOf sets to[i] to exp(-|x[i]|), to 3 units in the last place; to 0 where |x[i]| is above 708 or NaN. Much
// of the time of a logistic regression goes into exponentials, and these take a third of that of math.Exp because
// nothing interrupts the loop: no call, no case for large or special values.
//
//	-|x| = k ln(2)/64 + r,  exp(-|x|) = 2^floor(k/64) 2^((k mod 64)/64) (1 + r + r^2/2 + ... + r^5/120)
//
// r is at most ln(2)/128, where the sixth power is below the rounding.
//
// Source: Tang 1989, "Table-driven implementation of the exponential function", doi:10.1145/63522.214389.
func exponentialsOf(to, x []float64) {
	// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer and leaves it in the low bits.
	const shift, high, low = 1.5 * (1 << 52), 0x1.62e42feep-7, 0x1.a39ef35793c76p-39
	to = to[:len(x)]
	for i, value := range x {
		value = -math.Abs(value)
		if !(value >= lowestExponent) {
			to[i] = 0
			continue
		}
		shifted := value*(exponentialParts/math.Ln2) + shift
		k := int64(math.Float64bits(shifted)&(1<<52-1)) - 1<<51
		part := shifted - shift
		r := (value - part*high) - part*low
		square := r * r
		polynomial := (1 + r) + square*((1./2+r*(1./6))+square*(1./24+r*(1./120)))
		scale := math.Float64frombits(uint64(1023+k>>exponentialBits) << 52)
		to[i] = exponentialTable[k&(exponentialParts-1)] * polynomial * scale
	}
}
