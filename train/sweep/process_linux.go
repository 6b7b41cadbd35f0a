package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
)

// processSpace names the boot of the machine and the container in which process numbers hold.
var processSpace = sync.OnceValue(func() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + " " + space
})

// birthField is the field of /proc/PID/stat, counted from the one after the command's name, that tells when
// the process began.
const birthField = 19

// processBirth returns when a process began, in ticks since the machine's boot; empty if that is not to be known.
func processBirth(process int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return ""
	}
	_, rest, _ := bytes.Cut(text[bytes.LastIndexByte(text, ')')+1:], []byte(" "))
	fields := strings.Fields(string(rest))
	if len(fields) <= birthField {
		return ""
	}
	return fields[birthField]
}

// processLives tells whether a process of this number and birth is there. A table that hides the processes
// of other users gives no birth; a signal of number 0 still finds them.
func processLives(process int, birth string) bool {
	if process < 1 {
		return true // not known
	}
	if errors.Is(syscall.Kill(process, 0), syscall.ESRCH) {
		return false
	}
	now := processBirth(process)
	return now == "" || birth == "" || now == birth
}
