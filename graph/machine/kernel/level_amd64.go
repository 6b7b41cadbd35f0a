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

func functions32(l Level) *functions[float32] { return portableFunctions[float32]() }

func functions64(l Level) *functions[float64] { return portableFunctions[float64]() }
