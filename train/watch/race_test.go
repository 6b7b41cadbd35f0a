//go:build race

package watch

func init() { raceDetector = true }
