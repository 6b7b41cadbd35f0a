package kernel

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Float is the set of element types.
type Float interface{ float32 | float64 }

// Level names a set of kernels. Levels are ordered: a higher one is faster.
type Level int

// The levels, slowest first.
const (
	Portable Level = iota // plain Go, any processor
	AVX2                  // x86-64 with AVX2 and FMA: 8 float32 or 4 float64 at a time
	AVX512                // x86-64 with AVX-512 F, DQ, BW, VL: 16 float32 or 8 float64 at a time
)

// EnvironmentVariable is the name of the variable that asks for a level: avx512, avx2 or portable.
const EnvironmentVariable = "UNFURL_KERNEL"

// ErrLevel is wrapped by the errors of [SetLevel] and [Environment].
var ErrLevel = errors.New("kernel: level not available")

var (
	activeLevel      Level
	environmentError error
)

// String returns the name that [EnvironmentVariable] takes for this level.
func (l Level) String() string {
	switch l {
	case Portable:
		return "portable"
	case AVX2:
		return "avx2"
	case AVX512:
		return "avx512"
	}
	return fmt.Sprintf("Level(%d)", int(l))
}

// Levels returns the levels this processor and operating system can run, slowest first.
func Levels() []Level {
	levels := []Level{Portable}
	for l := AVX2; l <= bestLevel(); l++ {
		levels = append(levels, l)
	}
	return levels
}

// Active returns the level in use.
func Active() Level { return activeLevel }

// SetLevel pins the level for the whole process. It is meant for tests and benchmarks and must not run
// while another goroutine is inside this package. The error wraps [ErrLevel] when the processor lacks the level;
// the level in use is then unchanged.
func SetLevel(l Level) error {
	if l < Portable || l > bestLevel() {
		return fmt.Errorf("%w: %v (this machine has %v)", ErrLevel, l, Levels())
	}
	activeLevel = l
	active32 = functions32(l)
	active64 = functions64(l)
	return nil
}

// Environment returns the level in use and, when [EnvironmentVariable] asked for something this machine
// cannot give or that is no level, an error that wraps [ErrLevel]; the best level is then in use.
func Environment() (Level, error) { return activeLevel, environmentError }

func init() {
	best := bestLevel()
	wanted, err := parseLevel(os.Getenv(EnvironmentVariable), best)
	if err != nil {
		wanted, environmentError = best, err
	}
	// wanted is at most best, so this cannot fail.
	_ = SetLevel(wanted)
}

// parseLevel returns the level that name asks for; empty means best.
func parseLevel(name string, best Level) (Level, error) {
	if name == "" {
		return best, nil
	}
	for l := Portable; l <= AVX512; l++ {
		if !strings.EqualFold(name, l.String()) {
			continue
		}
		if l > best {
			return best, fmt.Errorf("%w: %s=%s (this machine has %v)", ErrLevel, EnvironmentVariable, name, Levels())
		}
		return l, nil
	}
	return best, fmt.Errorf("%w: %s=%s (use avx512, avx2 or portable)", ErrLevel, EnvironmentVariable, name)
}
