package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

// constant returns x in all lanes: with AVX-512 a register, which must be filled before a loop begins; with AVX2, whose
// 16 registers are soon spent, or for a vector inMemory, an operand in memory.
func (v vector) constant(x float64) operand.Op {
	if v.double {
		return v.bits(math.Float64bits(x))
	}
	return v.bits(uint64(math.Float32bits(float32(x))))
}

// bits returns the pattern in all lanes, as constant does.
func (v vector) bits(pattern uint64) operand.Op {
	name := fmt.Sprintf("lanes%s%x", v.element(), pattern)
	m, ok := v.data[name]
	if !ok {
		m = v.StaticGlobal(name)
		v.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := 0; i < v.bytes(); i += v.size() {
			if v.double {
				v.AddDatum(i, operand.U64(pattern))
			} else {
				v.AddDatum(i, operand.U32(uint32(pattern)))
			}
		}
		v.data[name] = m
	}
	if !v.wide || v.inMemory {
		return m
	}
	r := v.register()
	v.pick(v.VBROADCASTSS, v.VBROADCASTSD)(m, r)
	return r
}

// memory returns v with constants in memory, for functions that have more of them than there are registers.
func (v vector) memory() vector {
	v.inMemory = true
	return v
}
