package train

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Memory is how much memory a process may use.
type Memory struct {
	// Bytes is the least of the limits that are known; 0 if none is.
	Bytes uint64
	// Source says whose limit it is, for messages: "the memory of this machine".
	Source string
}

// unlimitedMemory and above mean that a control group has no limit; version 1 writes a number near 2^63.
const unlimitedMemory = 1 << 60

// memoryOfLinux returns the lesser of the machine's memory and the limits of the process's control groups, of version 1 or
// 2. root is the file system that contains proc and sys. A file that cannot be read sets no limit.
func memoryOfLinux(root fs.FS) Memory {
	var memory Memory
	lower := func(limit uint64, source string) {
		if limit > 0 && limit < unlimitedMemory && (memory.Bytes == 0 || limit < memory.Bytes) {
			memory = Memory{Bytes: limit, Source: source}
		}
	}
	if text, err := fs.ReadFile(root, "proc/meminfo"); err == nil {
		lower(meminfoTotal(text), "the memory of this machine")
	}
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return memory
	}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		mount, file := "sys/fs/cgroup", "memory.max"
		switch controllers {
		case "": // version 2
		case "memory":
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		// A group's limit applies to the groups below it; in a container the path is often that of the host and does not exist.
		for folder := path.Join("/", group); ; folder = path.Dir(folder) {
			if text, err := fs.ReadFile(root, path.Join(mount, folder, file)); err == nil {
				limit, _ := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64) // "max" sets none
				lower(limit, "the memory limit of this job or container")
			}
			if folder == "/" {
				break
			}
		}
	}
	return memory
}

// meminfoTotal returns MemTotal of /proc/meminfo in bytes, 0 if it is missing.
func meminfoTotal(text []byte) uint64 {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) >= 2 && fields[0] == "MemTotal:" {
			kibibytes, _ := strconv.ParseUint(fields[1], 10, 54)
			return kibibytes * 1024
		}
	}
	return 0
}
