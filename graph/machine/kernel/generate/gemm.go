package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of type tile in package kernel.
const (
	tileK     = 0
	tileARow  = 8
	tileACol  = 16
	tileBRow  = 24
	tileCRow  = 32
	tileMask  = 40
	tileReadC = 64
	tileAhead = 72
	tileAlpha = 80
)

// width is one shape of micro-kernel: the vectors of a row of the tile, and which of them is masked.
type width struct {
	name    string
	vectors int
	masked  bool // the last vector is
	half    bool // 32-byte vectors at a level that has 64
	rows    int  // made for 1..rows
}

// tileRows returns the most rows of a tile. AVX-512 has registers for 14; 10, 12 and 14 were equally fast on an Intel Xeon,
// within 2 %.
func (v vector) tileRows() int {
	if v.wide {
		return 12
	}
	return 6
}

// writeGemm writes the micro-kernels, widest first, as the table wants them, and the table.
//
// A tile of rows x vectors sums stays in registers over all steps of k. A step loads one row of B, and for
// each row of A one element into all lanes: rows+vectors loads for rows*vectors multiply-adds.
// AVX-512 has 32 registers, of which 12 x 2 sums, 2 for B and 2 for A take 28. AVX2 has 16: 6 x 2, 2, 2.
// Few rows leave registers free, which wide tiles use: with 4 columns of vectors every sum still has
// 4 independent neighbours, as many as the latency of the multiply-add asks for.
func writeGemm(v vector, names *registry) {
	rows := v.tileRows()
	widths := []width{
		{"Quad", 4, false, false, 6},
		{"Pair", 2, false, false, rows},
		{"PairTail", 2, true, false, rows},
		{"HalfTail", 1, true, true, rows},
		{"Tail", 1, true, false, rows},
	}
	if !v.wide {
		widths = []width{
			{"Quad", 4, false, false, 2},
			{"Pair", 2, false, false, rows},
			{"PairTail", 2, true, false, rows},
			{"Tail", 1, true, false, rows},
		}
	}
	table := fmt.Sprintf("var gemm%s = gemmKernels[%s]", v.suffix(), v.element())
	names.add(v.table(), "f.gemm = &gemm%s", v.suffix())
	names.add(table, "rows: %d, panel: %d,", rows, 2*v.lanes())
	names.add(table, "variants: []variant[%s]{", v.element())
	for _, w := range widths {
		lanes := v.lanes()
		columns, before := w.vectors*lanes, (w.vectors-1)*lanes
		least, most, masked := columns, "unlimited", columns
		if w.half {
			columns = lanes / 2
		}
		if w.masked {
			least, most, masked = before+1, fmt.Sprint(columns), before
		}
		kernels := "nil"
		for rows := 1; rows <= w.rows; rows++ {
			name := fmt.Sprintf("gemm%s%d%s", w.name, rows, v.suffix())
			v.microKernel(name, rows, w)
			kernels += ", " + name
		}
		names.add(table, "{least: %d, most: %s, width: %d, masked: %d, kernels: []microKernel[%s]{%s}},", least, most, columns, masked, v.element(), kernels)
	}
	names.add(table, "},")
}

// physical returns the i-th vector register of the width.
func (v vector) physical(i int, half bool) reg.Physical {
	size := reg.S256
	if v.wide && !half {
		size = reg.S512
	}
	return reg.Vector.Lookup(reg.Index(i), size)
}

