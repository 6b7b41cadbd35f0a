package data

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// streamDomain separates these hashes from any other use of SHA-256 over the same numbers. Changing it, or the layout in
// [StreamSource], changes every result of the project; a golden test pins both.
const streamDomain = "unfurl/data.Stream/1\x00"

// Stream returns the random generator that belongs to one purpose in one epoch of one realisation.
//
// Streams with different arguments are independent for all practical purposes, and the same arguments give the same
// numbers in every version and on every machine. A run that is resumed at an epoch therefore requests the stream of that epoch; no
// generator has to be saved. purpose is free text, by convention lower case with hyphens ("clusters", "train-samples"). epoch is 0
// for what is drawn once per realisation.
//
// The generator is not safe for concurrent use; request one stream per goroutine.
//
// Differs: the authors' code seeds NumPy's global generator with 2 s + 1 and 3 s + 13, whose streams coincide for
// some pairs of seeds.
func Stream(seed uint64, realisation int, purpose string, epoch int) *rand.Rand {
	return rand.New(StreamSource(seed, realisation, purpose, epoch))
}

// StreamSource returns the generator behind [Stream], for callers that save its position with MarshalBinary.
//
// It is a PCG (permuted congruential generator, 128 bits of state) whose two seed words are the first 16 bytes,
// little endian, of
//
//	SHA-256(streamDomain | seed | realisation | epoch | purpose)
//
// with the three integers as 8 little-endian bytes each (two's complement) and the bytes of purpose last. PCG is chosen over
// ChaCha8 because normal deviates dominate sampling and are about 1.4 times faster with it.
func StreamSource(seed uint64, realisation int, purpose string, epoch int) *rand.PCG {
	message := make([]byte, 0, 128)
	message = append(message, streamDomain...)
	message = binary.LittleEndian.AppendUint64(message, seed)
	message = binary.LittleEndian.AppendUint64(message, uint64(int64(realisation)))
	message = binary.LittleEndian.AppendUint64(message, uint64(int64(epoch)))
	message = append(message, purpose...)
	digest := sha256.Sum256(message)
	return rand.NewPCG(binary.LittleEndian.Uint64(digest[0:8]), binary.LittleEndian.Uint64(digest[8:16]))
}

// shuffle puts values in a uniformly random order (Fisher-Yates), in place.
func shuffle(values []int, rng *rand.Rand) {
	for i := len(values) - 1; i > 0; i-- {
		j := rng.IntN(i + 1)
		values[i], values[j] = values[j], values[i]
	}
}

// fillEvenly writes the integers 0..kinds-1 into dst in random order, each floor(len(dst)/kinds) times and a random
// subset of len(dst) mod kinds of them once more.
func fillEvenly(dst []int, kinds int, rng *rand.Rand) {
	filled := 0
	for range len(dst) / kinds {
		for kind := range kinds {
			dst[filled] = kind
			filled++
		}
	}
	filled += selectSubset(dst[filled:], kinds, rng)
	shuffle(dst[:filled], rng)
}

// selectSubset fills dst with a uniformly random subset of 0..kinds-1, ascending, without repetition, and returns
// its size len(dst), which must not exceed kinds. It allocates no memory.
//
// Source: D. E. Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S.
func selectSubset(dst []int, kinds int, rng *rand.Rand) int {
	selected := 0
	for kind := 0; selected < len(dst); kind++ {
		if rng.IntN(kinds-kind) < len(dst)-selected {
			dst[selected] = kind
			selected++
		}
	}
	return selected
}
