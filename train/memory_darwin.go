package train

import "golang.org/x/sys/unix"

// ReadMemory returns how much memory the machine has.
func ReadMemory() Memory {
	size, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return Memory{}
	}
	return Memory{Bytes: size, Source: "the memory of this machine"}
}
