package kernel

import "golang.org/x/sys/cpu"

// bestLevel returns the highest level of the processor, as far as the operating system saves its registers.
func bestLevel() Level {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL && x.HasAVX2 && x.HasFMA:
		return AVX512
	case x.HasAVX2 && x.HasFMA:
		return AVX2
	}
	return Portable
}

// assembly returns the functions of a level whose micro-kernels have so many rows.
func functions32(l Level) *functions[float32] {
	f := portableFunctions[float32]()
	switch l {
	case AVX512:
		f.gemm = &gemmKernels[float32]{rows: rowsAVX512, panel: 32, variants: variantsFloat32AVX512}
	case AVX2:
		f.gemm = &gemmKernels[float32]{rows: rowsAVX2, panel: 16, variants: variantsFloat32AVX2}
	}
	return f
}

func functions64(l Level) *functions[float64] {
	f := portableFunctions[float64]()
	switch l {
	case AVX512:
		f.gemm = &gemmKernels[float64]{rows: rowsAVX512, panel: 16, variants: variantsFloat64AVX512}
	case AVX2:
		f.gemm = &gemmKernels[float64]{rows: rowsAVX2, panel: 8, variants: variantsFloat64AVX2}
	}
	return f
}

// Rows of a tile.
const (
	rowsAVX512 = 12
	rowsAVX2   = 6
)
