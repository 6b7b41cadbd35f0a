package sweep

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// UsualArraySize is the number of tasks that a Slurm array may have by default.
//
// Source: slurm.conf(5) of Slurm 22.05, MaxArraySize: the highest index is one less.
const UsualArraySize = 1001

// ErrNoLimit says that Slurm could not be asked how large arrays may be.
var ErrNoLimit = errors.New("sweep: scontrol does not report MaxArraySize here")

var arraySize = regexp.MustCompile(`(?m)^MaxArraySize\s*=\s*(\d+)\s*$`)

// askPatience is how long we wait for Slurm's controller, which may be busy or down.
const askPatience = 10 * time.Second

// ArraySize asks Slurm how many tasks an array may have, numbered from 0.
//
// Errors: [ErrNoLimit].
func ArraySize(ctx context.Context) (int, error) {
	scontrol, err := exec.LookPath("scontrol")
	if err != nil {
		return 0, ErrNoLimit
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	command := exec.CommandContext(ctx, scontrol, "show", "config")
	command.WaitDelay = time.Second
	answer, err := command.Output()
	found := arraySize.FindSubmatch(answer)
	if err != nil || found == nil {
		return 0, ErrNoLimit
	}
	size, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0, ErrNoLimit
	}
	return size, nil
}

// ArrayError says that a sweep has more tasks than an array of Slurm may have.
type ArrayError struct {
	Runs, Chunk int
	Size        int // the most tasks
}

// CheckArray returns an [ArrayError] if chunks of some runs make more tasks than an array may have.
func CheckArray(runs, chunk, size int) error {
	if (runs+chunk-1)/chunk <= size {
		return nil
	}
	return &ArrayError{Runs: runs, Chunk: chunk, Size: size}
}

func (e *ArrayError) Error() string {
	if e.Size < 1 {
		return "sweep: this Slurm accepts no arrays (MaxArraySize 0); make the runs with `train sweep work` or without --slurm"
	}
	return fmt.Sprintf("sweep: %d runs in chunks of %d make an array of %d tasks, and Slurm accepts %d (MaxArraySize); "+
		"put several runs into each task with --chunk %d or more",
		e.Runs, e.Chunk, (e.Runs+e.Chunk-1)/e.Chunk, e.Size, (e.Runs+e.Size-1)/e.Size)
}
