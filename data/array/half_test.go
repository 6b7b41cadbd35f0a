package array_test

import (
	"math"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/array"
)

// Values are those of numpy.uint16(bits).view(numpy.float16), NumPy 2.4.6.
func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x0000: 0, 0x8000: float32(math.Copysign(0, -1)), 0x0001: 0x1p-24, 0x83ff: -0x1.ff8p-15, 0x0400: 0x1p-14,
		0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x7bff: 65504, 0x7c00: float32(math.Inf(1)), 0xfc00: float32(math.Inf(-1)),
	} {
		if got := array.Half(bits); math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("%#04x: %v, want %v", bits, got, want)
		}
	}
	if got := array.Half(0x7e01); got == got {
		t.Errorf("0x7e01: %v, want not a number", got)
	}
}
