//go:build !unix

package main

import "os"

// checkpointSignals ask a worker to save and stop.
var checkpointSignals = []os.Signal{os.Interrupt}
