package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
)

// processSpace names the boot of the machine and the container in which process numbers are unique.
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

// birthField is the field of /proc/PID/stat, counted from the one after the command's name, with the start time of
// the process. The first of these fields is its state.
const birthField = 19

// processStatus returns the state of a process, one letter, and its start time, in ticks since the machine's boot;
// both are empty if they are not known.
func processStatus(process int) (state, birth string) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		return "", ""
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) <= birthField {
		return "", ""
	}
	return fields[0], fields[birthField]
}

func processBirth(process int) string {
	_, birth := processStatus(process)
	return birth
}

// processLives reports whether a process of this number and start time exists. One that has ended stays in the table until
// its parent waits for it, which some never do. A table that hides the processes of other users gives no
// status; signal 0 still finds them.
func processLives(process int, birth string) bool {
	if process < 1 {
		return true // not known
	}
	if errors.Is(syscall.Kill(process, 0), syscall.ESRCH) {
		return false
	}
	state, now := processStatus(process)
	if state == "Z" || state == "X" {
		return false
	}
	return now == "" || birth == "" || now == birth
}
