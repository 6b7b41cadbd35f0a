package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// body computes the values of the written arrays from those of the read ones, one vector each.
type body func(in []reg.VecVirtual) []reg.VecVirtual

// elementwise is a function of arrays of n elements that treats every element alike.
type elementwise struct {
	name     string
	does     string   // for the comment
	arrays   []string // pointer parameters
	read     []string // of them, in the order that body takes them
	written  []string // of them, in the order that body returns them
	scalars  []string // parameters after n
	unrolled int      // vectors a turn of the loop
	// prepare loads constants into registers before the loop. scalars are broadcast to all lanes.
	prepare func(v vector, scalars []reg.VecVirtual) body
}

// write writes the function for one type and level. Every lane goes through the same instructions, those of the rest after
// the last whole vector too, so a result does not depend on where in the array an element stands.
func (e elementwise) write(v vector) {
	name := e.name + v.suffix()
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(name + " " + e.does + ".")
	v.Pragma("noescape")
	parameters := fmt.Sprintf("%s *%s, n int", strings.Join(e.arrays, ", "), v.element())
	if len(e.scalars) > 0 {
		parameters += fmt.Sprintf(", %s %s", strings.Join(e.scalars, ", "), v.element())
	}
	v.SignatureExpr("func(" + parameters + ")")
	pointers := map[string]reg.Register{}
	for _, a := range e.arrays {
		pointers[a] = v.Load(v.Param(a), v.GP64())
	}
	n := v.Load(v.Param("n"), v.GP64())
	scalars := make([]reg.VecVirtual, len(e.scalars))
	for i, s := range e.scalars {
		scalars[i] = v.broadcastParameter(s)
	}
	compute := e.prepare(v, scalars)
	index := v.GP64()
	v.XORQ(index, index)
	move := v.pick(v.VMOVUPS, v.VMOVUPD)
	at := func(array string, i int) operand.Mem {
		return operand.Mem{Base: pointers[array], Index: index, Scale: 1, Disp: i * v.bytes()}
	}
	vectors := func(count int) {
		for i := range count {
			in := make([]reg.VecVirtual, len(e.read))
			for j, a := range e.read {
				in[j] = v.register()
				move(at(a, i), in[j])
			}
			for j, x := range compute(in) {
				move(x, at(e.written[j], i))
			}
		}
		v.ADDQ(operand.U32(count*v.bytes()), index)
		v.SUBQ(operand.U32(count*v.lanes()), n)
	}
	if e.unrolled > 1 {
		v.Label("several")
		v.CMPQ(n, operand.U32(e.unrolled*v.lanes()))
		v.JLT(operand.LabelRef("one"))
		vectors(e.unrolled)
		v.JMP(operand.LabelRef("several"))
	}
	v.Label("one")
	v.CMPQ(n, operand.U32(v.lanes()))
	v.JLT(operand.LabelRef("rest"))
	vectors(1)
	v.JMP(operand.LabelRef("one"))
	v.Label("rest")
	v.TESTQ(n, n)
	v.JEQ(operand.LabelRef("done"))
	mask := v.tailMask(n)
	in := make([]reg.VecVirtual, len(e.read))
	for j, a := range e.read {
		in[j] = v.register()
		v.maskedLoad(at(a, 0), mask, in[j])
	}
	for j, x := range compute(in) {
		v.maskedStore(x, mask, at(e.written[j], 0))
	}
	v.Label("done")
	v.VZEROUPPER()
	v.RET()
}

// broadcastParameter loads a parameter into all lanes.
func (v vector) broadcastParameter(name string) reg.VecVirtual {
	r := v.register()
	parameter, err := v.Param(name).Resolve()
	if err != nil {
		panic(err) // a name that is not in the signature: a mistake in this program
	}
	v.pick(v.VBROADCASTSS, v.VBROADCASTSD)(parameter.Addr, r)
	return r
}

// tailMask returns the mask of the first n lanes, n less than the lanes of a vector.
func (v vector) tailMask(n reg.Register) reg.Register {
	if v.wide {
		k, ones := v.K(), v.GP64()
		v.MOVQ(operand.U32(1), ones)
		v.MOVQ(n, reg.RCX)
		v.SHLQ(reg.CL, ones)
		v.DECQ(ones)
		v.KMOVW(ones.As32(), k)
		return k
	}
	mask, table, back := v.YMM(), v.GP64(), v.GP64()
	v.LEAQ(v.laneTable(), table)
	v.MOVQ(n, back)
	v.NEGQ(back)
	v.VMOVUPS(operand.Mem{Base: table, Index: back, Scale: uint8(v.size()), Disp: 32}, mask)
	return mask
}
