package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// partials is how many vectors of partial results a reduction keeps, so that additions need not wait for each other.
const partials = 4

// writeReductions writes sum, dot and max. Their order depends on n only: vector i goes to partial i mod 4, the rest
// after the last four whole vectors to the first.
func writeReductions(v vector, names *registry) {
	v.reduction("sum", "returns the sum of x", []string{"x"}, 0,
		func(total reg.VecVirtual, in []reg.VecVirtual) { v.pick(v.VADDPS, v.VADDPD)(in[0], total, total) },
		v.pick(v.VADDPS, v.VADDPD))
	v.reduction("dot", "returns the sum of a*b", []string{"a", "b"}, 0,
		func(total reg.VecVirtual, in []reg.VecVirtual) { v.accumulate(total, in[0], in[1]) },
		v.pick(v.VADDPS, v.VADDPD))
	v.reduction("max", "returns the largest element of x, NaN if there is one", []string{"x"}, math.Inf(-1), nil,
		v.pick(v.VMAXPS, v.VMAXPD))
	for _, name := range []string{"sum", "dot", "max"} {
		names.add(v.table(), "f.%s = %s%s", name, name, v.suffix())
	}
}

// reduction writes one function. step takes a vector of each array into a partial; nil is the maximum.
func (v vector) reduction(function, does string, arrays []string, start float64, step func(reg.VecVirtual, []reg.VecVirtual), combine instruction) {
	name := function + v.suffix()
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " " + does + ".")
	v.Pragma("noescape")
	parameters := arrays[0]
	if len(arrays) > 1 {
		parameters += ", " + arrays[1]
	}
	v.SignatureExpr(fmt.Sprintf("func(%s *%s, n int) %s", parameters, v.element(), v.element()))
	pointers := make([]reg.Register, len(arrays))
	for i, a := range arrays {
		pointers[i] = v.Load(v.Param(a), v.GP64())
	}
	n := v.Load(v.Param("n"), v.GP64())
	maximum := step == nil
	begin := v.constant(start)
	totals := make([]reg.VecVirtual, partials)
	for i := range totals {
		totals[i] = v.copyOf(begin)
	}
	nan := v.zero() // not zero in lanes that saw NaN
	if maximum {
		// The maximum drops one of its operands when it meets NaN, so NaN is noted apart.
		step = func(total reg.VecVirtual, in []reg.VecVirtual) {
			combine(in[0], total, total)
			v.noteNaN(nan, in[0])
		}
	}
	index := v.GP64()
	v.XORQ(index, index)
	move := v.pick(v.VMOVUPS, v.VMOVUPD)
	load := func(i int) []reg.VecVirtual {
		in := make([]reg.VecVirtual, len(pointers))
		for j, p := range pointers {
			in[j] = v.register()
			move(operand.Mem{Base: p, Index: index, Scale: 1, Disp: i * v.bytes()}, in[j])
		}
		return in
	}
	advance := func(vectors int) {
		v.ADDQ(operand.U32(vectors*v.bytes()), index)
		v.SUBQ(operand.U32(vectors*v.lanes()), n)
	}
	v.Label("several")
	v.CMPQ(n, operand.U32(partials*v.lanes()))
	v.JLT(operand.LabelRef("one"))
	for i := range partials {
		step(totals[i], load(i))
	}
	advance(partials)
	v.JMP(operand.LabelRef("several"))
	v.Label("one")
	v.CMPQ(n, operand.U32(v.lanes()))
	v.JLT(operand.LabelRef("rest"))
	step(totals[0], load(0))
	advance(1)
	v.JMP(operand.LabelRef("one"))
	v.Label("rest")
	v.TESTQ(n, n)
	v.JEQ(operand.LabelRef("combine"))
	mask := v.tailMask(n)
	in := make([]reg.VecVirtual, len(pointers))
	for j, p := range pointers {
		in[j] = v.register()
		v.maskedLoad(operand.Mem{Base: p, Index: index, Scale: 1}, mask, in[j])
	}
	if maximum {
		in[0] = v.choose(mask, in[0], v.copyOf(begin))
	}
	step(totals[0], in)
	v.Label("combine")
	combine(totals[1], totals[0], totals[0])
	combine(totals[3], totals[2], totals[2])
	combine(totals[2], totals[0], totals[0])
	total := v.across(totals[0], combine)
	if maximum {
		v.pick(v.VADDPS, v.VADDPD)(v.across(nan, v.pick(v.VADDPS, v.VADDPD)), total, total)
	}
	v.Store(total, v.ReturnIndex(0))
	v.VZEROUPPER()
	v.RET()
}

// noteNaN turns the lanes of note to NaN where x is NaN.
func (v vector) noteNaN(note, x reg.VecVirtual) {
	mask := v.compare(unordered, x, x)
	if v.wide {
		v.pick(v.VMOVUPS, v.VMOVUPD)(x, mask, note)
		return
	}
	v.pick(v.VORPS, v.VORPD)(mask, note, note) // all ones is a NaN
}

// across combines the lanes of a vector into the first of an XMM register.
func (v vector) across(x reg.VecVirtual, combine instruction) reg.VecVirtual {
	y := x
	if v.wide {
		high := v.YMM()
		v.VEXTRACTF64X4(operand.U8(1), x, high)
		y = v.YMM()
		combine(high, x.AsY(), y)
	}
	high := v.XMM()
	v.VEXTRACTF128(operand.U8(1), y, high)
	z := v.XMM()
	combine(high, y.AsX(), z)
	if v.double {
		v.VPERMILPD(operand.U8(1), z, high)
		combine(high, z, z)
		return z
	}
	v.VPSHUFD(operand.U8(0x0e), z, high)
	combine(high, z, z)
	v.VPSHUFD(operand.U8(0x01), z, high)
	combine(high, z, z)
	return z
}
