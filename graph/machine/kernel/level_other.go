//go:build !amd64

package kernel

func bestLevel() Level { return Portable }

func functions32(Level) *functions[float32] { return portableFunctions[float32]() }

func functions64(Level) *functions[float64] { return portableFunctions[float64]() }
