//go:build !unix

package command

import "os"

// stopSignals ask a command to save and end.
var stopSignals = []os.Signal{os.Interrupt}

// checkpointSignals ask a worker to save and stop.
var checkpointSignals = []os.Signal{os.Interrupt}

func surviveClosedPipes() {}

func isClosedPipe(error) bool { return false }
