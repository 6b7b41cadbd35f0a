//go:build unix

package main

import (
	"os"
	"syscall"
)

// checkpointSignals ask a worker to save and stop: SIGUSR1 is what Slurm sends before the time is up.
var checkpointSignals = []os.Signal{syscall.SIGUSR1}
