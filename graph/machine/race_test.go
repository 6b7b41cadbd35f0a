//go:build race

package machine

// raceDetector allocates on its own account.
func init() { raceDetector = true }