// microKernel writes C = alpha*A*B + beta*C for one tile.
func (v vector) microKernel(name string, rows int, w width) {
	v.Function(name)
	v.Attributes(attr.NOSPLIT)
	v.Doc(fmt.Sprintf("%s computes %d rows of %d vectors of a product; t is the address of the fields of a tile.", name, rows, w.vectors))
	v.Pragma("noescape")
	v.SignatureExpr(fmt.Sprintf("func(a, b, c *%s, t *int)", v.element()))
	size, bytes := v.size(), v.bytes()
	if w.half {
		bytes = 32
	}
	register := func(i int) reg.Physical { return v.physical(i, w.half) }
	sum := func(row, column int) reg.Physical { return register(row*w.vectors + column) }
	free := rows * w.vectors
	bVector := make([]reg.Physical, w.vectors)
	for j := range bVector {
		bVector[j] = register(free + j)
	}
	total := 16
	if v.wide {
		total = 32
	}
	broadcasts := min(2, total-free-w.vectors)
	if w.masked && !v.wide {
		broadcasts = min(2, total-1-free-w.vectors) // the last register holds the mask
	}

	t := v.Load(v.Param("t"), v.GP64())
	field := func(offset int) operand.Mem { return operand.Mem{Base: t, Disp: offset} }
	b := v.Load(v.Param("b"), v.GP64())
	bases := make([]reg.Register, (rows+2)/3)
	bases[0] = v.Load(v.Param("a"), v.GP64())
	aRow, aCol, bRow, k := v.GP64(), v.GP64(), v.GP64(), v.GP64()
	v.MOVQ(field(tileARow), aRow)
	v.MOVQ(field(tileACol), aCol)
	v.MOVQ(field(tileBRow), bRow)
	v.MOVQ(field(tileK), k)
	if len(bases) > 1 {
		three := v.GP64()
		v.LEAQ(operand.Mem{Base: aRow, Index: aRow, Scale: 2}, three)
		for i := 1; i < len(bases); i++ {
			bases[i] = v.GP64()
			v.LEAQ(operand.Mem{Base: bases[i-1], Index: three, Scale: 1}, bases[i])
		}
	}
	element := func(row int) operand.Mem {
		m := operand.Mem{Base: bases[row/3]}
		if row%3 != 0 {
			m.Index, m.Scale = aRow, uint8(row%3)
		}
		return m
	}
	// C is wanted at the end only, and by then it should be near.
	c := v.Load(v.Param("c"), v.GP64())
	cRow := v.GP64()
	v.MOVQ(field(tileCRow), cRow)
	if w.vectors > 1 {
		v.eachRow(c, cRow, rows, func(_ int, m operand.Mem) {
			for line := 0; line < w.vectors*bytes; line += 64 {
				v.PREFETCHT0(m.Offset(line))
			}
		})
	}
	mask := v.gemmMask(w, field(tileMask), register(total-1))
	for i := range free {
		v.clearRegister(sum(i/w.vectors, i%w.vectors))
	}

	load, broadcast := v.pick(v.VMOVUPS, v.VMOVUPD), v.pick(v.VBROADCASTSS, v.VBROADCASTSD)
	multiplyAdd := v.pick(v.VFMADD231PS, v.VFMADD231PD)
	// A later row of B is fetched while this one is used; the row may lie behind the end of B, where a fetch does nothing.
	ahead := v.GP64()
	v.MOVQ(field(tileAhead), ahead)
	v.Label("step")
	if !w.half {
		for line := 0; line < w.vectors*bytes; line += 64 {
			v.PREFETCHT0(operand.Mem{Base: b, Index: ahead, Scale: 1, Disp: line})
		}
	}
	for j := range bVector {
		m := operand.Mem{Base: b, Disp: j * bytes}
		if w.masked && j == w.vectors-1 {
			v.maskedLoad(m, mask, bVector[j])
		} else {
			load(m, bVector[j])
		}
	}
	for row := range rows {
		x := register(free + w.vectors + row%broadcasts)
		broadcast(element(row), x)
		for j := range bVector {
			multiplyAdd(bVector[j], x, sum(row, j))
		}
	}
	for _, base := range bases {
		v.ADDQ(aCol, base)
	}
	v.ADDQ(bRow, b)
	v.DECQ(k)
	v.JNE(operand.LabelRef("step"))

	v.storeTile(w, rows, sum, bVector, mask, c, cRow, field, bytes, size)
}

