package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vector picks the instructions for one element type and one level.
type vector struct {
	*build.Context
	double   bool                   // float64, else float32
	wide     bool                   // AVX-512 with 64-byte vectors, else AVX2 with 32-byte vectors
	inMemory bool                   // constants are operands in memory
	data     map[string]operand.Mem // the constants of the file, by name
}

// instruction is an avo instruction that takes its operands as a list.
type instruction func(...operand.Op)

// size returns the bytes of an element.
func (v vector) size() int {
	if v.double {
		return 8
	}
	return 4
}

// bytes returns the bytes of a vector.
func (v vector) bytes() int {
	if v.wide {
		return 64
	}
	return 32
}

// lanes returns the elements of a vector.
func (v vector) lanes() int { return v.bytes() / v.size() }

// element returns the name of the element type.
func (v vector) element() string {
	if v.double {
		return "float64"
	}
	return "float32"
}

// suffix returns the end of the names of functions.
func (v vector) suffix() string {
	s := "Float32"
	if v.double {
		s = "Float64"
	}
	if v.wide {
		return s + "AVX512"
	}
	return s + "AVX2"
}

// pick returns the instruction for the element type.
func (v vector) pick(single, double instruction) instruction {
	if v.double {
		return double
	}
	return single
}

// register returns a new vector register.
func (v vector) register() reg.VecVirtual {
	if v.wide {
		return v.ZMM()
	}
	return v.YMM()
}

// table returns the head of the Go function that enters this level's functions into a table.
func (v vector) table() string {
	return fmt.Sprintf("func set%s(f *functions[%s])", v.suffix(), v.element())
}
