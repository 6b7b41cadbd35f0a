package data_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/unfurl-rnn/unfurl/data"
)

// The derivation of streams must never change: otherwise results of earlier versions could not be reproduced. The seed words were
// computed independently of this code, in Python 3.11.2:
//
//	m = b"unfurl/data.Stream/1\0" + struct.pack("<Qqq", seed, realisation, epoch) + purpose.encode()
//	struct.unpack("<QQ", hashlib.sha256(m).digest()[:16])
func TestStreamNeverChanges(t *testing.T) {
	for _, test := range []struct {
		seed        uint64
		realisation int
		purpose     string
		epoch       int
		high, low   uint64
	}{
		{0, 0, "clusters", 0, 0x74e94e66d193a999, 0x44a013ed0fffb2e1},
		{1<<64 - 1, 29, "train-samples", 39, 0xc33f89722282836c, 0x12d51ffbab53777a},
		{7, -1, "größe", -2, 0xbfff8acd031c193b, 0x26921eeaf23079a7},
	} {
		position, err := data.StreamSource(test.seed, test.realisation, test.purpose, test.epoch).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		// The marshalled state of math/rand/v2's PCG is "pcg:" and the two words, big endian.
		if want := fmt.Sprintf("pcg:%s%s", word(test.high), word(test.low)); string(position) != want {
			t.Errorf("Stream(%d, %d, %q, %d) starts at %x, want %x",
				test.seed, test.realisation, test.purpose, test.epoch, position, want)
		}
	}
	// The first numbers, as drawn by the first version of this package.
	stream := data.Stream(0, 0, "clusters", 0)
	first, second, uniform, normal := stream.Uint64(), stream.Uint64(), stream.Float64(), stream.NormFloat64()
	if first != 0x1f7d2e77a7acffa2 || second != 0x22dd4169622c1bf0 ||
		uniform != 0.66388580387705076 || normal != 0.61204297416714937 {
		t.Errorf("numbers changed: %#x %#x %.17g %.17g", first, second, uniform, normal)
	}
}

// word returns the 8 bytes of value, big endian.
func word(value uint64) string {
	bytes := make([]byte, 8)
	for i := range bytes {
		bytes[i] = byte(value >> (56 - 8*i))
	}
	return string(bytes)
}

func TestStreamsDifferInEveryArgument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		realisation := rapid.IntRange(0, 1000).Draw(t, "realisation")
		purpose := rapid.String().Draw(t, "purpose")
		epoch := rapid.IntRange(0, 1000).Draw(t, "epoch")
		first := data.Stream(seed, realisation, purpose, epoch).Uint64()
		if again := data.Stream(seed, realisation, purpose, epoch).Uint64(); again != first {
			t.Fatal("the same arguments give another stream")
		}
		for name, other := range map[string]uint64{
			"seed":        data.Stream(seed+1, realisation, purpose, epoch).Uint64(),
			"realisation": data.Stream(seed, realisation+1, purpose, epoch).Uint64(),
			"purpose":     data.Stream(seed, realisation, purpose+"x", epoch).Uint64(),
			"epoch":       data.Stream(seed, realisation, purpose, epoch+1).Uint64(),
		} {
			if other == first {
				t.Fatalf("another %s gives the same stream", name)
			}
		}
	})
}
