package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

//go:generate go -C generate run .

// bestLevel returns the highest level of the processor, as far as the operating system saves its registers
// (package cpu looks at both).
func bestLevel() Level {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL && x.HasAVX2 && x.HasFMA && x.HasPOPCNT:
		return AVX512
	case x.HasAVX2 && x.HasFMA && x.HasPOPCNT:
		return AVX2
	}
	return Portable
}

func functions32(l Level) *functions[float32] {
	f := portableFunctions[float32]()
	if l == Portable {
		return f
	}
	f.transpose = func(dst *float32, ldd int, src *float32, lds int, rows, cols int) {
		transposeEdges(transposeBlocksFloat32AVX2, dst, ldd, src, lds, rows, cols)
	}
	if l == AVX2 {
		setFloat32AVX2(f)
	} else {
		setFloat32AVX512(f)
	}
	return f
}

func functions64(l Level) *functions[float64] {
	f := portableFunctions[float64]()
	if l == Portable {
		return f
	}
	f.transpose = func(dst *float64, ldd int, src *float64, lds int, rows, cols int) {
		transposeEdges(transposeBlocksFloat64AVX2, dst, ldd, src, lds, rows, cols)
	}
	if l == AVX2 {
		setFloat64AVX2(f)
	} else {
		setFloat64AVX512(f)
	}
	return f
}

// transposeEdges transposes a matrix with a kernel for whole blocks of 32 bytes a side. What is left at the right and at the
// bottom is covered by blocks that overlap the others: they write the same values twice.
func transposeEdges[T Float](blocks func(dst *T, ldd int, src *T, lds int, rows, cols int), dst *T, ldd int, src *T, lds int, rows, cols int) {
	size := int(unsafe.Sizeof(*dst))
	block := 32 / size
	if rows < block || cols < block {
		portableTranspose(dst, ldd, src, lds, rows, cols)
		return
	}
	wholeRows, wholeCols := rows/block*block, cols/block*block
	part := func(i, j, rows, cols int) {
		blocks(offset(dst, j*ldd+i), ldd*size, offset(src, i*lds+j), lds*size, rows, cols)
	}
	part(0, 0, wholeRows, wholeCols)
	if wholeRows < rows {
		part(rows-block, 0, block, wholeCols)
	}
	if wholeCols < cols {
		part(0, cols-block, wholeRows, block)
	}
	if wholeRows < rows && wholeCols < cols {
		part(rows-block, cols-block, block, block)
	}
}
