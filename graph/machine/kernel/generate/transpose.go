package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// writeTranspose writes the transposition of whole blocks: 8 x 8 float32 or 4 x 4 float64.
//
// Half-rows of 16 bytes are loaded in pairs, so that the exchange of the 128-bit halves happens in the
// loads and only interleaving within halves is left: 16 shuffles for 64 float32. 64-byte vectors gain nothing here.
func writeTranspose(v vector, _ *registry) {
	name := "transposeBlocks" + v.suffix()
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " transposes rows x cols elements, both multiples of the block and not 0. Leading dimensions are in bytes.")
	v.Pragma("noescape")
	v.SignatureExpr(fmt.Sprintf("func(dst *%s, ldd int, src *%s, lds int, rows, cols int)", v.element(), v.element()))
	dst, ldd := v.Load(v.Param("dst"), v.GP64()), v.Load(v.Param("ldd"), v.GP64())
	src, lds := v.Load(v.Param("src"), v.GP64()), v.Load(v.Param("lds"), v.GP64())
	cols := v.Load(v.Param("cols"), v.GP64())
	block := 32 / v.size()
	three := func(x reg.Register) reg.Register {
		r := v.GP64()
		v.LEAQ(operand.Mem{Base: x, Index: x, Scale: 2}, r)
		return r
	}
	lds3, ldd3 := three(lds), three(ldd)
	line := func(base, base4, ld, ld3 reg.Register, i int) operand.Mem {
		if i >= 4 {
			base = base4
		}
		switch i % 4 {
		case 1:
			return operand.Mem{Base: base, Index: ld, Scale: 1}
		case 2:
			return operand.Mem{Base: base, Index: ld, Scale: 2}
		case 3:
			return operand.Mem{Base: base, Index: ld3, Scale: 1}
		}
		return operand.Mem{Base: base}
	}
	rows, s, d, s4, d4 := v.GP64(), v.GP64(), v.GP64(), v.GP64(), v.GP64()
	v.Label("columns")
	v.MOVQ(src, s)
	v.MOVQ(dst, d)
	v.Load(v.Param("rows"), rows)
	v.Label("rows")
	v.LEAQ(operand.Mem{Base: s, Index: lds, Scale: 4}, s4)
	v.LEAQ(operand.Mem{Base: d, Index: ldd, Scale: 4}, d4)
	half := block / 2
	for part := range 2 { // the left and the right half of the source block are the upper and the lower of the other
		r := make([]reg.VecVirtual, half)
		for i := range r {
			low := line(s, s4, lds, lds3, i)
			high := line(s, s4, lds, lds3, i+half)
			low.Disp, high.Disp = part*16, part*16
			x := v.XMM()
			v.VMOVUPS(low, x)
			r[i] = v.YMM()
			v.VINSERTF128(operand.U8(1), high, x.AsY(), r[i])
		}
		for i, column := range v.interleave(r) {
			v.VMOVUPS(column, line(d, d4, ldd, ldd3, part*half+i))
		}
	}
	v.LEAQ(operand.Mem{Base: s, Index: lds, Scale: uint8(half)}, s)
	v.LEAQ(operand.Mem{Base: s, Index: lds, Scale: uint8(half)}, s)
	v.ADDQ(operand.U8(32), d)
	v.SUBQ(operand.U8(uint8(block)), rows)
	v.JNE(operand.LabelRef("rows"))
	v.ADDQ(operand.U8(32), src)
	v.LEAQ(operand.Mem{Base: dst, Index: ldd, Scale: uint8(half)}, dst)
	v.LEAQ(operand.Mem{Base: dst, Index: ldd, Scale: uint8(half)}, dst)
	v.SUBQ(operand.U8(uint8(block)), cols)
	v.JNE(operand.LabelRef("columns"))
	v.VZEROUPPER()
	v.RET()
}

// interleave transposes 4 x 4 float32 or 2 x 2 float64 within each half of the registers.
func (v vector) interleave(r []reg.VecVirtual) []reg.VecVirtual {
	pair := func(f func(a, b, c operand.Op), x, y reg.VecVirtual) reg.VecVirtual {
		out := v.YMM()
		f(y, x, out)
		return out
	}
	low := func(ops ...operand.Op) { v.VUNPCKLPD(ops...) }
	high := func(ops ...operand.Op) { v.VUNPCKHPD(ops...) }
	three := func(f instruction) func(a, b, c operand.Op) { return func(a, b, c operand.Op) { f(a, b, c) } }
	if v.double {
		return []reg.VecVirtual{pair(three(low), r[0], r[1]), pair(three(high), r[0], r[1])}
	}
	lows := func(ops ...operand.Op) { v.VUNPCKLPS(ops...) }
	highs := func(ops ...operand.Op) { v.VUNPCKHPS(ops...) }
	t0, t1 := pair(three(lows), r[0], r[1]), pair(three(highs), r[0], r[1])
	t2, t3 := pair(three(lows), r[2], r[3]), pair(three(highs), r[2], r[3])
	return []reg.VecVirtual{
		pair(three(low), t0, t2), pair(three(high), t0, t2), pair(three(low), t1, t3), pair(three(high), t1, t3),
	}
}

// writeCopy writes the copy of a matrix, for packing.
func writeCopy(v vector, names *registry) {
	name := "copyMatrix" + v.suffix()
	names.add(v.table(), "f.copy = %s", name)
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " copies rows x cols elements, neither 0. Leading dimensions are in elements.")
	v.Pragma("noescape")
	v.SignatureExpr(fmt.Sprintf("func(dst *%s, ldd int, src *%s, lds int, rows, cols int)", v.element(), v.element()))
	dst, ldd := v.Load(v.Param("dst"), v.GP64()), v.Load(v.Param("ldd"), v.GP64())
	src, lds := v.Load(v.Param("src"), v.GP64()), v.Load(v.Param("lds"), v.GP64())
	rows, cols := v.Load(v.Param("rows"), v.GP64()), v.Load(v.Param("cols"), v.GP64())
	rest := v.GP64()
	v.MOVQ(cols, rest)
	v.ANDQ(operand.U32(v.lanes()-1), rest)
	mask := v.tailMask(rest)
	whole, i := v.GP64(), v.GP64()
	v.SUBQ(rest, cols)
	v.MOVQ(cols, whole)
	shift := map[int]uint8{4: 2, 8: 3}[v.size()]
	for _, r := range []reg.Register{ldd, lds, whole} {
		v.SHLQ(operand.U8(shift), r)
	}
	move := v.pick(v.VMOVUPS, v.VMOVUPD)
	x := v.register()
	at := func(base reg.Register) operand.Mem { return operand.Mem{Base: base, Index: i, Scale: 1} }
	v.Label("row")
	v.XORQ(i, i)
	v.CMPQ(i, whole)
	v.JEQ(operand.LabelRef("tail"))
	v.Label("vector")
	move(at(src), x)
	move(x, at(dst))
	v.ADDQ(operand.U8(uint8(v.bytes())), i)
	v.CMPQ(i, whole)
	v.JNE(operand.LabelRef("vector"))
	v.Label("tail")
	v.TESTQ(rest, rest)
	v.JEQ(operand.LabelRef("next"))
	v.maskedLoad(at(src), mask, x)
	v.maskedStore(x, mask, at(dst))
	v.Label("next")
	v.ADDQ(ldd, dst)
	v.ADDQ(lds, src)
	v.DECQ(rows)
	v.JNE(operand.LabelRef("row"))
	v.VZEROUPPER()
	v.RET()
}
