package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// stopSignals ask the program to save what it has and to end. A hang-up counts unless it was ignored from the start,
// as nohup has it.
func stopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// keepBrokenPipes lets the program live when it writes to a pipe that nobody reads: the write fails instead. The
// programs that it starts have the system's way.
func keepBrokenPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// output is standard output or error. It asks the program to end, as an interrupt does, when nobody reads it any more.
type output struct {
	file   *os.File
	closed func()
}

func (o *output) Write(text []byte) (int, error) {
	n, err := o.file.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		o.closed()
	}
	return n, err
}

// Fd tells whether the output is a terminal.
func (o *output) Fd() uintptr { return o.file.Fd() }