// storeTile writes alpha*sum + beta*C. The registers of B are free by now.
func (v vector) storeTile(w width, rows int, sum func(int, int) reg.Physical, free []reg.Physical, mask reg.Register, c, cRow reg.Register, field func(int) operand.Mem, bytes, size int) {
	move, broadcast := v.pick(v.VMOVUPS, v.VMOVUPD), v.pick(v.VBROADCASTSS, v.VBROADCASTSD)
	multiply, multiplyAdd := v.pick(v.VMULPS, v.VMULPD), v.pick(v.VFMADD231PS, v.VFMADD231PD)
	total := 16
	if v.wide {
		total = 32
	}
	// One register for beta and one for a masked vector of C: the second is B's, or the second to last where the mask is in the last.
	scale := free[0]
	broadcast(field(tileAlpha), scale)
	for row := range rows {
		for j := range w.vectors {
			multiply(scale, sum(row, j), sum(row, j))
		}
	}
	v.CMPQ(field(tileReadC), operand.Imm(0))
	v.JEQ(operand.LabelRef("store"))
	broadcast(field(tileAlpha+size), scale)
	old := v.physical(total-2, w.half)
	v.eachRow(c, cRow, rows, func(row int, m operand.Mem) {
		for j := range w.vectors {
			element := m.Offset(j * bytes)
			if w.masked && j == w.vectors-1 {
				v.maskedLoad(element, mask, old)
				multiplyAdd(old, scale, sum(row, j))
			} else {
				multiplyAdd(element, scale, sum(row, j))
			}
		}
	})
	v.Label("store")
	v.eachRow(c, cRow, rows, func(row int, m operand.Mem) {
		for j := range w.vectors {
			if w.masked && j == w.vectors-1 {
				v.maskedStore(sum(row, j), mask, m.Offset(j*bytes))
			} else {
				move(sum(row, j), m.Offset(j*bytes))
			}
		}
	})
	v.VZEROUPPER()
	v.RET()
}

// eachRow calls visit with the address of every row of C.
func (v vector) eachRow(c, cRow reg.Register, rows int, visit func(row int, m operand.Mem)) {
	p := v.GP64()
	v.MOVQ(c, p)
	for row := range rows {
		visit(row, operand.Mem{Base: p})
		if row < rows-1 {
			v.ADDQ(cRow, p)
		}
	}
}

// clearRegister sets a register to zero.
func (v vector) clearRegister(r reg.Physical) {
	if v.wide {
		v.VPXORD(r, r, r)
		return
	}
	v.VXORPS(r, r, r)
}

// gemmMask loads the mask of the last vector, if there is one: an opmask register, or for AVX2 the vector register last.
func (v vector) gemmMask(w width, bits operand.Mem, last reg.Physical) reg.Register {
	if !w.masked {
		return nil
	}
	if v.wide {
		k, general := v.K(), v.GP32()
		v.MOVL(bits, general)
		v.KMOVW(general, k)
		return k
	}
	count, table := v.GP64(), v.GP64()
	v.POPCNTQ(bits, count)
	v.LEAQ(v.laneTable(), table)
	v.NEGQ(count)
	v.VMOVUPS(operand.Mem{Base: table, Index: count, Scale: uint8(v.size()), Disp: v.bytes()}, last)
	return last
}

// maskedLoad loads the lanes of the mask and zeroes the others. Memory under the others is not touched.
func (v vector) maskedLoad(m operand.Mem, mask, r operand.Op) {
	if v.wide {
		if v.double {
			v.VMOVUPD_Z(m, mask, r)
		} else {
			v.VMOVUPS_Z(m, mask, r)
		}
		return
	}
	v.pick(wrap3(v.VMASKMOVPS), wrap3(v.VMASKMOVPD))(m, mask, r)
}

// maskedStore stores the lanes of the mask.
func (v vector) maskedStore(r, mask operand.Op, m operand.Mem) {
	if v.wide {
		v.pick(v.VMOVUPS, v.VMOVUPD)(r, mask, m)
		return
	}
	v.pick(wrap3(v.VMASKMOVPS), wrap3(v.VMASKMOVPD))(r, mask, m)
}

// wrap3 makes an instruction of three operands one of a list.
func wrap3(f func(a, b, c operand.Op)) instruction {
	return func(o ...operand.Op) { f(o[0], o[1], o[2]) }
}

// laneTable returns the address of 32 bytes of ones followed by 32 bytes of zeros. A load that starts n elements before
// the middle is the mask of the first n lanes.
func (v vector) laneTable() operand.Mem {
	const name = "lanes"
	if m, ok := v.data[name]; ok {
		return m
	}
	m := v.StaticGlobal(name)
	v.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		ones := uint64(0)
		if i < 4 {
			ones = 1<<64 - 1
		}
		v.AddDatum(i*8, operand.U64(ones))
	}
	v.data[name] = m
	return m
}
