//go:build race

package machine

// The race detector itself allocates memory.
func init() { raceDetector = true }
