//go:build unix

package command

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// stopSignals ask a command to save and end. SIGHUP says that the terminal was closed.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// checkpointSignals ask a worker to save and stop: Slurm sends SIGUSR1 before the time is up.
var checkpointSignals = []os.Signal{syscall.SIGUSR1}

// surviveClosedPipes makes a write to a pipe without readers an error, also on standard output and standard error,
// where it would end the process before anything is saved. Child processes are not affected.
func surviveClosedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// isClosedPipe reports whether a write failed because nobody reads any more.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
