package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// writeVectorProducts writes the two products of a vector with a matrix.
func writeVectorProducts(v vector, names *registry) {
	v.dots()
	v.combineRows()
	names.add(v.table(), "f.dots = dots%s", v.suffix())
	names.add(v.table(), "f.combineRows = combineRows%s", v.suffix())
}

// dots writes the inner products of one vector with the rows of a matrix, 4 rows at a time so that their sums need not wait for
// each other. The order of a sum is the same in the rows that are left over.
func (v vector) dots() {
	name := "dots" + v.suffix()
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " writes the inner products of a and the rows of b, neither rows nor k 0. The leading dimension is in bytes.")
	v.Pragma("noescape")
	v.SignatureExpr(fmt.Sprintf("func(dst, a, b *%s, ldb, rows, k int)", v.element()))
	dst, a, b := v.Load(v.Param("dst"), v.GP64()), v.Load(v.Param("a"), v.GP64()), v.Load(v.Param("b"), v.GP64())
	ldb, rows, k := v.Load(v.Param("ldb"), v.GP64()), v.Load(v.Param("rows"), v.GP64()), v.Load(v.Param("k"), v.GP64())
	rest, whole, ldb3 := v.GP64(), v.GP64(), v.GP64()
	v.MOVQ(k, rest)
	v.ANDQ(operand.U32(v.lanes()-1), rest)
	mask := v.tailMask(rest)
	v.MOVQ(k, whole)
	v.SUBQ(rest, whole)
	v.SHLQ(operand.U8(map[int]uint8{4: 2, 8: 3}[v.size()]), whole)
	v.LEAQ(operand.Mem{Base: ldb, Index: ldb, Scale: 2}, ldb3)
	index := v.GP64()
	group := func(count int) {
		label := fmt.Sprintf("%d", count)
		pointers := []reg.Register{b, v.GP64(), v.GP64(), v.GP64()}
		for i, m := range []operand.Mem{{}, {Base: b, Index: ldb, Scale: 1}, {Base: b, Index: ldb, Scale: 2}, {Base: b, Index: ldb3, Scale: 1}} {
			if i > 0 && i < count {
				v.LEAQ(m, pointers[i])
			}
		}
		sums := make([]reg.VecVirtual, count)
		for i := range sums {
			sums[i] = v.zero()
		}
		v.XORQ(index, index)
		v.CMPQ(index, whole)
		v.JEQ(operand.LabelRef("tail" + label))
		v.Label("vector" + label)
		x := v.register()
		v.pick(v.VMOVUPS, v.VMOVUPD)(operand.Mem{Base: a, Index: index, Scale: 1}, x)
		for i, s := range sums {
			v.accumulate(s, x, operand.Mem{Base: pointers[i], Index: index, Scale: 1})
		}
		v.ADDQ(operand.U32(v.bytes()), index)
		v.CMPQ(index, whole)
		v.JNE(operand.LabelRef("vector" + label))
		v.Label("tail" + label)
		v.TESTQ(rest, rest)
		v.JEQ(operand.LabelRef("sums" + label))
		v.maskedLoad(operand.Mem{Base: a, Index: index, Scale: 1}, mask, x)
		y := v.register()
		for i, s := range sums {
			v.maskedLoad(operand.Mem{Base: pointers[i], Index: index, Scale: 1}, mask, y)
			v.accumulate(s, x, y)
		}
		v.Label("sums" + label)
		for i, s := range sums {
			total := v.across(s, v.pick(v.VADDPS, v.VADDPD))
			at := operand.Mem{Base: dst, Disp: i * v.size()}
			if v.double {
				v.VMOVSD(total, at)
			} else {
				v.VMOVSS(total, at)
			}
		}
		v.ADDQ(operand.U32(count*v.size()), dst)
		v.SUBQ(operand.U32(count), rows)
	}
	v.Label("four")
	v.CMPQ(rows, operand.U32(4))
	v.JLT(operand.LabelRef("one"))
	group(4)
	v.LEAQ(operand.Mem{Base: b, Index: ldb, Scale: 4}, b)
	v.JMP(operand.LabelRef("four"))
	v.Label("one")
	v.TESTQ(rows, rows)
	v.JEQ(operand.LabelRef("done"))
	group(1)
	v.ADDQ(ldb, b)
	v.JMP(operand.LabelRef("one"))
	v.Label("done")
	v.VZEROUPPER()
	v.RET()
}

// combineRows writes dst += sum over 8 steps of a[p]*b[p]: it streams whole rows of a matrix that is too large
// for the caches, while dst stays in them.
func (v vector) combineRows() {
	name := "combineRows" + v.suffix()
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " adds a[p] times row p of b, for p = 0..7, to the n elements of dst. The strides of a and b are in bytes.")
	v.Pragma("noescape")
	v.SignatureExpr(fmt.Sprintf("func(dst, a *%s, aCol int, b *%s, bRow, n int)", v.element(), v.element()))
	dst, a, b := v.Load(v.Param("dst"), v.GP64()), v.Load(v.Param("a"), v.GP64()), v.Load(v.Param("b"), v.GP64())
	aCol, bRow, n := v.Load(v.Param("aCol"), v.GP64()), v.Load(v.Param("bRow"), v.GP64()), v.Load(v.Param("n"), v.GP64())
	factors, pointers := make([]reg.VecVirtual, 8), make([]reg.Register, 8)
	for p := range 8 {
		factors[p] = v.register()
		v.pick(v.VBROADCASTSS, v.VBROADCASTSD)(operand.Mem{Base: a}, factors[p])
		v.ADDQ(aCol, a)
		pointers[p] = v.GP64()
		v.MOVQ(b, pointers[p])
		v.ADDQ(bRow, b)
	}
	index := v.GP64()
	v.XORQ(index, index)
	move := v.pick(v.VMOVUPS, v.VMOVUPD)
	vectors := func(count int) {
		for i := range count {
			at := func(base reg.Register) operand.Mem {
				return operand.Mem{Base: base, Index: index, Scale: 1, Disp: i * v.bytes()}
			}
			sum := v.register()
			move(at(dst), sum)
			for p := range 8 {
				v.accumulate(sum, factors[p], at(pointers[p]))
			}
			move(sum, at(dst))
		}
		v.ADDQ(operand.U32(count*v.bytes()), index)
		v.SUBQ(operand.U32(count*v.lanes()), n)
	}
	v.Label("two")
	v.CMPQ(n, operand.U32(2*v.lanes()))
	v.JLT(operand.LabelRef("one"))
	vectors(2)
	v.JMP(operand.LabelRef("two"))
	v.Label("one")
	v.CMPQ(n, operand.U32(v.lanes()))
	v.JLT(operand.LabelRef("rest"))
	vectors(1)
	v.JMP(operand.LabelRef("one"))
	v.Label("rest")
	v.TESTQ(n, n)
	v.JEQ(operand.LabelRef("done"))
	mask := v.tailMask(n)
	sum, x := v.register(), v.register()
	v.maskedLoad(operand.Mem{Base: dst, Index: index, Scale: 1}, mask, sum)
	for p := range 8 {
		v.maskedLoad(operand.Mem{Base: pointers[p], Index: index, Scale: 1}, mask, x)
		v.accumulate(sum, factors[p], x)
	}
	v.maskedStore(sum, mask, operand.Mem{Base: dst, Index: index, Scale: 1})
	v.Label("done")
	v.VZEROUPPER()
	v.RET()
}
