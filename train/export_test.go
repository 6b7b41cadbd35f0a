package train

// RaceDetector says that tests run under the race detector, which makes training ten times as long.
func RaceDetector() bool { return raceDetector }
