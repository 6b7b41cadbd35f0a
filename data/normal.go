package data

import (
	"math"
	"math/rand/v2"
)

// The ziggurat: the half of the normal density right of 0 is covered by layers of equal area, each a rectangle except the lowest,
// which includes the tail. Almost every draw falls into the part of a rectangle that is entirely below the density and costs one
// table look-up and one multiplication.
//
// Source: G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Softw. 5 (2000)
// 8, with its constants for 128 layers.
const (
	layers    = 128
	tailStart = 3.442619855899      // where the lowest layer's rectangle ends and the tail begins
	layerArea = 9.91256303526217e-3 // of each layer, tail included
	positions = 1 << 24             // steps across a layer, on each side of 0
)

// ziggurat holds the tables of the layers. They are rounded to float32 so that differences between architectures in exp and log
// have no effect.
var ziggurat = makeZiggurat()

type zigguratTables struct {
	step   [layers]float64 // width of the layer over positions
	inside [layers]uint32  // positions below this are under the density in the whole layer
	height [layers]float64 // density at the layer's outer edge
}

func makeZiggurat() *zigguratTables {
	tables := new(zigguratTables)
	density := func(x float64) float64 { return math.Exp(-0.5 * x * x) }
	round := func(x float64) float64 { return float64(float32(x)) }
	edge := tailStart
	lowest := layerArea / density(edge) // width of a rectangle with the area of the lowest layer
	tables.step[0] = round(lowest / positions)
	tables.inside[0] = uint32(edge / lowest * positions)
	tables.height[0] = 1
	for layer := layers - 1; layer >= 1; layer-- {
		tables.step[layer] = round(edge / positions)
		tables.height[layer] = round(density(edge))
		if layer > 1 {
			inner := math.Sqrt(-2 * math.Log(layerArea/edge+density(edge)))
			tables.inside[layer] = uint32(inner / edge * positions)
			edge = inner
		}
	}
	return tables
}

// addNormals writes centre + deviation*z into dst, with a fresh standard normal deviate z for every element. It
// draws two deviates from 64 random bits, which takes two thirds of the time of the same number of calls of rng.NormFloat64.
// A deviate is a multiple of 2^-24 of its layer's width (at most 3.7), finer than float32 resolves a coordinate of
// order 1. centre has the length of dst. The same stream gives the same numbers on every architecture.
func addNormals(dst, centre []float64, deviation float64, rng *rand.Rand) {
	tables := ziggurat
	centre = centre[:len(dst)]
	even := len(dst) &^ 1
	for i := 0; i < even; i += 2 {
		bits := rng.Uint64()
		// The code for both halves is repeated because the compiler does not inline it; a function call would take a quarter more time.
		firstLayer, firstPosition := split(uint32(bits))
		first := float64(firstPosition) * tables.step[firstLayer]
		if magnitude(firstPosition) >= tables.inside[firstLayer] {
			first = tables.outside(firstLayer, firstPosition, rng)
		}
		secondLayer, secondPosition := split(uint32(bits >> 32))
		second := float64(secondPosition) * tables.step[secondLayer]
		if magnitude(secondPosition) >= tables.inside[secondLayer] {
			second = tables.outside(secondLayer, secondPosition, rng)
		}
		// The conversions forbid fused multiply-adds, which round differently from one architecture to the next.
		dst[i] = centre[i] + float64(deviation*first)
		dst[i+1] = centre[i+1] + float64(deviation*second)
	}
	if even < len(dst) {
		layer, position := split(rng.Uint32())
		deviate := float64(position) * tables.step[layer]
		if magnitude(position) >= tables.inside[layer] {
			deviate = tables.outside(layer, position, rng)
		}
		dst[even] = centre[even] + float64(deviation*deviate)
	}
}

// split returns a layer (7 bits) and a signed position in it (25 bits) from 32 random bits.
func split(bits uint32) (layer uint32, position int32) { return bits % layers, int32(bits) >> 7 }

// magnitude returns the absolute value without a branch.
func magnitude(position int32) uint32 {
	sign := position >> 31
	return uint32((position ^ sign) - sign)
}

// outside completes the one draw in about 60 that falls outside the inner part of its layer.
func (z *zigguratTables) outside(layer uint32, position int32, rng *rand.Rand) float64 {
	for {
		x := float64(position) * z.step[layer]
		if layer == 0 {
			return math.Copysign(tail(rng), x)
		}
		if z.height[layer]+float64(rng.Float64()*(z.height[layer-1]-z.height[layer])) < math.Exp(-0.5*x*x) {
			return x
		}
		layer, position = split(rng.Uint32())
		if magnitude(position) < z.inside[layer] {
			return float64(position) * z.step[layer]
		}
	}
}

// tail returns a deviate beyond tailStart.
//
// Source: G. Marsaglia, "Generating a Variable from the Tail of the Normal Distribution", Technometrics 6 (1964) 101.
func tail(rng *rand.Rand) float64 {
	for {
		// 1 - Float64() is in (0, 1], so that no logarithm is infinite.
		beyond := -math.Log(1-rng.Float64()) / tailStart
		if -2*math.Log(1-rng.Float64()) >= beyond*beyond {
			return tailStart + beyond
		}
	}
}
